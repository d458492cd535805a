"""Coupons, what students have of them, what was spent on which order, and typed codes."""

from datetime import datetime
from decimal import Decimal
from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from luffy_api.apps.course.models import Course, CourseCategory
from luffy_api.apps.promotion.pricing import CouponKind, Stacking
from luffy_api.apps.user.models import User
from luffy_api.common.models import CatalogueModel, CatalogueQuerySet, TimestampedModel

MAX_PER_STUDENT = 20


class CouponQuerySet(CatalogueQuerySet["Coupon"]):
    """Coupons by what can be done with them."""

    def claimable(self, now: datetime) -> Self:
        """Shown ones that students may take by themselves at `now` (UTC), with some left."""
        return self.visible().filter(
            Q(total_limit=None) | Q(claimed_count__lt=F("total_limit")),
            claimable=True,
            starts_at__lte=now,
            ends_at__gt=now,
        )


class Coupon(CatalogueModel):
    """A kind of coupon (优惠券): what it takes off, of which courses, when, and how many there are.

    `value` is yuan, or of a rate the share of the price that is left; `threshold` is yuan.
    """

    Kind, Stacking = CouponKind, Stacking

    class Scope(models.IntegerChoices):
        ALL = 1, "全部课程"
        COURSE_TYPE = 2, "指定课程类型"
        CATEGORY = 3, "指定分类"
        COURSE = 4, "指定课程"
        KIND = 5, "指定课程种类"

    name = models.CharField("优惠券名称", max_length=40)
    kind = models.SmallIntegerField("优惠方式", choices=CouponKind)
    value = models.DecimalField("优惠值", max_digits=8, decimal_places=2)
    threshold = models.DecimalField(
        "满多少元可用",
        max_digits=8,
        decimal_places=2,
        default=Decimal("0.00"),
        validators=[MinValueValidator(0)],
        help_text="适用课程合计满这个金额才能用；0 表示不限",
    )
    scope = models.SmallIntegerField("适用范围", choices=Scope, default=Scope.ALL)
    course_type = models.SmallIntegerField(
        "课程类型", choices=Course.CourseType, null=True, blank=True
    )
    # The kind of courses; free ones have nothing to take off.
    course_kind = models.SmallIntegerField(
        "课程种类",
        choices=[(kind.value, kind.label) for kind in (Course.Kind.ACTUAL, Course.Kind.LIGHT)],
        null=True,
        blank=True,
    )
    categories = models.ManyToManyField(
        CourseCategory, verbose_name="分类", blank=True, related_name="+"
    )
    courses = models.ManyToManyField(Course, verbose_name="课程", blank=True, related_name="+")
    stacking = models.SmallIntegerField(
        "与限时优惠", choices=Stacking, default=Stacking.WITH_DISCOUNT
    )
    starts_at = models.DateTimeField("生效时间")
    ends_at = models.DateTimeField("失效时间")
    claimable = models.BooleanField(
        "学员可自己领取",
        default=True,
        help_text="勾选后在课程页可以领取；不勾选时只能用兑换码领取",
    )
    total_limit = models.PositiveIntegerField(
        "领取总数",
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text="学员自己最多一共领多少张，留空表示不限；兑换码领取的不计在内",
    )
    per_student = models.PositiveSmallIntegerField(
        "每人限领",
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(MAX_PER_STUDENT)],
        help_text="每位学员最多几张，兑换码领取的也计在内",
    )
    claimed_count = models.PositiveIntegerField("已领取", default=0, editable=False)

    objects = CouponQuerySet.as_manager()

    class Meta:
        db_table = "luffy_coupon"
        verbose_name = verbose_name_plural = "优惠券"
        ordering = ["orders", "-id"]
        constraints = [
            models.CheckConstraint(
                name="coupon_ends_after_start",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message="失效时间必须晚于生效时间",
            ),
            models.CheckConstraint(
                name="coupon_value_fits_kind",
                condition=Q(kind=1, value__gt=0, threshold__gt=F("value"))
                | Q(kind=2, value__gt=0, value__lt=1)
                | Q(kind__in=[3, 4], value__gt=0),
                violation_error_message="优惠值与优惠方式不符：满减的门槛须高于减去的金额",
            ),
            models.CheckConstraint(
                name="coupon_type_with_scope",
                condition=Q(scope=2, course_type__isnull=False) | ~Q(scope=2),
                violation_error_message="请选择课程类型",
            ),
            # That it is given with its scope is a rule of form and import: the scope has rows.
            models.CheckConstraint(
                name="coupon_course_kind",
                condition=Q(course_kind__isnull=True) | Q(course_kind__in=[2, 3]),
                violation_error_message="课程种类只能是实战课或轻课",
            ),
            models.CheckConstraint(
                name="coupon_within_limit",
                condition=Q(total_limit__isnull=True) | Q(claimed_count__lte=F("total_limit")),
                violation_error_message="领取总数不能少于已经领取的数量",
            ),
            models.CheckConstraint(
                name="coupon_per_student", condition=Q(per_student__gte=1, per_student__lte=20)
            ),
        ]
        indexes = [models.Index(fields=["ends_at"], name="coupon_ends")]

    def __str__(self) -> str:
        return self.name


