"""The only place where rows of this app are locked, and in which order.

1. the order, which guards its payments and refunds too; 2. its student, for their enrolments;
3. its courses, by id, when enrolments end (who enrols locks none); 4. its invoice; 5. rows that are
only ever added (payment events, log entries, idempotency keys, changes of numbers of students).
Several orders are locked by id. Batches lock due rows only while they claim them, and pass over
those that are locked; that is over before the provider is queried. The network is never used under
a lock.
Where a database ignores row locks (SQLite), BEGIN IMMEDIATE has taken the one write lock already.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from luffy_api.apps.order.exceptions import InvoiceNotFound, OrderNotFound
from luffy_api.apps.order.models import Bill, Invoice, Order


def lock_order(out_trade_no: str) -> Order:
    """The order, locked until the surrounding transaction ends. Raises OrderNotFound."""
    order = Order.objects.select_for_update().filter(out_trade_no=out_trade_no).first()
    if order is None:
        raise OrderNotFound
    return order


def lock_order_of_refund(out_trade_no: str) -> Order:
    """The same for a decision about its money. The row is written too.

    Of two nodes of one database cluster that decide at the same moment one then fails at COMMIT,
    where row locks are local to a node. Raises OrderNotFound.
    """
    order = lock_order(out_trade_no)
    order.updated_time = timezone.now()
    Order.objects.filter(pk=order.pk).update(updated_time=order.updated_time)
    return order


def lock_open_order(*, cart_key: str) -> Order | None:
    """The open order of a cart, locked until the surrounding transaction ends; None without one."""
    return Order.objects.select_for_update().filter(open_cart_key=cart_key).first()


def lock_orders(*, user_id: int, out_trade_nos: Sequence[str]) -> list[Order]:
    """Those of the student's orders that have these numbers, locked by id."""
    orders = Order.objects.select_for_update().of(user_id).order_by("pk")
    return list(orders.filter(out_trade_no__in=out_trade_nos))


def lock_due(due: QuerySet[Any], *, limit: int) -> dict[int, datetime]:
    """When the first `limit` rows are due, by id, locked; rows that others claim are passed over.

    Where the database cannot pass over them, it waits, and finds them due no more.
    """
    skips = connection.features.has_select_for_update_skip_locked
    rows = due.select_for_update(skip_locked=skips).values_list("pk", "next_query_at")
    return dict(rows[:limit])


def lock_invoice(invoice_id: int) -> Invoice:
    """The invoice, locked until the surrounding transaction ends. Raises InvoiceNotFound."""
    invoice = Invoice.objects.select_for_update().filter(pk=invoice_id).first()
    if invoice is None:
        raise InvoiceNotFound
    return invoice


def lock_live_invoices(order: Order) -> list[Invoice]:
    """The invoices on which the order is now, one at most, locked."""
    return list(Invoice.objects.select_for_update().live().filter(invoice_orders__order=order))


def lock_bill(pk: int) -> Bill:
    """A bill, locked until the surrounding transaction ends; nothing else is locked with it."""
    return Bill.objects.select_for_update().get(pk=pk)
