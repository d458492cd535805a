"""Orders and their details, with the querysets that filter and move them."""

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from luffy_api.apps.course.models import Course
from luffy_api.apps.order.numbers import new_out_trade_no, trade_number
from luffy_api.apps.order.states import ALLOWED_SOURCES, OrderStatus
from luffy_api.apps.promotion.models import Claim, Package
from luffy_api.apps.user.models import User
from luffy_api.common.exceptions import DomainError
from luffy_api.common.models import TimestampedModel

if TYPE_CHECKING:
    from luffy_api.apps.order.models.refunds import Refund


class PayType(models.IntegerChoices):
    """How an order is paid: by a payment provider, or by hand."""

    ALIPAY = 1, "支付宝"
    WECHAT = 2, "微信支付"
    OFFLINE = 3, "线下转账"


class PayMethod(models.TextChoices):
    """How a buyer gets to the provider's cashier; stored in `Order.pay_method`."""

    PAGE = "page", "电脑网页"
    WAP = "wap", "手机网页"
    NATIVE = "native", "扫码"
    H5 = "h5", "手机浏览器"
    JSAPI = "jsapi", "微信内"


class OrderQuerySet(models.QuerySet["Order"]):
    """Orders of a student, claimed for processing, or moved to another state."""

    def of(self, user_id: int) -> Self:
        """Orders of one student."""
        return self.filter(user_id=user_id)

    def with_trade_of(self, order: "Order") -> Self:
        """The order itself, while its open trade is the one that `order` was loaded with."""
        return self.filter(pk=order.pk, pay_type=order.pay_type, trade_count=order.trade_count)

    def claim(self, order: "Order", *, until: datetime) -> bool:
        """Postpone an order's next query to `until` (UTC); True for exactly one caller.

        A conditional UPDATE: of several batches that have read the same row one gets it, on every
        database.
        """
        unclaimed = self.filter(pk=order.pk, next_query_at=order.next_query_at)
        return bool(unclaimed.postpone(until))

    def postpone(self, until: datetime) -> int:
        """Postpone the next query of all to `until` (UTC), because they are asked about now."""
        return self.update(next_query_at=until, queried_at=timezone.now())

    def transition(self, *, to: OrderStatus, **fields: Any) -> int:
        """Move the orders for which states.ALLOWED_SOURCES permits it; return how many moved.

        One conditional UPDATE, so that of two callers that move the same order one succeeds, on
        every database. `fields` are written with it. An order in a new state is no longer open.
        """
        movable, values = self.transition_to(to, now=timezone.now())
        return movable.update(**values, **fields)

    def transition_to(self, to: OrderStatus, *, now: datetime) -> tuple[Self, dict[str, Any]]:
        """The orders that `transition` moves at `now` (UTC), and their new values."""
        movable = self.filter(order_status__in=ALLOWED_SOURCES[to])
        return movable, {"order_status": to, "open_cart_key": None, "updated_time": now}


class OrderDetailQuerySet(models.QuerySet["OrderDetail"]):
    """Courses of orders."""

    def with_course(self) -> Self:
        """Joined with the few columns of the course that an order shows. No further query."""
        return self.select_related("course").only(
            *("order", "price", "real_price", "vip_amount", "coupon_amount"),
            *("package", "package_name", "study_months"),
            *("course__name", "course__course_img"),
        )


