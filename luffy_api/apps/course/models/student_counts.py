"""Students who came or went and do not stand in Course.students yet."""

from django.db import models

from luffy_api.apps.course.models.courses import Course


class StudentCountChange(models.Model):
    """One student more (1) or fewer (-1) of a course, written with the enrollment itself.

    Rows are only added, so the buyers of one course do not wait for each other;
    `course.student_counts` folds them into the course and deletes them. The course is no foreign
    key for the database: inserts would share a lock on its row, and wait for those who fold.
    """

    course = models.ForeignKey(
        Course, on_delete=models.CASCADE, related_name="student_changes", db_constraint=False
    )
    change = models.SmallIntegerField()
    created_time = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        db_table = "luffy_student_count_change"
