"""One line per request for operators, with no secret in it."""

import logging
import re
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

logger = logging.getLogger("luffy.access")

SIGNED_PATH = re.compile(r"/files/[^/\s]+/")


class AccessLogMiddleware:
    """Logs method, route, status and time.

    The route's pattern is logged instead of the path and the query string, because signed file
    addresses and return parameters would otherwise stand in the log.
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
    """Takes the signature out of file addresses that others log, such as Django about a 500."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Never drops a record."""
        message = record.getMessage()
        if "/files/" in message:
            record.msg, record.args = SIGNED_PATH.sub("/files/…/", message), ()
        return True
