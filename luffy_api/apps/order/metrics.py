"""What the operators see of payments: docs/metrics.md."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db.models import Count, QuerySet
from django.utils import timezone
from prometheus_client import Counter, Histogram, Metric
from prometheus_client.core import GaugeMetricFamily

from luffy_api.apps.monitoring import gauges, queues
from luffy_api.apps.order.exceptions import (
    BillNotFound,
    GatewayRefused,
    GatewayUnavailable,
    TradeNumberUsed,
)
from luffy_api.apps.order.models import Order, PaymentEvent, PayType, Refund, RefundStatus
from luffy_api.apps.order.models.refunds import OPEN_STATUSES
from luffy_api.common.metrics import REGISTRY, count, observe

# What a provider says no with.
ANSWERS = (BillNotFound, GatewayRefused, TradeNumberUsed)
ACCEPTED, OTHER = "accepted", "other"

GATEWAY_REQUESTS = Counter(
    "luffy_gateway_requests",
    "Calls of payment providers.",
    ["provider", "operation", "outcome"],
    registry=REGISTRY,
)
GATEWAY_SECONDS = Histogram(
    "luffy_gateway_request_seconds",
    "Seconds of a call of a payment provider.",
    ["provider"],
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20),
    registry=REGISTRY,
)
NOTIFICATIONS = Counter(
    "luffy_notifications",
    "Notifications of payment providers by what became of them.",
    ["provider", "result"],
    registry=REGISTRY,
)
REFUNDS = Counter("luffy_refund_events", "What happened to refunds.", ["event"], registry=REGISTRY)
# Both are repeated within minutes while their provider answers: whatever is due longer waits for
# a runner.
LIMIT = timedelta(minutes=10)


def register() -> None:
    """Watch the rows that wait for a provider, and the open refunds."""
    queues.register(queues.Queue("orders", "待查询的订单", _orders_due, "next_query_at", LIMIT))
    queues.register(
        queues.Queue("refunds", "处理中的退款", Refund.objects.due, "next_query_at", LIMIT)
    )
    gauges.register(open_refunds)


def open_refunds() -> Iterator[Metric]:
    """One query."""
    found = Refund.objects.filter(status__in=OPEN_STATUSES).order_by()
    counts = dict(found.values_list("status").annotate(Count("pk")))
    metric = GaugeMetricFamily(
        "luffy_refunds_open", "Refunds that are not over.", labels=["status"]
    )
    for status in OPEN_STATUSES:
        metric.add_metric([RefundStatus(status).name.lower()], counts.get(status, 0))
    yield metric


@contextmanager
def gateway_call(pay_type: PayType, operation: str) -> Iterator[None]:
    """Count and time one call: ok, refused (an answer), unknown (none) or error (our fault)."""
    outcome, start = "ok", time.perf_counter()
    try:
        yield
    except GatewayUnavailable:
        outcome = "unknown"
        raise
    except Exception as error:
        outcome = "refused" if isinstance(error, ANSWERS) else "error"
        raise
    finally:
        name = pay_type.name.lower()
        count(GATEWAY_REQUESTS, name, operation, outcome)
        observe(GATEWAY_SECONDS, time.perf_counter() - start, name)


def count_notification(pay_type: PayType, result: str) -> None:
    """Count one by ACCEPTED, or by the reason for which it was refused."""
    known = result == ACCEPTED or result in PaymentEvent.Reason.values
    count(NOTIFICATIONS, pay_type.name.lower(), result if known else OTHER)


def _orders_due() -> QuerySet[Order]:
    return Order.objects.filter(next_query_at__lte=timezone.now())
