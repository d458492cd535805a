"""What of payments waits for a person, for the first page of the back office."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, Sum

from luffy_api.apps.order import amounts
from luffy_api.apps.order.models import (
    BillDifference,
    GatewayCounter,
    OfflinePayment,
    OfflineStatus,
    Order,
)


@dataclass(frozen=True)
class GatewayDay:
    """How many queries the payment providers were asked on a day, and were not answered."""

    queries: int = 0
    unanswered: int = 0


def open_bill_differences() -> int:
    """Differences between bills and our books that nobody has marked as 已处理. One query."""
    return BillDifference.objects.open().count()


def orders_owing() -> int:
    """Orders with money that is due back. One query."""
    return amounts.owing(Order.objects.all()).count()


def waiting_offline_payments() -> int:
    """Payments by hand that nobody has confirmed or voided; each holds its order. One query."""
    return OfflinePayment.objects.filter(status=OfflineStatus.WAITING).count()


def gateway_day(day: date) -> GatewayDay:
    """One query."""
    unknown = Q(outcome=GatewayCounter.Outcome.UNKNOWN)
    found = GatewayCounter.objects.filter(day=day).aggregate(
        queries=Sum("count", default=0), unanswered=Sum("count", filter=unknown, default=0)
    )
    return GatewayDay(**found)
