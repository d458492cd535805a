"""Memberships that a release without them has left out, while both served or after a rollback.

It records the payment of an order that has no course, and the refund of one, also of one by days
that was started here, and gives or ends nothing.
"""

from django.db import transaction
from django.db.models import Exists, ExpressionWrapper, F, IntegerField, OuterRef

from luffy_api.apps.order import locks, memberships
from luffy_api.apps.order.models import MembershipLine, Order, Refund
from luffy_api.apps.order.states import OrderStatus
from luffy_api.apps.promotion.models import MembershipPeriod
from luffy_api.common.transactions import retry_deadlocks


def repair() -> int:
    """Give what was paid, and end what was refunded; return how many orders that were.

    Safe to run at any time and concurrently.
    """
    period = MembershipPeriod.objects.filter(reference=OuterRef("order__out_trade_no"))
    # No status by its index: few orders have a line, and most of all orders are paid.
    status = ExpressionWrapper(F("order__order_status") + 0, output_field=IntegerField())
    lines = MembershipLine.objects.order_by("order_id").annotate(status=status)
    unfinished = lines.filter(~Exists(period), status=OrderStatus.PAID)
    kept = lines.filter(Exists(period.filter(ended_at=None)))
    by_days = Refund.objects.filter(order=OuterRef("order_id"), ends_membership=True)
    unfinished |= kept.filter(status=OrderStatus.REFUNDED)
    unfinished |= kept.filter(Exists(by_days.refunded()), status=OrderStatus.PAID)
    numbers = list(unfinished.values_list("order__out_trade_no", flat=True))
    return sum(_repair(number) for number in numbers)


@retry_deadlocks
@transaction.atomic
def _repair(out_trade_no: str) -> bool:
    order: Order = locks.lock_order(out_trade_no)
    by_days = order.refunds.refunded().filter(ends_membership=True)
    known = MembershipPeriod.objects.filter(reference=out_trade_no).exists()
    if order.order_status == OrderStatus.REFUNDED or (known and by_days.exists()):
        return memberships.end(order)
    if known or order.order_status != OrderStatus.PAID:
        return False
    memberships.add(order)
    return True
