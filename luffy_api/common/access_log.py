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

MESSAGE = "%s %s %s %sms"
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
        write(
            method=request.method or "",
            route=route_of(request),
            status=response.status_code,
            seconds=time.perf_counter() - start,
        )
        return response


def write(*, method: str, route: str, status: int, seconds: float) -> None:
    """One line; `route` is blank for static files and for what nobody serves."""
    level = _level(route, seconds)
    if not logger.isEnabledFor(level):
        return
    fields = {
        "method": method,
        "route": route or "(static or unknown)",
        "status": status,
        "milliseconds": round(seconds * 1000),
    }
    # Not `logger.log`, which looks for the line of code that called it.
    arguments, extra = tuple(fields.values()), {"fields": fields}
    record = logger.makeRecord(logger.name, level, "", 0, MESSAGE, arguments, None, None, extra)
    logger.handle(record)


def _level(route: str, seconds: float) -> int:
    if 0 < settings.SLOW_REQUEST_SECONDS <= seconds:
        return logging.WARNING
    return logging.INFO if route else logging.DEBUG


class TokenFilter(logging.Filter):
    """Replaces the signature in file URLs that other loggers print, such as Django for a 500."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always True: no record is dropped."""
        message = record.getMessage()
        if "/files/" in message:
            record.msg, record.args = SIGNED_PATH.sub("/files/…/", message), ()
        return True
