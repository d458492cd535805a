"""Categories of courses."""

from typing import Any

from django.db import models, transaction
from django.db.models import Q

from luffy_api.apps.course.models import derived
from luffy_api.apps.course.models.outbox import CatalogueEvent, OutboxModel
from luffy_api.common.models import CatalogueQuerySet

_VISIBILITY = frozenset({"is_show", "is_delete"})


class CourseCategoryQuerySet(CatalogueQuerySet["CourseCategory"]):
    """Categories; whether their courses are listed follows what is written."""

    def update(self, **kwargs: Any) -> int:
        """As Django's."""
        return derived.update(self, super().update, kwargs, _VISIBILITY, _courses_changed)


def _courses_changed(category_ids: list[int]) -> None:
    derived.courses_changed(Q(course_category__in=category_ids))


class CourseCategory(OutboxModel):
    """A subject of courses: Python, Linux, 前端 …"""

    name = models.CharField("名称", max_length=64, unique=True)

    objects = CourseCategoryQuerySet.as_manager()

    class Meta:
        db_table = "luffy_course_category"
        verbose_name = verbose_name_plural = "课程分类"
        ordering = ["orders", "id"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the row; whether its courses are listed follows."""
        is_new = self._state.adding
        with transaction.atomic():
            super().save(*args, **kwargs)
            if not is_new and derived.is_written(_VISIBILITY, kwargs.get("update_fields")):
                _courses_changed([self.pk])

    def changed_subjects(self) -> set[tuple[int, int]]:
        """The category, which stands for every course in it."""
        return {(CatalogueEvent.Subject.CATEGORY, self.pk)} if self.pk else set()
