"""Invoices: requested by students, issued, rejected and reversed by 财务, marked by refunds.

The tax bureau's system issues the document; this module keeps who asked for which orders, the
amount, and the PDF that came of it.
"""

from collections.abc import Sequence
from contextlib import suppress
from decimal import Decimal
from functools import partial
from typing import Any

from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.utils import timezone

from luffy_api.apps.order import invoice_selectors, locks
from luffy_api.apps.order.exceptions import (
    InvoiceAmountChanged,
    InvoiceClosed,
    InvoiceNumberTaken,
    NotInvoiceable,
    OrderNotFound,
)
from luffy_api.apps.order.models import Invoice, InvoiceOrder, InvoiceState, Order
from luffy_api.apps.order.models.invoices import invoice_file_name
from luffy_api.apps.order.states import OrderStatus
from luffy_api.common import audit_log
from luffy_api.common.database_errors import is_taken
from luffy_api.common.exceptions import DomainError
from luffy_api.common.transactions import retry_deadlocks
from luffy_api.libs.storage import StorageUnavailable, private_storage

MAX_ORDERS = 50


def request_invoice(
    *,
    user_id: int,
    out_trade_nos: Sequence[str],
    kind: int,
    title: str,
    tax_number: str,
    email: str,
) -> Invoice:
    """Create an invoice in 申请中 for what the student's orders hold now.

    `tax_number` is normalised, and "" for a person. Raises OrderNotFound for an order that is not
    the student's, NotInvoiceable for one that is not paid, holds nothing any more, is being
    refunded or is on another live invoice.
    """
    fields = {"kind": kind, "title": title, "tax_number": tax_number, "email": email}
    try:
        return _create(user_id, out_trade_nos, fields)
    except IntegrityError as error:
        if not is_taken(error, InvoiceOrder, "live_order"):
            raise
        # Two nodes of a cluster do not wait for each other's locks; the unique column decides.
        raise NotInvoiceable("订单已申请过发票", out_trade_nos) from error


@retry_deadlocks
@transaction.atomic
def _create(user_id: int, out_trade_nos: Sequence[str], fields: dict[str, Any]) -> Invoice:
    orders = locks.lock_orders(user_id=user_id, out_trade_nos=out_trade_nos)
    if len(orders) < len(out_trade_nos):
        raise OrderNotFound
    _require_invoiceable(orders)
    amount = invoice_selectors.invoiceable_amount([order.pk for order in orders])
    invoice = Invoice.objects.create(user_id=user_id, amount=amount, **fields)
    InvoiceOrder.objects.bulk_create(
        [InvoiceOrder(invoice=invoice, order=order) for order in orders]
    )
    return invoice


def _require_invoiceable(orders: Sequence[Order]) -> None:
    unpaid = [order.pk for order in orders if order.order_status != OrderStatus.PAID]
    refused = {
        "只有已支付的订单可以开票": unpaid,
        "订单已申请过发票": invoice_selectors.on_live_invoice(orders),
        "订单正在退款，退款处理完再申请发票": invoice_selectors.being_refunded(orders),
        "订单的款项已全部退回，无需开票": invoice_selectors.without_money(orders),
    }
    for reason, ids in refused.items():
        if ids:
            raise NotInvoiceable(
                reason, [order.out_trade_no for order in orders if order.pk in ids]
            )


def issue(
    *, invoice_id: int, staff_id: int, amount: Decimal, number: str, file: "File[Any]"
) -> Invoice:
    """申请中 → 已开具 with number and PDF; of an issued invoice it corrects both.

    `amount` (yuan) is what the document says: InvoiceAmountChanged when a refund has changed the
    invoice meanwhile. Raises InvoiceClosed in any other state and while an order is being refunded,
    InvoiceNumberTaken, StorageUnavailable. The PDF was checked by common.file_checks.check_pdf.
    """
    name = private_storage().save(invoice_file_name(), file)
    try:
        return _issue(invoice_id, staff_id, amount, number=number, file=name)
    except (DomainError, IntegrityError) as error:
        # Only these prove that nothing was committed.
        with suppress(StorageUnavailable):
            private_storage().delete(name)
        if isinstance(error, IntegrityError) and is_taken(error, Invoice, "number"):
            raise InvoiceNumberTaken from error
        raise


