"""Payments, the log of messages about them, and daily counts of the provider's answers."""

from collections.abc import Callable

from django.db import models
from django.db.models import OuterRef, Q
from django.db.models.expressions import Combinable

from luffy_api.apps.order.models.orders import Order, PayType


def is_own_payment(payment: str = "", order: Callable[[str], Combinable] = OuterRef) -> Q:
    """`OrderPayment.is_own` as a condition: by default in a subquery of orders, of its payments.

    `payment` is the way from the row to the payment, such as "payment__", `order` makes the
    expression of a column of the order.
    """
    names = ("pay_type", "trade_no")
    return Q(**{payment + name: order(name) for name in names})


class OrderPayment(models.Model):
    """A trade that paid an order: amount in yuan, times in UTC. Append-only but for one column.

    The order's own payment carries its `trade_no`; any other one was paid a second time and is due
    back as a whole. `heard_refunds` is the greatest sum of its refunds that the provider has told.
    """

    # No database constraint: see docs/decisions/0002.
    order = models.ForeignKey(
        Order,
        verbose_name="订单",
        on_delete=models.PROTECT,
        related_name="payments",
        db_constraint=False,
    )
    pay_type = models.SmallIntegerField("支付方式", choices=PayType)
    trade_no = models.CharField("支付平台流水号", max_length=64)
    amount = models.DecimalField("金额（元）", max_digits=10, decimal_places=2)
    paid_at = models.DateTimeField("付款时间", db_index=True)
    heard_refunds = models.DecimalField(
        "支付平台告知的退款（元）", max_digits=10, decimal_places=2, default=0, editable=False
    )
    created_time = models.DateTimeField("入账时间", auto_now_add=True, db_index=True)

    class Meta:
        db_table = "luffy_order_payment"
        verbose_name = verbose_name_plural = "付款"
        ordering = ["-id"]
        constraints = [
            # One trade pays one order.
            models.UniqueConstraint(fields=["pay_type", "trade_no"], name="order_payment_once"),
            models.CheckConstraint(name="order_payment_positive", condition=Q(amount__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.get_pay_type_display()} {self.trade_no}"

    @property
    def is_own(self) -> bool:
        """Whether it made its order paid; the same rule as `is_own_payment`."""
        return (self.pay_type, self.trade_no) == (self.order.pay_type, self.order.trade_no)


class PaymentEvent(models.Model):
    """A message about a payment, accepted or rejected. Append-only; amounts in yuan."""

    class Source(models.TextChoices):
        NOTIFICATION = "notification", "异步通知"
        QUERY = "query", "主动查询"
        REFUND = "refund", "退款"
        OFFLINE = "offline", "线下登记"

    class Reason(models.TextChoices):
        """What an accepted message did, or why a message was rejected."""

        PAID = "paid", "已入账"
        PAID_BUT_OWNED = "paid_but_owned_before", "已入账，学员早已拥有，待退款"
        PAID_TWICE = "paid_twice", "同一订单的第二笔付款，待退款"
        REPEATED = "repeated", "重复消息"
        PARTLY_REFUNDED = "partly_refunded", "部分退款"
        REFUNDED = "refunded", "已全额退款"
        REFUND_FAILED = "refund_failed", "退款被支付平台拒绝"
        REQUEST_CLOSED = "request_closed", "款项已另行退回，退款申请随之结束"
        REQUEST_LOWERED = "request_lowered", "款项已另行退回一部分，退款申请只剩余额"
        TRADE_CLOSED = "TRADE_CLOSED", "交易关闭"
        WAIT_BUYER_PAY = "WAIT_BUYER_PAY", "等待付款"
        UNKNOWN_ORDER = "unknown_order", "拒绝：没有这个订单"
        AMOUNT_DIFFERS = "amount_differs", "拒绝：金额与订单不符"
        TRADE_OF_ANOTHER_ORDER = "trade_of_another_order", "拒绝：这笔交易已为另一订单付款"
        # Those that a provider's parse_notification raises with NotificationRejected.
        EMPTY = "empty", "拒绝：空消息"
        REPEATED_PARAMETER = "repeated_parameter", "拒绝：参数重复"
        MISSING_SIGN = "missing_sign", "拒绝：没有签名"
        SIGN_TYPE = "sign_type", "拒绝：签名方式不是 RSA2"
        BAD_SIGNATURE = "bad_signature", "拒绝：签名不符"
        MISSING_FIELD = "missing_field", "拒绝：缺少参数"
        MALFORMED = "malformed", "拒绝：参数格式不对"
        AMOUNT = "amount", "拒绝：金额格式不对"
        APP_ID = "app_id", "拒绝：不是发给本应用的"
        SELLER_ID = "seller_id", "拒绝：收款方不是本店"
        TIMESTAMP = "timestamp", "拒绝：不是五分钟内签名的"
        SERIAL = "serial", "拒绝：签名所用的密钥未知"
        DECRYPTION = "decryption", "拒绝：无法解密"
        EVENT_TYPE = "event_type", "拒绝：未知的通知类型"
        REFUND_CLOSED = "refund_closed", "退款关闭"
        REFUND_ABNORMAL = "refund_abnormal", "退款异常，请到支付平台后台处理"

    source = models.CharField("来源", max_length=16, choices=Source)
    out_trade_no = models.CharField("订单号", max_length=64, blank=True, db_index=True)
    trade_no = models.CharField("支付平台流水号", max_length=64, blank=True)
    total_amount = models.DecimalField(
        "金额（元）", max_digits=10, decimal_places=2, null=True, blank=True
    )
    accepted = models.BooleanField("已采信")
    reason = models.CharField("说明", max_length=64, choices=Reason, help_text="为何采信或拒绝")
    message = models.TextField("原文", blank=True)
    created_time = models.DateTimeField("收到时间", auto_now_add=True, db_index=True)

    class Meta:
        db_table = "luffy_payment_event"
        verbose_name = verbose_name_plural = "支付消息"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.out_trade_no} {self.reason}"


class GatewayCounter(models.Model):
    """How many queries got which answer on one day (local time).

    `unknown` counts queries without a trustworthy answer.
    """

    class Outcome(models.TextChoices):
        PAID = "paid", "已付款"
        WAITING = "waiting", "等待付款"
        CLOSED = "closed", "交易关闭"
        NOT_FOUND = "not_found", "尚无交易"
        UNKNOWN = "unknown", "未得到可信答复"

    day = models.DateField("日期")
    outcome = models.CharField("答复", max_length=16, choices=Outcome)
    count = models.PositiveIntegerField("次数", default=0)

    class Meta:
        db_table = "luffy_gateway_counter"
        verbose_name = verbose_name_plural = "支付查询统计"
        ordering = ["-day", "outcome"]
        constraints = [
            models.UniqueConstraint(fields=["day", "outcome"], name="gateway_counter_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.get_outcome_display()}"
