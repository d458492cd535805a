"""The only place where rows of this app are locked, and in which order.

1. the order, which guards its payments and refunds too; 2. its student, for their enrolments;
3. its courses, by id, when enrolments end (who enrols locks none); 4. its invoice; 5. what was made
of its coupon (`promotion.redemptions`), which is written and never locked by itself; 6. rows that
are only ever added (payment events, log entries, idempotency keys, changes of numbers of students).
An ordinary payment locks its order by the UPDATE that makes it paid (`payment.optimistic`).
Several orders are locked by id. Batches lock due rows only while they claim them, and pass over
those that are locked; that is over before the provider is queried. The network is never used under
a lock.
An order at a price for members is placed with the open order of its cart locked first, and the
membership after it (`promotion.locks`), as a refund by days locks its order before the membership.
Where locks are local to a node of a cluster, `locked` writes the rows too; a bill, and rows that
are claimed, are written by whoever locks them.
Where a database ignores row locks (SQLite), BEGIN IMMEDIATE has taken the one write lock already.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from luffy_api.apps.order.exceptions import InvoiceNotFound, OrderNotFound
from luffy_api.apps.order.models import Bill, Invoice, Order
from luffy_api.common.locks import PreparedLock, SentLock, locked


def lock_order(out_trade_no: str) -> Order:
    """The order, locked until the surrounding transaction ends. Raises OrderNotFound."""
    order = _by_number.first(out_trade_no)
    if order is None:
        raise OrderNotFound
    return order


def send_open_order(*, cart_key: str) -> SentLock[Order]:
    """Lock the open order of a cart until the surrounding transaction ends, if there is one.

    It is known behind the next statement, with which it is sent.
    """
    return _open_of_cart.send(cart_key)


_by_number = PreparedLock(lambda number: Order.objects.filter(out_trade_no=number).order_by(), str)
_open_of_cart = PreparedLock(lambda key: Order.objects.filter(open_cart_key=key).order_by(), str)


def lock_orders(*, user_id: int, out_trade_nos: Sequence[str]) -> list[Order]:
    """Those of the student's orders that have these numbers, locked by id."""
    orders = Order.objects.of(user_id).order_by("pk")
    return locked(orders.filter(out_trade_no__in=out_trade_nos))


def lock_orders_of(user_ids: Sequence[int]) -> list[Order]:
    """All orders of these students, locked by id until the surrounding transaction ends."""
    return locked(Order.objects.filter(user__in=user_ids).order_by("pk"))


def lock_due(due: QuerySet[Any], *, limit: int) -> dict[int, datetime]:
    """When the first `limit` rows are due, by id, locked; rows that others claim are passed over.

    Where the database cannot pass over them, it waits, and finds them due no more.
    """
    skips = connection.features.has_select_for_update_skip_locked
    rows = due.select_for_update(skip_locked=skips).values_list("pk", "next_query_at")
    return dict(rows[:limit])


def lock_invoice(invoice_id: int) -> Invoice:
    """The invoice, locked until the surrounding transaction ends. Raises InvoiceNotFound."""
    invoice = next(iter(locked(Invoice.objects.filter(pk=invoice_id))), None)
    if invoice is None:
        raise InvoiceNotFound
    return invoice


def lock_live_invoices(order: Order) -> list[Invoice]:
    """The invoices on which the order is now, one at most, locked."""
    return locked(Invoice.objects.live().filter(invoice_orders__order=order))


def lock_bill(pk: int) -> Bill:
    """A bill, locked until the surrounding transaction ends; nothing else is locked with it."""
    return Bill.objects.select_for_update().get(pk=pk)