class CodeBatch(TimestampedModel):
    """Codes that were made at once: for a coupon, or for a course that they open."""

    coupon = models.ForeignKey(
        Coupon, verbose_name="优惠券", on_delete=models.PROTECT, null=True, blank=True,
        related_name="batches",
    )  # fmt: skip
    course = models.ForeignKey(
        Course, verbose_name="课程", on_delete=models.PROTECT, null=True, blank=True,
        related_name="code_batches",
    )  # fmt: skip
    note = models.CharField("用途", max_length=60)
    count = models.PositiveIntegerField(
        "数量", validators=[MinValueValidator(1), MaxValueValidator(10_000)]
    )
    expires_at = models.DateTimeField(
        "兑换截止时间", null=True, blank=True, help_text="留空表示不限"
    )
    voided_at = models.DateTimeField("作废时间", null=True, blank=True, editable=False)
    created_by = models.ForeignKey(
        User, verbose_name="生成人", on_delete=models.PROTECT, related_name="+", editable=False
    )

    class Meta:
        db_table = "luffy_code_batch"
        verbose_name = verbose_name_plural = "兑换码"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="code_batch_one_target",
                condition=Q(coupon__isnull=False, course__isnull=True)
                | Q(coupon__isnull=True, course__isnull=False),
                violation_error_message="优惠券和课程请选择其中一个",
            )
        ]

    def __str__(self) -> str:
        return f"{self.note}（{self.count} 个）"


class RedeemCode(models.Model):
    """One code, used once. Whoever knows it has it: 78 random bits, see codes.py."""

    batch = models.ForeignKey(CodeBatch, on_delete=models.PROTECT, related_name="codes")
    code = models.CharField(max_length=16, unique=True)
    used_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="redeemed_codes"
    )
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "luffy_redeem_code"
        verbose_name = verbose_name_plural = "兑换码明细"
        constraints = [
            models.CheckConstraint(
                name="redeem_code_used_by_somebody",
                condition=Q(used_by__isnull=True, used_at__isnull=True)
                | Q(used_by__isnull=False, used_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}-{self.pk}"


class Claim(TimestampedModel):
    """A coupon that a student has; `number` counts those of one kind from 1 to `per_student`."""

    coupon = models.ForeignKey(
        Coupon, verbose_name="优惠券", on_delete=models.PROTECT, related_name="claims"
    )
    user = models.ForeignKey(
        User, verbose_name="学员", on_delete=models.PROTECT, related_name="coupon_claims"
    )
    number = models.PositiveIntegerField("第几张")
    code = models.OneToOneField(
        RedeemCode, verbose_name="兑换码", on_delete=models.PROTECT, null=True, related_name="claim"
    )

    class Meta:
        db_table = "luffy_coupon_claim"
        verbose_name = verbose_name_plural = "优惠券领取记录"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["user", "coupon", "number"], name="coupon_claim_number")
        ]

    def __str__(self) -> str:
        return f"{self.user}：{self.coupon}"


class Redemption(TimestampedModel):
    """A claim that was put on an order, whose number is `reference`; `amount` is yuan.

    `live_claim` is the claim for as long as the order keeps it. It is unique, so that no two orders
    have the same coupon, whatever happens at the same moment.
    """

    class State(models.IntegerChoices):
        HELD = 1, "订单待付款"
        CLOSING = 2, "订单已关闭，等待付款失效"
        USED = 3, "已使用"
        RETURNED = 4, "已退回"
        LATE = 5, "退回并另用后，原订单又付了款"

    LIVE = (State.HELD, State.CLOSING, State.USED)

    claim = models.ForeignKey(
        Claim, verbose_name="领取记录", on_delete=models.PROTECT, related_name="redemptions"
    )
    live_claim = models.PositiveBigIntegerField(unique=True, null=True, editable=False)
    reference = models.CharField("订单号", max_length=64, unique=True)
    # The set of courses of the order, see order.cart_key.
    cart_key = models.CharField(max_length=64, editable=False)
    amount = models.DecimalField("优惠金额（元）", max_digits=10, decimal_places=2)
    state = models.SmallIntegerField("状态", choices=State, default=State.HELD)

    class Meta:
        db_table = "luffy_coupon_redemption"
        verbose_name = verbose_name_plural = "优惠券使用记录"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="redemption_live_by_state",
                condition=Q(state__in=[1, 2, 3], live_claim__isnull=False)
                | Q(state__in=[4, 5], live_claim__isnull=True),
            ),
            models.CheckConstraint(name="redemption_amount", condition=Q(amount__gt=0)),
        ]

    def __str__(self) -> str:
        return self.reference
