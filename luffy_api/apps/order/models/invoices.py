"""Invoices (发票) of paid orders: asked for by students, issued outside of this shop by 财务."""

from typing import Any, Self
from uuid import uuid4

from django.db import models
from django.db.models import Case, F, Q, When
from django.utils import timezone

from luffy_api.apps.order.models.orders import Order
from luffy_api.apps.user.models import User
from luffy_api.common.models import TimestampedModel
from luffy_api.libs.storage import private_storage


class InvoiceState(models.IntegerChoices):
    """REVERSED was made void at the tax bureau by a red-letter invoice (红字发票)."""

    REQUESTED = 0, "申请中"
    ISSUED = 1, "已开具"
    TO_REVERSE = 2, "需红冲"
    REVERSED = 3, "已红冲"
    REJECTED = 4, "已拒绝"


# Target state: the states that it may be entered from. ISSUED again is a correction.
INVOICE_SOURCES: dict[InvoiceState, frozenset[InvoiceState]] = {
    InvoiceState.ISSUED: frozenset({InvoiceState.REQUESTED, InvoiceState.ISSUED}),
    InvoiceState.TO_REVERSE: frozenset({InvoiceState.ISSUED}),
    InvoiceState.REVERSED: frozenset({InvoiceState.ISSUED, InvoiceState.TO_REVERSE}),
    InvoiceState.REJECTED: frozenset({InvoiceState.REQUESTED}),
}
# The orders of a live invoice cannot be on another one.
LIVE = frozenset({InvoiceState.REQUESTED, InvoiceState.ISSUED, InvoiceState.TO_REVERSE})


def invoice_file_name() -> str:
    """A new name in the private storage: nothing of the buyer is in it."""
    return f"order/invoices/{timezone.localdate():%Y%m}/{uuid4().hex}.pdf"


class InvoiceQuerySet(models.QuerySet["Invoice"]):
    """Invoices of a student, or moved to another state."""

    def of(self, user_id: int) -> Self:
        """Invoices of one student."""
        return self.filter(user_id=user_id)

    def live(self) -> Self:
        """Those whose orders cannot be on another invoice."""
        return self.filter(state__in=LIVE)

    def transition(self, *, to: InvoiceState, **fields: Any) -> int:
        """Move the invoices for which INVOICE_SOURCES permits it; return how many moved.

        One conditional UPDATE; `fields` are written with it. InvoiceOrder.is_live has to follow in
        the same transaction.
        """
        movable = self.filter(state__in=INVOICE_SOURCES[to])
        return movable.update(state=to, updated_time=timezone.now(), **fields)


class Invoice(TimestampedModel):
    """An invoice of one student for one or more orders. Amounts in yuan, times in UTC."""

    class Kind(models.IntegerChoices):
        """COMPANY is any organisation with a tax number; the others are entered as PERSONAL."""

        PERSONAL = 1, "个人"
        COMPANY = 2, "企业"

    # No database constraint: see docs/decisions/0002.
    user = models.ForeignKey(
        User,
        verbose_name="学员",
        on_delete=models.PROTECT,
        related_name="invoices",
        db_constraint=False,
    )
    kind = models.SmallIntegerField("抬头类型", choices=Kind)
    title = models.CharField("发票抬头", max_length=100)
    tax_number = models.CharField("税号", max_length=20, blank=True)
    email = models.EmailField("接收邮箱")
    # What the orders hold: paid, minus refunded, minus what is still to be refunded.
    amount = models.DecimalField("开票金额（元）", max_digits=12, decimal_places=2)
    # NULL until the invoice is issued.
    number = models.CharField("发票号码", max_length=20, unique=True, null=True, blank=True)
    file = models.FileField(
        "发票 PDF",
        storage=private_storage,
        max_length=255,
        blank=True,
    )
    state = models.SmallIntegerField("状态", choices=InvoiceState, default=InvoiceState.REQUESTED)
    reason = models.CharField(
        "说明", max_length=200, blank=True, help_text="拒绝或红冲的原因，学员可见"
    )
    reversal_number = models.CharField("红字发票号码", max_length=20, blank=True)
    issued_at = models.DateTimeField("开具时间", null=True, blank=True)
    # When it was rejected or reversed.
    closed_at = models.DateTimeField("结束时间", null=True, blank=True)
    handled_by = models.ForeignKey(
        User,
        verbose_name="经手人",
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        db_constraint=False,
    )

    orders = models.ManyToManyField(
        Order, verbose_name="订单", related_name="invoices", through="InvoiceOrder"
    )

    objects = InvoiceQuerySet.as_manager()

    # The orders by number: set by invoice_selectors.
    lines: list["InvoiceOrder"]

    class Meta:
        db_table = "luffy_invoice"
        verbose_name = verbose_name_plural = "发票"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(name="invoice_amount_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="invoice_issued_is_whole",
                condition=~Q(state__in=[1, 2, 3])
                | (Q(number__isnull=False, issued_at__isnull=False) & ~Q(file="")),
            ),
            models.CheckConstraint(
                name="invoice_company_has_tax_number",
                condition=(Q(kind=1) & Q(tax_number="")) | (Q(kind=2) & ~Q(tax_number="")),
            ),
        ]
        indexes = [
            models.Index(fields=["user", "-id"], name="invoice_of_user"),
            models.Index(fields=["state", "-id"], name="invoice_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.amount:.2f}"

    @property
    def out_trade_nos(self) -> list[str]:
        """The numbers of its orders; needs `lines`."""
        return [line.order.out_trade_no for line in self.lines]

    @property
    def has_file(self) -> bool:
        """Whether there is a PDF to download."""
        return bool(self.file)


class InvoiceOrder(models.Model):
    """An order on an invoice; on one live invoice at most."""

    # No database constraints: see docs/decisions/0002.
    invoice = models.ForeignKey(
        Invoice,
        verbose_name="发票",
        on_delete=models.CASCADE,
        related_name="invoice_orders",
        db_constraint=False,
    )
    order = models.ForeignKey(
        Order,
        verbose_name="订单",
        on_delete=models.PROTECT,
        related_name="invoice_orders",
        db_constraint=False,
    )
    # Written with Invoice.state: whether that is one of LIVE.
    is_live = models.BooleanField("有效", default=True, editable=False)
    # A conditional unique constraint does not exist on MySQL and MariaDB; NULLs never collide.
    live_order = models.GeneratedField(
        expression=Case(When(is_live=True, then=F("order")), default=None),
        output_field=models.BigIntegerField(null=True),
        db_persist=True,
        unique=True,
    )

    class Meta:
        db_table = "luffy_invoice_order"
        verbose_name = verbose_name_plural = "发票的订单"
        constraints = [
            models.UniqueConstraint(fields=["invoice", "order"], name="invoice_order_once")
        ]

    def __str__(self) -> str:
        return f"发票 {self.invoice_id} 的订单 {self.order_id}"
