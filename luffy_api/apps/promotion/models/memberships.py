"""Memberships: the terms that a school sells, and what students have bought of them."""

from datetime import datetime
from decimal import Decimal
from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from luffy_api.apps.user.models import User
from luffy_api.common.models import CatalogueModel, CatalogueQuerySet, TimestampedModel

MAX_MONTHS, MAX_DAYS = 120, 3660
MIN_PRICE = Decimal("0.01")


class MembershipTerm(CatalogueModel):
    """A length of membership with its price (yuan): so many calendar months, or so many days."""

    name = models.CharField("名称", max_length=20, help_text="如：月度会员、年度会员")
    brief = models.CharField("简介", max_length=200, blank=True)
    months = models.PositiveSmallIntegerField(
        "月数",
        default=0,
        validators=[MaxValueValidator(MAX_MONTHS)],
        help_text="按自然月计算；月数与天数只填一个，另一个填 0",
    )
    days = models.PositiveSmallIntegerField(
        "天数", default=0, validators=[MaxValueValidator(MAX_DAYS)]
    )
    price = models.DecimalField(
        "价格（元）", max_digits=8, decimal_places=2, validators=[MinValueValidator(MIN_PRICE)]
    )

    objects = CatalogueQuerySet["MembershipTerm"].as_manager()

    class Meta:
        db_table = "luffy_membership_term"
        verbose_name = verbose_name_plural = "会员套餐"
        ordering = ["orders", "id"]
        constraints = [
            models.CheckConstraint(
                name="membership_term_length",
                condition=Q(months=0, days__gte=1, days__lte=3660)
                | Q(days=0, months__gte=1, months__lte=120),
                violation_error_message="月数与天数须填一个，另一个为 0；最多 120 个月或 3660 天",
            ),
            models.CheckConstraint(
                name="membership_term_price",
                condition=Q(price__gte=Decimal("0.01")),
                violation_error_message="价格不能低于 0.01 元",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def length(self) -> str:
        """In words."""
        return f"{self.months} 个月" if self.months else f"{self.days} 天"


class MembershipPeriodQuerySet(models.QuerySet["MembershipPeriod"]):
    """Periods by whether they count."""

    def kept(self) -> Self:
        """Those that were not refunded, in the order of their time; some may be over."""
        return self.filter(ended_at=None).order_by("starts_at", "number")

    def live(self, now: datetime) -> Self:
        """Those of them that are not over at `now` (UTC); they may begin later."""
        return self.kept().filter(ends_at__gt=now)


class MembershipPeriod(TimestampedModel):
    """What one paid order has bought: `days` whole days of membership, from when to when (UTC).

    The periods of a student follow each other; `number` counts them, so that of two that are added
    at one moment neither is lost. `reference` is the number of the order, `ended_at` when it was
    refunded. Written by `promotion.membership` only.
    """

    user = models.ForeignKey(
        User, verbose_name="学员", on_delete=models.PROTECT, related_name="membership_periods"
    )
    number = models.PositiveIntegerField("序号", editable=False)
    reference = models.CharField("订单号", max_length=64, unique=True)
    name = models.CharField("会员套餐", max_length=20)
    price = models.DecimalField("实付（元）", max_digits=8, decimal_places=2)
    days = models.PositiveIntegerField("天数")
    starts_at = models.DateTimeField("开始时间")
    ends_at = models.DateTimeField("到期时间")
    ended_at = models.DateTimeField("退款终止时间", null=True, blank=True)
    reminded_at = models.DateTimeField("到期提醒时间", null=True, blank=True)

    objects = MembershipPeriodQuerySet.as_manager()

    class Meta:
        db_table = "luffy_membership_period"
        verbose_name = verbose_name_plural = "会员记录"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["user", "number"], name="membership_period_number"),
            models.CheckConstraint(
                name="membership_period_ends_after_start", condition=Q(ends_at__gt=F("starts_at"))
            ),
            models.CheckConstraint(
                name="membership_period_has_days", condition=Q(days__gte=1, price__gt=0)
            ),
        ]
        indexes = [
            models.Index(fields=["user", "ended_at", "ends_at"], name="membership_of_user"),
            models.Index(fields=["ends_at"], name="membership_ends"),
        ]

    def __str__(self) -> str:
        return f"{self.user}：{self.name}"

    @property
    def state_now(self) -> str:
        """In words."""
        now = timezone.now()
        if self.ended_at is not None:
            return "已退款"
        if self.ends_at <= now:
            return "已到期"
        return "未开始" if self.starts_at > now else "有效"
