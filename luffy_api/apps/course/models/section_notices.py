"""Which sections were published, and whether the owners of their course have been told."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from luffy_api.apps.course.models.outline import CourseSection


class SectionNoticeQuerySet(models.QuerySet["SectionNotice"]):
    """Published sections."""

    def waiting(self) -> Self:
        """Those that nobody was told of."""
        return self.filter(told_at=None)

    def mark_told(self, now: datetime) -> int:
        """Tell no more of them."""
        return self.waiting().update(told_at=now)


class SectionNotice(models.Model):
    """A section that could be learned for the first time at `seen_at`; times in UTC.

    It exists once for each section, so that owners are told once, however often staff hide and show
    it.
    """

    section = models.OneToOneField(
        CourseSection, on_delete=models.CASCADE, primary_key=True, related_name="notice"
    )
    seen_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)

    objects = SectionNoticeQuerySet.as_manager()

    class Meta:
        db_table = "luffy_section_notice"
        indexes = [models.Index(fields=["told_at"], name="section_notice_told")]
        constraints = [
            models.CheckConstraint(
                name="section_told_after_seen",
                condition=Q(told_at=None) | Q(told_at__gte=models.F("seen_at")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.section_id}"
