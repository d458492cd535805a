"""How far students are."""

from django.db import models

from luffy_api.apps.course.models import CourseSection
from luffy_api.apps.user.models import User
from luffy_api.common.models import TimestampedModel


class SectionProgress(TimestampedModel):
    """Where a student stopped in a section, and how much of it is watched (watch_time.py)."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="progress")
    section = models.ForeignKey(CourseSection, on_delete=models.CASCADE, related_name="progress")
    position = models.PositiveIntegerField("播放位置(秒)", default=0)
    watched = models.PositiveIntegerField("已观看(秒)", default=0)
    # What the next report may add at most, and when the last one came.
    budget = models.PositiveIntegerField("可计入的观看时间(毫秒)", default=0)
    reported_at = models.DateTimeField("最近上报", null=True, blank=True)

    class Meta:
        db_table = "luffy_section_progress"
        verbose_name = verbose_name_plural = "学习进度"
        constraints = [
            models.UniqueConstraint(fields=["user", "section"], name="progress_once_per_section")
        ]
        indexes = [models.Index(fields=["user", "updated_time"], name="progress_latest")]
