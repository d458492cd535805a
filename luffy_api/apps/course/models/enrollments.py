"""Enrollments: which user has which course."""

from typing import Self

from django.db import models

from luffy_api.apps.course.models.courses import Course
from luffy_api.apps.user.models import User
from luffy_api.common.models import TimestampedModel


class EnrollmentQuerySet(models.QuerySet["Enrollment"]):
    """Enrollments by whom they entitle."""

    def entitling(self, user_id: int) -> Self:
        """Enrollments that give this user access now; a deleted account has none."""
        return self.filter(user_id=user_id, user__is_active=True)


class Enrollment(TimestampedModel):
    """The entitlement of one user to one course; nothing else gives access to a paid section."""

    class Source(models.IntegerChoices):
        FREE = 0, "免费加入"
        ORDER = 1, "购买"
        GRANT = 2, "后台赠送"

    user = models.ForeignKey(
        User, verbose_name="学员", on_delete=models.PROTECT, related_name="enrollments"
    )
    course = models.ForeignKey(
        Course, verbose_name="课程", on_delete=models.PROTECT, related_name="enrollments"
    )
    source = models.SmallIntegerField("来源", choices=Source)
    out_trade_no = models.CharField("订单号", max_length=64, blank=True, db_index=True)

    objects = EnrollmentQuerySet.as_manager()

    class Meta:
        db_table = "luffy_enrollment"
        verbose_name = verbose_name_plural = "已购课程"
        constraints = [
            models.UniqueConstraint(fields=["user", "course"], name="enrollment_once_per_course")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} → {self.course_id}"