@retry_deadlocks
@transaction.atomic
def _issue(invoice_id: int, staff_id: int, amount: Decimal, **fields: Any) -> Invoice:
    invoice = locks.lock_invoice(invoice_id)
    if invoice.amount != amount:
        raise InvoiceAmountChanged(invoice.amount)
    if invoice_selectors.being_refunded(invoice.orders.all()):
        raise InvoiceClosed("订单正在退款，请先处理退款再开票")
    if invoice.file:
        delete = partial(private_storage().delete, str(invoice.file))
        transaction.on_commit(delete, robust=True)
    issued_at = invoice.issued_at or timezone.now()
    invoice = _move(
        invoice, InvoiceState.ISSUED, issued_at=issued_at, handled_by_id=staff_id, **fields
    )
    text = f"开具发票，号码 {invoice.number}，金额 {invoice.amount:.2f} 元"
    audit_log.log_change(invoice, user_id=staff_id, message=text)
    return invoice


@retry_deadlocks
@transaction.atomic
def reject(*, invoice_id: int, staff_id: int, reason: str) -> Invoice:
    """申请中 → 已拒绝, with a sentence for the student. Raises InvoiceClosed in any other state."""
    invoice = locks.lock_invoice(invoice_id)
    invoice = _close(invoice, InvoiceState.REJECTED, reason=reason, handled_by_id=staff_id)
    audit_log.log_change(invoice, user_id=staff_id, message=f"拒绝开票：{reason}")
    return invoice


@retry_deadlocks
@transaction.atomic
def reverse(*, invoice_id: int, staff_id: int, reversal_number: str, reason: str = "") -> Invoice:
    """已开具, 需红冲 → 已红冲: the red-letter invoice was issued, the orders may be invoiced anew.

    Without a `reason` the one of the refund stays. Raises InvoiceClosed in any other state.
    """
    invoice = locks.lock_invoice(invoice_id)
    invoice = _close(
        invoice,
        InvoiceState.REVERSED,
        reason=reason or invoice.reason,
        reversal_number=reversal_number,
        handled_by_id=staff_id,
    )
    text = f"红冲发票，红字发票号码 {reversal_number}"
    audit_log.log_change(invoice, user_id=staff_id, message=text)
    return invoice


def mark_for_reversal(order: Order) -> None:
    """The invoice of an order whose money went back follows, inside of the refund's transaction.

    To be called after the refund's row was written, with the order locked. An issued invoice that
    says more than its orders still hold becomes 需红冲; one that is only asked for gets the new
    amount, or is rejected when nothing is left. The refund of a second payment changes neither,
    since that was never invoiced.
    """
    for invoice in locks.lock_live_invoices(order):
        amount = invoice_selectors.invoiceable_amount(invoice.orders.values_list("pk", flat=True))
        if amount >= invoice.amount:
            continue
        if invoice.state == InvoiceState.ISSUED:
            _move(invoice, InvoiceState.TO_REVERSE, reason=f"订单 {order.out_trade_no} 有退款")
        elif invoice.state == InvoiceState.REQUESTED and amount > 0:
            Invoice.objects.filter(pk=invoice.pk).update(amount=amount)
        elif invoice.state == InvoiceState.REQUESTED:
            _close(invoice, InvoiceState.REJECTED, reason="订单的款项已全部退回，无需开票")


def _close(invoice: Invoice, state: InvoiceState, **fields: Any) -> Invoice:
    invoice = _move(invoice, state, closed_at=timezone.now(), **fields)
    invoice.invoice_orders.update(is_live=False)
    return invoice


def _move(invoice: Invoice, state: InvoiceState, **fields: Any) -> Invoice:
    """Raises InvoiceClosed when its state does not allow it."""
    if not Invoice.objects.filter(pk=invoice.pk).transition(to=state, **fields):
        raise InvoiceClosed
    invoice.refresh_from_db()
    return invoice
