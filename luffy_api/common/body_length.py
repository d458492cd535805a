"""Bodies that come without a length."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from luffy_api.common import error_views
from luffy_api.common.codes import Code


class LengthRequiredMiddleware:
    """411 for a body in chunks that an API view would take for none at all.

    WSGI gives Django no length for `Transfer-Encoding: chunked` (RFC 9112, 7.1), and DRF reads an
    empty body then: a change would be answered with 200 and not made. A view whose class has
    `reads_chunks` reads the stream itself.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Hook of Django."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """Refuses before the view runs; None lets the request pass."""
        chunked = request.META.get("HTTP_TRANSFER_ENCODING")
        if not chunked or request.META.get("CONTENT_LENGTH"):
            return None
        reads_chunks = getattr(getattr(view, "cls", None), "reads_chunks", False)
        if reads_chunks or not request.path_info.startswith("/api/"):
            return None
        return error_views.envelope(Code.LENGTH_REQUIRED, 411)
