"""/metrics, for Prometheus, and /readyz, for load balancers and operators."""

import logging
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from prometheus_client import Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.registry import Collector

from luffy_api.apps.monitoring import gauges, permissions, readiness
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
        if not permissions.brings_token(request):
            headers = {"WWW-Authenticate": "Bearer"}
            return HttpResponse(AUTHENTICATE, status=401, headers=headers)
    elif not permissions.is_from_here(request):
        return HttpResponse(LOCAL_ONLY, status=403)
    # Not `choose_encoder`, which raises what a client writes into Accept.
    return HttpResponse(generate_latest(AllMetrics()), content_type=CONTENT_TYPE_PLAIN_0_0_4)


@csrf_exempt
@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Whether requests can be served: 503 with status "unavailable" while the database is away.

    All else is 200: "ok", or "degraded" while the shop sells with something missing. `checks` has
    each dependency by name for everybody; `reasons`, in words, only for this machine and for who
    brings METRICS_TOKEN.
    """
    reasons = readiness.find_faults()
    status = "degraded" if any(reasons.values()) else "ok"
    if reasons[readiness.DATABASE]:
        status = "unavailable"
    body: dict[str, Any] = {
        "status": status,
        "checks": {name: not reason for name, reason in reasons.items()},
    }
    if permissions.is_from_here(request) or permissions.brings_token(request):
        body["reasons"] = {name: reason for name, reason in reasons.items() if reason}
    return JsonResponse(body, status=503 if status == "unavailable" else 200)
