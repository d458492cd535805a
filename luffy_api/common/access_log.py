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
        match = request.resolver_match
        route = f"/{match.route}" if match else "(static or unknown)"
        level = logging.INFO if match else logging.DEBUG
        logger.log(
            level, "%s %s %s %.0fms", request.method, route, response.status_code, milliseconds
        )
        return response


class TokenFilter(logging.Filter):
    """Replaces the signature in file URLs that other loggers print, such as Django for a 500."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always True: no record is dropped."""
        message = record.getMessage()
        if "/files/" in message:
            record.msg, record.args = SIGNED_PATH.sub("/files/…/", message), ()
        return True
