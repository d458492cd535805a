"""Orders as sorts of rows for `due_rows`."""

from collections.abc import Callable

from django.db.models import Q, QuerySet

from luffy_api.apps.order.models import Order, PayType
from luffy_api.apps.order.payment import gateway
from luffy_api.apps.order.payment.due_rows import Sort


def sort(due: Callable[[], QuerySet[Order]], process: Callable[[Order], None]) -> Sort[Order]:
    """Orders that `due` finds, the longest due first, and what is done with each."""
    return Sort(due, _of_provider, process)


def _of_provider(provider: PayType | None) -> Q:
    """Orders with one trade are asked about at its provider, with several maybe at all of them."""
    if provider:
        return Q(trade_count=1, pay_type=provider)
    return ~Q(trade_count=1, pay_type__in=list(gateway.PROVIDERS))
