"""The only place where rows of this app are locked, and in which order.

1. the order; 2. its courses, by id; 3. their enrolments, which are only written under the lock of
the course; 4. rows that are only ever added (payment events, idempotency keys). Batches lock
nothing: they claim an order by a conditional UPDATE that is over before the provider is queried.
The network is never used under a lock.
Where a database ignores row locks (SQLite), BEGIN IMMEDIATE has taken the one write lock already.
"""

from luffy_api.apps.order.exceptions import OrderNotFound
from luffy_api.apps.order.models import Order


def lock_order(out_trade_no: str) -> Order:
    """The order, locked until the surrounding transaction ends. Raises OrderNotFound."""
    order = Order.objects.select_for_update().filter(out_trade_no=out_trade_no).first()
    if order is None:
        raise OrderNotFound
    return order


def lock_open_order(*, cart_key: str) -> Order | None:
    """The open order of a cart, locked until the surrounding transaction ends; None without one."""
    return Order.objects.select_for_update().filter(open_cart_key=cart_key).first()
