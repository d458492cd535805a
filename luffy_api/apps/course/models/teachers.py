"""Teachers of courses."""

from django.db import models

from luffy_api.apps.course.models.outbox import CatalogueEvent, OutboxModel
from luffy_api.common.models import CatalogueQuerySet


class Teacher(OutboxModel):
    """The teacher of courses, as their pages show one."""

    class Role(models.IntegerChoices):
        LECTURER = 0, "讲师"
        TUTOR = 1, "导师"
        HEAD = 2, "班主任"

    name = models.CharField("姓名", max_length=32)
    role = models.SmallIntegerField("身份", choices=Role, default=Role.LECTURER)
    title = models.CharField("职位、职称", max_length=64)
    signature = models.CharField("导师签名", max_length=255, blank=True)
    image = models.ImageField("头像", upload_to="teacher", blank=True)
    brief = models.TextField("简介", max_length=1024, blank=True)

    objects = CatalogueQuerySet["Teacher"].as_manager()

    class Meta:
        db_table = "luffy_teacher"
        verbose_name = verbose_name_plural = "讲师"
        ordering = ["orders", "id"]

    def __str__(self) -> str:
        return self.name

    def changed_subjects(self) -> set[tuple[int, int]]:
        """The teacher, who stands for every course of theirs."""
        return {(CatalogueEvent.Subject.TEACHER, self.pk)} if self.pk else set()
