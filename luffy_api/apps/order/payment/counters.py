"""Daily counts of the provider's answers, shown in the back office."""

from django.db.models import F
from django.utils import timezone

from luffy_api.apps.order.models import GatewayCounter
from luffy_api.common.transactions import retry_deadlocks


@retry_deadlocks
def count_answer(outcome: str) -> None:
    """Count one answer (a GatewayCounter.Outcome) for today, local time."""
    today = GatewayCounter.objects.filter(day=timezone.localdate(), outcome=outcome)
    if not today.update(count=F("count") + 1):
        GatewayCounter.objects.get_or_create(day=timezone.localdate(), outcome=outcome)
        today.update(count=F("count") + 1)
