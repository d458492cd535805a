"""/healthz: whether the process lives. /readyz is in the monitoring app."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe


@csrf_exempt
@require_safe
def alive(request: HttpRequest) -> JsonResponse:
    """Liveness: always 200, without any dependency."""
    return JsonResponse({"status": "ok"})
