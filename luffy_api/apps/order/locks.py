"""The only place where rows are locked, and in which order.

1. the order; 2. its courses, by id; 3. their enrolments, which nobody writes without the lock of
the course; 4. rows that are only ever added (payment events, placing keys). The sweeps lock
nothing: they claim an order by a conditional UPDATE that is over before Alipay is asked. Nobody
waits for the network under a lock.
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
