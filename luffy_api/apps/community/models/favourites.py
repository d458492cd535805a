"""Courses that a student wants to find again."""

from typing import Self

from django.db import models
from django.db.models import Value

from luffy_api.apps.course.models import Course
from luffy_api.apps.user.models import User


class FavouriteQuerySet(models.QuerySet["Favourite"]):
    """Favourites by what lists show of them."""

    def listed(self) -> Self:
        """Of courses that the catalogue shows; others come back with their course."""
        return self.filter(course__is_listed=Value(True))


class Favourite(models.Model):
    """A course in 我的收藏 of one student."""

    user = models.ForeignKey(
        User, verbose_name="学员", on_delete=models.PROTECT, related_name="favourites"
    )
    course = models.ForeignKey(
        Course, verbose_name="课程", on_delete=models.PROTECT, related_name="favourites"
    )
    created_time = models.DateTimeField("收藏时间", auto_now_add=True)

    objects = FavouriteQuerySet.as_manager()

    class Meta:
        db_table = "luffy_favourite"
        verbose_name = verbose_name_plural = "课程收藏"
        ordering = ["-id"]
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(fields=["user", "course"], name="favourite_once_per_course")
        ]

    def __str__(self) -> str:
        return f"{self.user}：{self.course}"
