"""How far students are."""

from collections.abc import Iterable

from django.db import connections, models

from luffy_api.apps.course.models import CourseSection
from luffy_api.apps.user.models import User
from luffy_api.common.models import TimestampedModel


class SectionProgressQuerySet(models.QuerySet["SectionProgress"]):
    """Progress of students."""

    def put(self, rows: Iterable["SectionProgress"]) -> None:
        """Write where existing rows stand now. One query for some hundred rows."""
        with_target = connections[self.db].features.supports_update_conflicts_with_target
        self.bulk_create(
            rows,
            update_conflicts=True,
            update_fields=["position", "watched", "budget", "reported_at", "updated_time"],
            unique_fields=["id"] if with_target else None,
        )


class SectionProgress(TimestampedModel):
    """Where a student stopped in a section, and how much of it is watched (watch_time.py).

    Reports reach the row some seconds later (progress_buffer.py): flush those of a student before
    reading. Several readers and writers of one row are told apart by its `reported_at`.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="progress")
    section = models.ForeignKey(CourseSection, on_delete=models.CASCADE, related_name="progress")
    position = models.PositiveIntegerField("播放位置（秒）", default=0)
    watched = models.PositiveIntegerField("已观看（秒）", default=0)
    # What the next report may add at most, and when the last one came.
    budget = models.PositiveIntegerField("可计入的观看时间（毫秒）", default=0)
    reported_at = models.DateTimeField("最近上报", null=True, blank=True)

    objects = SectionProgressQuerySet.as_manager()

    class Meta:
        db_table = "luffy_section_progress"
        verbose_name = verbose_name_plural = "学习进度"
        constraints = [
            models.UniqueConstraint(fields=["user", "section"], name="progress_once_per_section")
        ]
        indexes = [models.Index(fields=["user", "updated_time"], name="progress_latest")]
