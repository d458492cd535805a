"""Measures requests, by route and never by path."""

import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from luffy_api.common import metrics
from luffy_api.common.routes import route_of

# Static files, and paths and methods that nobody serves: whatever a client sends is one label.
OTHER = "other"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class RequestMetricsMiddleware:
    """Counts answers by route, method and class of status, and the seconds until they began."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        start = time.perf_counter()
        response = self.get_response(request)
        count(
            method=request.method or OTHER,
            route=route_of(request),
            status=response.status_code,
            seconds=time.perf_counter() - start,
        )
        return response


def count(*, method: str, route: str, status: int, seconds: float) -> None:
    """One answer; `route` is blank for static files and for what nobody serves."""
    route, method = route or OTHER, method if method in METHODS else OTHER
    metrics.count(metrics.REQUESTS, route, method, f"{status // 100}xx")
    metrics.observe(metrics.REQUEST_SECONDS, seconds, route)
