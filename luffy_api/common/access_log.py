"""The access log, and a filter that keeps signatures of URLs out of every log."""

import logging
import re
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from luffy_api.common import slow_queries
from luffy_api.common.routes import route_of

logger = logging.getLogger("luffy.access")

SIGNED_PATH = re.compile(r"/files/[^/\s]+/")


class AccessLogMiddleware:
    """Logs method, route, status and duration in milliseconds; slow requests as a WARNING.

    Logs the route's pattern, not path and query string, which may contain signatures.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        start = time.perf_counter()
        with slow_queries.watched(request):
            response = self.get_response(request)
        seconds = time.perf_counter() - start
        route = route_of(request) or "(static or unknown)"
        fields = {
            "method": request.method,
            "route": route,
            "status": response.status_code,
            "milliseconds": round(seconds * 1000),
        }
        logger.log(
            _level(request, seconds), "%s %s %s %sms", *fields.values(), extra={"fields": fields}
        )
        return response


def _level(request: HttpRequest, seconds: float) -> int:
    if 0 < settings.SLOW_REQUEST_SECONDS <= seconds:
        return logging.WARNING
    return logging.INFO if request.resolver_match else logging.DEBUG


class TokenFilter(logging.Filter):
    """Replaces the signature in file URLs that other loggers print, such as Django for a 500."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always True: no record is dropped."""
        message = record.getMessage()
        if "/files/" in message:
            record.msg, record.args = SIGNED_PATH.sub("/files/…/", message), ()
        return True
