"""Categories of courses."""

from django.db import models

from luffy_api.apps.course.models.outbox import CatalogueEvent, OutboxModel
from luffy_api.common.models import CatalogueQuerySet


class CourseCategory(OutboxModel):
    """A subject of courses: Python, Linux, 前端 …"""

    name = models.CharField("名称", max_length=64, unique=True)

    objects = CatalogueQuerySet["CourseCategory"].as_manager()

    class Meta:
        db_table = "luffy_course_category"
        verbose_name = verbose_name_plural = "课程分类"
        ordering = ["orders", "id"]

    def __str__(self) -> str:
        return self.name

    def changed_subjects(self) -> set[tuple[int, int]]:
        """The category, which stands for every course in it."""
        return {(CatalogueEvent.Subject.CATEGORY, self.pk)} if self.pk else set()
