"""When the certificates of payment providers end, for /metrics."""

from collections.abc import Iterator

from django.utils import timezone
from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily

from luffy_api.apps.monitoring import gauges
from luffy_api.apps.order.exceptions import GatewayUnavailable, InvalidCredential
from luffy_api.apps.order.models import PayType
from luffy_api.apps.order.payment import credentials, gateway

CERTIFICATE = "-----BEGIN CERTIFICATE-----"
DAY_SECONDS = 24 * 3600


def register() -> None:
    """Show them."""
    gauges.register(days_left)


def days_left() -> Iterator[Metric]:
    """Negative once it has ended; one query where keys are kept in the database."""
    metric = GaugeMetricFamily(
        "luffy_certificate_days_left",
        "Days until a certificate of a payment provider ends.",
        labels=["provider", "certificate"],
    )
    for pay_type in gateway.PROVIDERS:
        for name, days in _certificates(pay_type):
            metric.add_metric([pay_type.name.lower(), name.lower()], days)
    yield metric


def _certificates(pay_type: PayType) -> Iterator[tuple[str, float]]:
    try:
        values = credentials.values_of(pay_type)
    except GatewayUnavailable:
        return
    for name, text in values.items():
        if isinstance(text, str) and CERTIFICATE in text:
            try:
                ends = gateway.PROVIDERS[pay_type].read_credential(name, text).expires_at
            except InvalidCredential:
                continue
            if ends is not None:
                yield name, (ends - timezone.now()).total_seconds() / DAY_SECONDS
