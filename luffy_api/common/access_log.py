"""The access log, and a filter that keeps signatures of URLs out of every log."""

import logging
import re
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

logger = logging.getLogger("luffy.access")

SIGNED_PATH = re.compile(r"/files/[^/\s]+/")


class AccessLogMiddleware:
    """Logs method, route, status and duration in milliseconds.

    Logs the route's pattern, not path and query string, which may contain signatures.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        start = time.perf_counter()
        response = self.get_response(request)
        milliseconds = (time.perf_counter() - start) * 1000
        route = route_of(request) or "(static or unknown)"
        level = logging.INFO if request.resolver_match else logging.DEBUG
        logger.log(
            level, "%s %s %s %.0fms", request.method, route, response.status_code, milliseconds
        )
        return response


def route_of(request: HttpRequest) -> str:
    """The pattern of the URL that answered, blank for static files and for what nobody serves."""
    match = request.resolver_match
    return f"/{match.route}" if match else ""


class TokenFilter(logging.Filter):
    """Replaces the signature in file URLs that other loggers print, such as Django for a 500."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always True: no record is dropped."""
        message = record.getMessage()
        if "/files/" in message:
            record.msg, record.args = SIGNED_PATH.sub("/files/…/", message), ()
        return True
