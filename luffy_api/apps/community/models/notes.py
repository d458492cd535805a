"""What students write down for themselves while they learn."""

from django.db import models

from luffy_api.apps.course.models import Course, CourseSection
from luffy_api.apps.user.models import User
from luffy_api.common.models import TimestampedModel

MAX_NOTE = 2000


class Note(TimestampedModel):
    """A note of one student under a section, at a second of its video if `position` is there.

    `course` is that of the section, for the list of a course and its export.
    """

    user = models.ForeignKey(
        User, verbose_name="学员", on_delete=models.PROTECT, related_name="own_notes"
    )
    course = models.ForeignKey(
        Course, verbose_name="课程", on_delete=models.PROTECT, related_name="notes"
    )
    section = models.ForeignKey(
        CourseSection, verbose_name="课时", on_delete=models.PROTECT, related_name="notes"
    )
    position = models.PositiveIntegerField("视频时间点（秒）", null=True, blank=True)
    text = models.TextField("内容", max_length=MAX_NOTE)

    class Meta:
        db_table = "luffy_note"
        verbose_name = verbose_name_plural = "笔记"
        ordering = ["-id"]
        default_permissions = ()
        indexes = [
            models.Index(fields=["user", "course", "id"], name="note_of_course"),
            models.Index(fields=["user", "section", "position", "id"], name="note_of_section"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.pk}"
