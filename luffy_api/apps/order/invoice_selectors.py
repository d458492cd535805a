"""Reads of invoices, and what of an order can be put on one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.db.models import Exists, OuterRef, Prefetch, QuerySet, prefetch_related_objects
from django.utils import timezone

from luffy_api.apps.order import amounts
from luffy_api.apps.order.amounts import OrderWithHeld
from luffy_api.apps.order.exceptions import InvoiceNotFound, InvoiceNotIssued
from luffy_api.apps.order.models import (
    Invoice,
    InvoiceOrder,
    InvoiceQuerySet,
    Order,
    Refund,
)
from luffy_api.apps.order.models.refunds import OPEN_STATUSES
from luffy_api.apps.order.states import OrderStatus
from luffy_api.common.prepared_query import PreparedQuery
from luffy_api.libs.storage import ObjectMissing, private_storage


@dataclass(frozen=True)
class InvoiceFile:
    """A PDF and the name to save it under."""

    name: str
    content: bytes


def my_invoices(*, user_id: int) -> InvoiceQuerySet:
    """A student's invoices with their `lines`, the newest first; two queries, and one to count."""
    return Invoice.objects.of(user_id).prefetch_related(_lines())


def with_lines(invoice: Invoice) -> Invoice:
    """The same invoice with its `lines`. One query."""
    prefetch_related_objects([invoice], _lines())
    return invoice


def my_invoice_file(*, user_id: int, invoice_id: int) -> InvoiceFile:
    """The document of one of the student's invoices.

    Raises InvoiceNotFound for anyone else's, InvoiceNotIssued while there is none,
    StorageUnavailable.
    """
    invoice = Invoice.objects.of(user_id).filter(pk=invoice_id).first()
    if invoice is None:
        raise InvoiceNotFound
    return invoice_file(invoice)


def invoice_file(invoice: Invoice) -> InvoiceFile:
    """The document of an invoice. Raises InvoiceNotIssued, StorageUnavailable."""
    if not invoice.file:
        raise InvoiceNotIssued
    try:
        content = private_storage().read_range(str(invoice.file), 0, settings.INVOICE_MAX_BYTES)
    except ObjectMissing as error:
        raise InvoiceNotIssued from error
    return InvoiceFile(f"发票-{invoice.number}.pdf", content)


def my_invoiceable_orders(*, user_id: int, out_trade_no: str = "") -> list[OrderWithHeld]:
    """A student's orders that can be put on an invoice now, the newest first, with what they hold.

    With `out_trade_no` only the one with this number. What `invoices.request_invoice` would refuse
    is left out. One query: what it asks of each order took far longer to compile than to answer,
    and as long again to count.
    """
    found = _invoiceable.all(user_id, timezone.now())
    return [order for order in found if out_trade_no in {"", order.out_trade_no}]


def _build_invoiceable(user_id: int, now: datetime) -> QuerySet[OrderWithHeld]:
    orders = Order.objects.of(user_id).filter(order_status=OrderStatus.PAID)
    on_invoice = InvoiceOrder.objects.filter(live_order=OuterRef("pk"))
    refunds = Refund.objects.filter(order=OuterRef("pk"), status__in=OPEN_STATUSES)
    free = orders.exclude(Exists(on_invoice) | Exists(refunds))
    return amounts.with_held(free, now).filter(held__gt=Decimal(0))


_invoiceable: PreparedQuery[OrderWithHeld] = PreparedQuery(_build_invoiceable, int, datetime)


def invoiceable_amount(order_ids: Iterable[int]) -> Decimal:
    """What the orders hold together (yuan): paid, minus refunded, minus what is still due back."""
    return sum(_held(order_ids).values(), Decimal(0))


def without_money(orders: Iterable[Order]) -> list[int]:
    """The ids of those orders of which nothing is left. One query."""
    held = _held(order.pk for order in orders)
    return [pk for pk, amount in held.items() if amount <= 0]


def on_live_invoice(orders: Iterable[Order]) -> list[int]:
    """The ids of those orders that are on a live invoice. One query."""
    rows = InvoiceOrder.objects.filter(live_order__in=[order.pk for order in orders])
    return list(rows.values_list("order_id", flat=True))


def being_refunded(orders: Iterable[Order]) -> list[int]:
    """The ids of those orders with a refund that is asked for or on its way. One query."""
    refunds = Refund.objects.filter(order__in=[order.pk for order in orders])
    return list(refunds.filter(status__in=OPEN_STATUSES).values_list("order_id", flat=True))


def _held(order_ids: Iterable[int]) -> dict[int, Decimal]:
    orders = Order.objects.filter(pk__in=list(order_ids))
    return dict(amounts.with_held(orders).values_list("pk", "held"))


def _lines() -> "Prefetch[str, QuerySet[InvoiceOrder], str]":
    rows = InvoiceOrder.objects.select_related("order").only("invoice", "order__out_trade_no")
    return Prefetch("invoice_orders", queryset=rows.order_by("order_id"), to_attr="lines")
