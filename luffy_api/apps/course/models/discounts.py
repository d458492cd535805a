"""Activities that reduce prices."""

from datetime import datetime
from decimal import Decimal
from typing import Self

from django.db import models
from django.db.models import F, Q

from luffy_api.apps.course import pricing
from luffy_api.apps.course.models.courses import Course
from luffy_api.common.models import CatalogueModel, CatalogueQuerySet


def running_discount(now: datetime, path: str = "") -> Q:
    """The condition that the discount at `path` ("discounts__") is visible and applies at `now`."""
    return Q(
        **{f"{path}is_show": True, f"{path}is_delete": False},
        **{f"{path}starts_at__lte": now, f"{path}ends_at__gt": now},
    )


class CourseDiscountQuerySet(CatalogueQuerySet["CourseDiscount"]):
    """Discounts by when they apply."""

    def running(self, now: datetime) -> Self:
        """Visible discounts that apply at `now` (UTC), from `starts_at` until before `ends_at`."""
        return self.filter(running_discount(now))


class CourseDiscount(CatalogueModel):
    """An activity (优惠活动) that reduces the price of its courses for a time."""

    Type = pricing.DiscountType

    name = models.CharField("活动名称", max_length=64)
    discount_type = models.SmallIntegerField("优惠类型", choices=Type)
    value = models.DecimalField(
        "优惠值",
        max_digits=8,
        decimal_places=2,
        default=Decimal("0.00"),
        help_text=(
            "限时折扣填 0.01 到 0.99（八折填 0.80）；限时减免填减去的金额（元）；限时免费填 0"
        ),
    )
    starts_at = models.DateTimeField("开始时间")
    ends_at = models.DateTimeField("结束时间")
    courses = models.ManyToManyField(
        Course,
        verbose_name="参与课程",
        related_name="discounts",
        db_table="luffy_course_discount_courses",
    )

    objects = CourseDiscountQuerySet.as_manager()

    class Meta:
        db_table = "luffy_course_discount"
        verbose_name = verbose_name_plural = "优惠活动"
        ordering = ["orders", "id"]
        constraints = [
            models.CheckConstraint(
                name="discount_ends_after_start",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message="结束时间必须晚于开始时间",
            ),
            models.CheckConstraint(
                name="discount_value_fits_type",
                condition=Q(discount_type=1, value=0)
                | Q(discount_type=2, value__gt=0, value__lt=1)
                | Q(discount_type=3, value__gt=0),
                violation_error_message="优惠值与优惠类型不符",
            ),
        ]
        indexes = [models.Index(fields=["starts_at", "ends_at"], name="discount_running")]

    def __str__(self) -> str:
        return self.name
