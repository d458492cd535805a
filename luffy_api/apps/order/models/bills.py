"""Bills of payment providers, and what of them differs from our own payments and refunds."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F

from luffy_api.apps.order.models.orders import PayType
from luffy_api.apps.order.models.payments import OrderPayment
from luffy_api.apps.order.models.refunds import Refund


class BillResult(models.IntegerChoices):
    """How a line of a bill, or a payment or refund of ours, compares with the other side."""

    MATCHED = 0, "一致"
    MISSING_OURS = 1, "我方缺"
    MISSING_THEIRS = 2, "对方缺"
    AMOUNT_DIFFERS = 3, "金额不同"
    STATUS_DIFFERS = 4, "状态不同"


class Bill(models.Model):
    """The bill of one day (in Shanghai) and provider as it was last fetched and compared.

    Amounts in yuan as the provider states them, refunds positive; `fee` is what it charged, `net`
    what the merchant's balance gained. `load` names the lines that belong to it, 0 before the
    first success; `problem` says why the last attempt failed, blank when it did not.
    """

    pay_type = models.SmallIntegerField("支付方式", choices=PayType)
    day = models.DateField("账单日期")
    load = models.BigIntegerField(default=0, editable=False)
    payment_count = models.PositiveIntegerField("收款笔数", default=0)
    payment_amount = models.DecimalField("收款（元）", max_digits=14, decimal_places=2, default=0)
    refund_count = models.PositiveIntegerField("退款笔数", default=0)
    refund_amount = models.DecimalField("退款（元）", max_digits=14, decimal_places=2, default=0)
    fee = models.DecimalField("手续费（元）", max_digits=14, decimal_places=5, default=0)
    net = models.DecimalField("净额（元）", max_digits=14, decimal_places=5, default=0)
    matched = models.PositiveIntegerField("一致", default=0)
    missing_ours = models.PositiveIntegerField("我方缺", default=0)
    missing_theirs = models.PositiveIntegerField("对方缺", default=0)
    amount_differs = models.PositiveIntegerField("金额不同", default=0)
    status_differs = models.PositiveIntegerField("状态不同", default=0)
    compared_at = models.DateTimeField("核对时间", null=True, blank=True)
    attempted_at = models.DateTimeField("最近获取", null=True, blank=True)
    problem = models.CharField("未能核对的原因", max_length=200, blank=True)
    # When somebody was told that the bill cannot be had.
    alerted_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        db_table = "luffy_bill"
        verbose_name = verbose_name_plural = "对账单"
        ordering = ["-day", "pay_type"]
        constraints = [
            models.UniqueConstraint(fields=["pay_type", "day"], name="bill_once_a_day"),
        ]
        permissions = [("fetch_bill", "获取账单")]

    def __str__(self) -> str:
        return f"{self.get_pay_type_display()} {self.day}"

    @property
    def is_compared(self) -> bool:
        """Whether the bill was fetched and compared at least once."""
        return self.load != 0


class BillLineQuerySet(models.QuerySet["BillLine"]):
    """Lines of bills, of which only those of the bill's current load count."""

    def current(self) -> Self:
        """The lines that belong to their bill now."""
        return self.filter(load=F("bill__load"))


class BillLine(models.Model):
    """A payment or refund that a provider's bill lists. Amounts in yuan, times in UTC.

    `load` is that of the run which stored it: lines are written before the bill points at them,
    so a run that dies leaves the earlier ones in force.
    """

    class Kind(models.IntegerChoices):
        PAYMENT = 1, "收款"
        REFUND = 2, "退款"
        OTHER = 3, "其他"

    # No database constraints: see docs/decisions/0002.
    bill = models.ForeignKey(
        Bill,
        verbose_name="对账单",
        on_delete=models.CASCADE,
        related_name="lines",
        db_constraint=False,
    )
    load = models.BigIntegerField(editable=False)
    number = models.PositiveIntegerField("行号")
    kind = models.SmallIntegerField("类型", choices=Kind)
    trade_no = models.CharField("支付平台流水号", max_length=64)
    out_trade_no = models.CharField("订单号", max_length=64, blank=True)
    request_no = models.CharField("退款单号", max_length=64, blank=True)
    amount = models.DecimalField("金额（元）", max_digits=12, decimal_places=2)
    fee = models.DecimalField("手续费（元）", max_digits=12, decimal_places=5)
    net = models.DecimalField("净额（元）", max_digits=14, decimal_places=5)
    finished_at = models.DateTimeField("完成时间")
    status = models.CharField("对方状态", max_length=16)
    result = models.SmallIntegerField("核对结果", choices=BillResult)
    payment = models.ForeignKey(
        OrderPayment,
        verbose_name="付款",
        on_delete=models.PROTECT,
        related_name="bill_lines",
        db_constraint=False,
        null=True,
    )
    refund = models.ForeignKey(
        Refund,
        verbose_name="退款",
        on_delete=models.PROTECT,
        related_name="bill_lines",
        db_constraint=False,
        null=True,
    )

    objects = BillLineQuerySet.as_manager()

    class Meta:
        db_table = "luffy_bill_line"
        verbose_name = verbose_name_plural = "账单明细"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["bill", "load", "number"], name="bill_line_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.trade_no}"


class BillDifferenceQuerySet(models.QuerySet["BillDifference"]):
    """Differences by what is left to do."""

    def open(self) -> Self:
        """Those that somebody still has to look at."""
        return self.exclude(result=BillResult.MATCHED).filter(resolved_at=None)


class BillDifference(models.Model):
    """A payment or refund about which a bill and our rows disagree. Amounts in yuan.

    `key` identifies it over repeated comparisons of its bill (`payment.bill_matching`), so that
    `note` and `resolved_at` stay. One that has gone meanwhile is deleted, or kept as MATCHED when
    somebody had worked on it. What the other side does not know is None or blank.
    """

    bill = models.ForeignKey(
        Bill,
        verbose_name="对账单",
        on_delete=models.CASCADE,
        related_name="differences",
        db_constraint=False,
    )
    key = models.CharField(max_length=64, editable=False)
    kind = models.SmallIntegerField("类型", choices=BillLine.Kind)
    result = models.SmallIntegerField("核对结果", choices=BillResult)
    trade_no = models.CharField("支付平台流水号", max_length=64)
    out_trade_no = models.CharField("订单号", max_length=64, blank=True)
    request_no = models.CharField("退款单号", max_length=64, blank=True)
    our_amount = models.DecimalField("我方金额（元）", max_digits=12, decimal_places=2, null=True)
    their_amount = models.DecimalField("对方金额（元）", max_digits=12, decimal_places=2, null=True)
    our_status = models.CharField("我方状态", max_length=80, blank=True)
    their_status = models.CharField("对方状态", max_length=80, blank=True)
    occurred_at = models.DateTimeField("时间")
    note = models.CharField("备注", max_length=500, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="处理人",
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
    )
    resolved_at = models.DateTimeField("处理时间", null=True, blank=True)
    created_time = models.DateTimeField("发现时间", auto_now_add=True)

    objects = BillDifferenceQuerySet.as_manager()

    class Meta:
        db_table = "luffy_bill_difference"
        verbose_name = verbose_name_plural = "对账差异"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["bill", "key"], name="bill_difference_once"),
        ]
        indexes = [models.Index(fields=["result", "resolved_at"], name="bill_difference_open")]

    def __str__(self) -> str:
        return f"{self.get_result_display()} {self.trade_no}"

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to look at it."""
        return self.result != BillResult.MATCHED and self.resolved_at is None