class Order(TimestampedModel):
    """An order of one student for one or more courses. Amounts in yuan, times in UTC."""

    subject = models.CharField("订单标题", max_length=150)
    total_amount = models.DecimalField("订单总价（元）", max_digits=10, decimal_places=2)
    out_trade_no = models.CharField(
        "订单号", max_length=64, unique=True, default=new_out_trade_no, editable=False
    )
    trade_no = models.CharField("支付平台流水号", max_length=64, blank=True, db_index=True)
    order_status = models.SmallIntegerField(
        "订单状态", choices=OrderStatus, default=OrderStatus.UNPAID
    )
    pay_type = models.SmallIntegerField("支付方式", choices=PayType, default=PayType.ALIPAY)
    # Of the trade that is open or that paid; see numbers.trade_number.
    pay_method = models.CharField(
        "付款途径", max_length=8, choices=PayMethod, default=PayMethod.PAGE, editable=False
    )
    trade_count = models.PositiveSmallIntegerField("交易次数", default=1, editable=False)
    pay_time = models.DateTimeField("支付时间", null=True, blank=True)
    expires_at = models.DateTimeField("支付截止时间")
    # No database constraint: see docs/decisions/0002.
    user = models.ForeignKey(
        User,
        verbose_name="用户",
        on_delete=models.PROTECT,
        related_name="orders",
        db_constraint=False,
    )
    # What a coupon took off, in the prices of the lines already; its name then. No database
    # constraint, as above.
    coupon_claim = models.ForeignKey(
        Claim,
        verbose_name="优惠券",
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        db_constraint=False,
        db_index=False,
        editable=False,
    )
    coupon_name = models.CharField("优惠券", max_length=40, blank=True, default="", db_default="")
    coupon_amount = models.DecimalField(
        "优惠券减（元）", max_digits=10, decimal_places=2, default=Decimal(0), db_default=Decimal(0)
    )
    # When the next batch queries the payment provider about this order; NULL when nothing is open.
    next_query_at = models.DateTimeField("下次查询", null=True, db_index=True, editable=False)
    queried_at = models.DateTimeField("上次查询", null=True, editable=False)
    query_failures = models.PositiveSmallIntegerField(
        "支付平台连续未答复", default=0, editable=False
    )
    # cart_key.cart_key() while the order is open, NULL afterwards: the unique column allows one
    # open order for the same student and set of courses.
    open_cart_key = models.CharField(max_length=64, unique=True, null=True, editable=False)

    objects = OrderQuerySet.as_manager()

    # The details in the order of the cart: set at checkout, or by selectors.with_lines.
    lines: list["OrderDetail"]
    # The refunds, the newest first: set at the same places.
    refund_rows: list["Refund"]
    # Why it takes no payment now, None while it does; whether the same could be ordered again; and
    # whether money that came by hand is being checked. Set at checkout, or by payability.load.
    payment_refusal: DomainError | None
    can_reorder: bool
    money_waits: bool

    class Meta:
        db_table = "luffy_order"
        verbose_name = verbose_name_plural = "订单"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(name="order_total_positive", condition=Q(total_amount__gt=0)),
            models.CheckConstraint(
                name="order_paid_has_time",
                condition=~Q(order_status__in=[1, 4]) | Q(pay_time__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["user", "-id"], name="order_of_user"),
            models.Index(fields=["order_status", "expires_at"], name="order_to_expire"),
            # What was placed on a day.
            models.Index(fields=["created_time", "order_status"], name="order_placed"),
        ]

    def __str__(self) -> str:
        return self.out_trade_no

    @property
    def trade_number(self) -> str:
        """Under which the provider knows the open trade."""
        return trade_number(self.out_trade_no, self.trade_count)

    @property
    def is_payable(self) -> bool:
        """Whether it is unpaid and its time limit has not passed."""
        return self.order_status == OrderStatus.UNPAID and self.expires_at > timezone.now()


class RefundDueOrder(Order):
    """待退款: orders with money that is due back, a changelist of their own in the back office."""

    class Meta:
        proxy = True
        verbose_name = verbose_name_plural = "待退款订单"


class OrderDetail(models.Model):
    """A course of an order, with list price and price paid at checkout (yuan)."""

    # No database constraints: see docs/decisions/0002.
    order = models.ForeignKey(
        Order,
        verbose_name="订单",
        on_delete=models.CASCADE,
        related_name="order_courses",
        db_constraint=False,
    )
    course = models.ForeignKey(
        Course,
        verbose_name="课程",
        on_delete=models.PROTECT,
        related_name="course_orders",
        db_constraint=False,
    )
    price = models.DecimalField("课程原价（元）", max_digits=8, decimal_places=2)
    real_price = models.DecimalField("课程实价（元）", max_digits=8, decimal_places=2)
    # What of the difference is a share of the order's coupon.
    coupon_amount = models.DecimalField(
        "优惠券分摊（元）",
        max_digits=8,
        decimal_places=2,
        default=Decimal(0),
        db_default=Decimal(0),
    )
    # What of the difference a member saved: the price for everybody then, less the 会员价.
    vip_amount = models.DecimalField(
        "会员价减（元）",
        max_digits=8,
        decimal_places=2,
        default=Decimal(0),
        db_default=Decimal(0),
    )
    # For how long it may be studied from the payment on; NULL: for ever.
    study_months = models.PositiveSmallIntegerField("学习期限（月）", null=True)
    # In which package it was sold, `real_price` being its share; its name then. No database
    # constraint, as above.
    package = models.ForeignKey(
        Package,
        verbose_name="套餐",
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        db_constraint=False,
        db_index=False,
        editable=False,
    )
    package_name = models.CharField("套餐", max_length=40, blank=True, default="", db_default="")
    # The student had the course already when the order was paid. The price is due back for as long
    # as an older grant gives the course.
    owned_before = models.BooleanField("付款时已拥有", default=False)

    objects = OrderDetailQuerySet.as_manager()

    class Meta:
        db_table = "luffy_order_detail"
        verbose_name = verbose_name_plural = "订单详情"
        constraints = [
            models.UniqueConstraint(fields=["order", "course"], name="order_detail_once")
        ]

    def __str__(self) -> str:
        return f"{self.course_id}: {self.real_price}"

    @property
    def product_type(self) -> str:
        """What was sold by the line, as clients name it: a course, or a package that it is of."""
        return "package" if self.package_id else "course"

    @property
    def product_id(self) -> int:
        """Of the course or the package."""
        return self.package_id or self.course_id
