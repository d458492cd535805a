"""Teachers of courses."""

from django.db import models

from luffy_api.apps.course.models.outbox import CatalogueEvent, OutboxModel
from luffy_api.apps.user.models import User
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
    # Only superusers set it: it opens the students of these courses (teaching.py).
    account = models.OneToOneField(
        User,
        verbose_name="后台账号",
        on_delete=models.SET_NULL,
        related_name="teacher",
        null=True,
        blank=True,
        limit_choices_to={"is_staff": True},
        help_text="这位讲师本人的工作人员账号；给账号“讲师”角色后，就能看到自己的课程和学员",
    )

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
