"""/healthz (liveness) and /readyz (readiness: database and cache answer)."""

import logging

from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from luffy_api.common.database_limits import at_most
from luffy_api.common.redis_circuit import circuit

logger = logging.getLogger(__name__)

# A load balancer that asks wants to know within two seconds.
DATABASE_SECONDS = 1.3


@csrf_exempt
@require_safe
def alive(request: HttpRequest) -> JsonResponse:
    """Liveness: always 200, without any dependency."""
    return JsonResponse({"status": "ok"})


@csrf_exempt
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Readiness: 200 if requests can be served, else 503; `checks` has each dependency by name.

    `status` is "degraded" while Redis is away.
    """
    checks = {"database": _database_answers(), "cache": _cache_answers()}
    if not all(checks.values()):
        return JsonResponse({"status": "unavailable", "checks": checks}, status=503)
    # Without Redis every request is served, with counters of this process alone.
    status = "degraded" if circuit.state().is_open else "ok"
    return JsonResponse({"status": status, "checks": checks})


def _database_answers() -> bool:
    try:
        with at_most(DATABASE_SECONDS), connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return bool(cursor.fetchone() == (1,))
    except Exception:
        logger.exception("readyz: the database does not answer")
        return False


def _cache_answers() -> bool:
    try:
        cache.set("readyz", 1, 5)
        return bool(cache.get("readyz") == 1)
    except Exception:
        logger.exception("readyz: the cache does not answer")
        return False
