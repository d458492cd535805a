"""/metrics, for Prometheus."""

import ipaddress
import logging
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from prometheus_client import Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.registry import Collector

from luffy_api.apps.monitoring import gauges
from luffy_api.common import metric_files, metrics

logger = logging.getLogger(__name__)

LOCAL_ONLY = "只能从本机读取，或设置 METRICS_TOKEN。"
AUTHENTICATE = "需要 METRICS_TOKEN。"


class AllMetrics(Collector):
    """What every process counted, and what is computed now."""

    def collect(self) -> Iterator[Metric]:
        """Hook of prometheus_client."""
        yield from self._counted()
        yield from gauges.collect()

    def _counted(self) -> Iterable[Metric]:
        if not settings.METRICS_DIR:
            return metrics.REGISTRY.collect()
        try:
            return metric_files.read(Path(settings.METRICS_DIR))
        except Exception:
            logger.exception("metrics: the files of the processes cannot be read")
            return []


@csrf_exempt
@never_cache
@require_safe
def show_metrics(request: HttpRequest) -> HttpResponse:
    """Text for Prometheus, for who brings METRICS_TOKEN; without one for this machine alone."""
    if settings.METRICS_TOKEN:
        if not _brings_token(request):
            headers = {"WWW-Authenticate": "Bearer"}
            return HttpResponse(AUTHENTICATE, status=401, headers=headers)
    elif not _is_from_here(request):
        return HttpResponse(LOCAL_ONLY, status=403)
    # Not `choose_encoder`, which raises what a client writes into Accept.
    return HttpResponse(generate_latest(AllMetrics()), content_type=CONTENT_TYPE_PLAIN_0_0_4)


def _brings_token(request: HttpRequest) -> bool:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    given, known = token.strip().encode(), settings.METRICS_TOKEN.encode()
    return secrets.compare_digest(given, known) and scheme.lower() == "bearer"


def _is_from_here(request: HttpRequest) -> bool:
    """Whether the peer is this machine, and every address that a proxy has named too.

    Not only the hops of TRUSTED_PROXIES: where that is left at 0 behind a proxy, every stranger
    would come from this machine. A forged address can only close the door.
    """
    hops = [request.META.get("REMOTE_ADDR", "")]
    for header in ("X-Forwarded-For", "X-Real-IP"):
        if header in request.headers:
            hops += request.headers[header].split(",")
    return "Forwarded" not in request.headers and all(map(_is_loopback, hops))


def _is_loopback(address: str) -> bool:
    try:
        parsed = ipaddress.ip_address(address.strip())
    except ValueError:
        return False
    return (getattr(parsed, "ipv4_mapped", None) or parsed).is_loopback
