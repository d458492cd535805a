"""Enrollments: which user has which course, and for what reasons."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from luffy_api.apps.course.models.courses import Course
from luffy_api.apps.user.models import User
from luffy_api.common.models import TimestampedModel


class EnrollmentQuerySet(models.QuerySet["Enrollment"]):
    """Enrollments by whom they entitle."""

    def entitling(self, user_id: int) -> Self:
        """Enrollments that give this user access now; a deleted account has none."""
        return self.filter(user_id=user_id, user__is_active=True)

    def without_reason(self) -> Self:
        """Enrollments that no live grant supports any more."""
        grants = EnrollmentGrant.objects.live().filter(
            user_id=OuterRef("user_id"), course_id=OuterRef("course_id")
        )
        return self.filter(~Exists(grants))


class Enrollment(TimestampedModel):
    """The entitlement of one user to one course; nothing else gives access to a paid section.

    Derived: the row exists while a live EnrollmentGrant does. Written by `course.enrollment` only.
    """

    user = models.ForeignKey(
        User, verbose_name="学员", on_delete=models.PROTECT, related_name="enrollments"
    )
    course = models.ForeignKey(
        Course, verbose_name="课程", on_delete=models.PROTECT, related_name="enrollments"
    )

    objects = EnrollmentQuerySet.as_manager()

    class Meta:
        db_table = "luffy_enrollment"
        verbose_name = verbose_name_plural = "已购课程"
        constraints = [
            models.UniqueConstraint(fields=["user", "course"], name="enrollment_once_per_course")
        ]

    def __str__(self) -> str:
        return f"{self.user}：{self.course}"

    @property
    def logged_name(self) -> str:
        """For the log, which outlives the account."""
        return f"学员 {self.user_id}：{self.course}"


class EnrollmentGrantQuerySet(models.QuerySet["EnrollmentGrant"]):
    """Reasons for enrollments."""

    def live(self, at: datetime | None = None) -> Self:
        """Grants that hold at this moment (UTC; now by default)."""
        at = at or timezone.now()
        return self.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=at), starts_at__lte=at)

    def owned(self, at: datetime | None = None) -> Self:
        """Those of them that make a course the user's own: a membership only opens it."""
        return self.live(at).exclude(source=EnrollmentGrant.Source.MEMBERSHIP)

    def not_given_back(self) -> Self:
        """Live ones, and those that have run out by themselves.

        A refund, leaving and taking back end a grant at the moment in which they write it.
        """
        ran_out = Q(study_ends_at=F("ends_at")) | Q(ends_at__gt=F("updated_time"))
        now = timezone.now()
        live = Q(ends_at__isnull=True) | Q(ends_at__gt=now)
        return self.filter(live | ran_out, starts_at__lte=now)

    def with_period(self) -> Self:
        """Those that end with the study period of their course, or have ended so: no refund."""
        return self.filter(study_ends_at=F("ends_at"))


class EnrollmentGrant(TimestampedModel):
    """One reason why a user has a course; a user may have several for the same course.

    `reference` is what the reason is known by in its own app: an order's number, or empty.
    `ends_at` (UTC) is None for a grant without an end; an ended one stays as a record.
    """

    class Source(models.IntegerChoices):
        FREE = 0, "免费加入"
        ORDER = 1, "购买"
        GRANT = 2, "后台赠送"
        CODE = 3, "兑换码"
        MEMBERSHIP = 4, "会员"

    user = models.ForeignKey(
        User, verbose_name="学员", on_delete=models.PROTECT, related_name="enrollment_grants"
    )
    course = models.ForeignKey(
        Course, verbose_name="课程", on_delete=models.PROTECT, related_name="enrollment_grants"
    )
    source = models.SmallIntegerField("来源", choices=Source)
    reference = models.CharField("订单号", max_length=64, blank=True, db_index=True)
    starts_at = models.DateTimeField("开始时间", default=timezone.now)
    ends_at = models.DateTimeField("结束时间", null=True, blank=True, db_index=True)

    # When the study period of the course ends; `ends_at` is the same until a refund ends it before.
    study_ends_at = models.DateTimeField("学习期限", null=True, blank=True, editable=False)
    # When the student was told that it ends soon.
    reminded_at = models.DateTimeField("到期提醒时间", null=True, blank=True, editable=False)

    objects = EnrollmentGrantQuerySet.as_manager()

    class Meta:
        db_table = "luffy_enrollment_grant"
        verbose_name = verbose_name_plural = "课程授权"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "course", "source", "reference"], name="enrollment_grant_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}：{self.course}（{self.get_source_display()}）"

    @property
    def logged_name(self) -> str:
        """For the log, which outlives the account."""
        return f"学员 {self.user_id}：{self.course}"
