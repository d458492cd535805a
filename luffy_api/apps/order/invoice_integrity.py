"""Invariants of invoices; integrity.run_checks goes through them."""

from collections.abc import Callable, Iterator

from django.db.models import Exists, OuterRef, Q, QuerySet

from luffy_api.apps.order import invoice_selectors
from luffy_api.apps.order.models import Invoice, InvoiceOrder, InvoiceState, Order, Refund
from luffy_api.apps.order.models.invoices import LIVE


def _named(invoices: QuerySet[Invoice]) -> Iterator[str]:
    for pk in invoices.order_by("id").values_list("id", flat=True).distinct():
        yield f"发票 {pk}"


def _more_than_is_left() -> Iterator[str]:
    """Of invoices with a refund, whose number is small: one query for each."""
    refunded = Refund.objects.refunded().filter(order__invoice_orders__invoice=OuterRef("pk"))
    stated = Invoice.objects.filter(state__in=[InvoiceState.REQUESTED, InvoiceState.ISSUED])
    for invoice in stated.filter(Exists(refunded)).order_by("id").iterator():
        left = invoice_selectors.invoiceable_amount(invoice.orders.values_list("pk", flat=True))
        if invoice.amount > left:
            yield f"发票 {invoice.pk}（金额 {invoice.amount:.2f}，实收 {left:.2f}）"


def _without_order() -> Iterator[str]:
    """No database constraint holds these references: see docs/decisions/0002."""
    lines = InvoiceOrder.objects.filter(invoice=OuterRef("pk"))
    orders = Order.objects.filter(pk=OuterRef("order_id"), user=OuterRef("invoice__user"))
    yield from _named(
        Invoice.objects.filter(~Exists(lines) | Exists(lines.filter(~Exists(orders))))
    )
    invoices = Invoice.objects.filter(pk=OuterRef("invoice_id"))
    for pk in InvoiceOrder.objects.filter(~Exists(invoices)).order_by("id").values_list("id"):
        yield f"发票的订单 {pk[0]}"


def _wrongly_live() -> Iterator[str]:
    ended = Q(invoice_orders__is_live=True) & ~Q(state__in=LIVE)
    free = Q(invoice_orders__is_live=False, state__in=LIVE)
    return _named(Invoice.objects.filter(ended | free))


def _of_unpaid_orders() -> Iterator[str]:
    unpaid = Order.objects.filter(
        invoice_orders__invoice=OuterRef("pk"), payments=None, invoice_orders__is_live=True
    )
    return _named(Invoice.objects.filter(Exists(unpaid)))


RULES: dict[str, Callable[[], Iterator[str]]] = {
    "订单有退款，发票却没有标为需红冲": _more_than_is_left,
    "发票没有订单，或订单不是该学员的": _without_order,
    "发票的状态与它占用的订单不符": _wrongly_live,
    "发票的订单没有付款": _of_unpaid_orders,
}
