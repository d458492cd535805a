"""How often the page of a course is asked for."""

from django.db import models

from luffy_api.apps.course.models.courses import Course


class CourseViewDay(models.Model):
    """About how often the page of a course was opened on a day in Shanghai (view_counts.py)."""

    day = models.DateField("日期")
    # No key of the database: inserts would share a lock on the course's row.
    course = models.ForeignKey(
        Course, on_delete=models.CASCADE, related_name="view_days", db_constraint=False
    )
    views = models.PositiveIntegerField("浏览", default=0)

    class Meta:
        db_table = "luffy_course_view_day"
        constraints = [
            models.UniqueConstraint(fields=["day", "course"], name="course_view_day_once")
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.course_id}: {self.views}"
