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
        seconds = time.perf_counter() - start
        route = route_of(request) or OTHER
        method = request.method if request.method in METHODS else OTHER
        metrics.count(metrics.REQUESTS, route, method or OTHER, f"{response.status_code // 100}xx")
        metrics.observe(metrics.REQUEST_SECONDS, seconds, route)
        return response
