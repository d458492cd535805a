"""Which courses those have who have a course; counted at night."""

from django.db import models

from luffy_api.apps.course.models.courses import Course


class AlsoStudied(models.Model):
    """A course that many students of a course have, too; written by `course.also_studied` only.

    Without constraints on the courses: each row written would lock two of them, and the catalogue
    would wait for the count.
    """

    course = models.ForeignKey(
        Course,
        verbose_name="课程",
        on_delete=models.CASCADE,
        related_name="also_studied",
        db_constraint=False,
    )
    other = models.ForeignKey(
        Course,
        verbose_name="还学了",
        on_delete=models.CASCADE,
        related_name="+",
        db_constraint=False,
    )
    # Students of both, among those of the course that were counted.
    common = models.PositiveIntegerField("共同的学员")
    # From 1, the best.
    rank = models.PositiveSmallIntegerField("名次")

    class Meta:
        db_table = "luffy_also_studied"
        verbose_name = verbose_name_plural = "还学了"
        constraints = [
            models.UniqueConstraint(fields=["course", "other"], name="also_studied_once"),
            models.UniqueConstraint(fields=["course", "rank"], name="also_studied_rank"),
        ]

    def __str__(self) -> str:
        return f"{self.course_id} → {self.other_id}: {self.common}"
