"""JSON bodies with a limit on size and depth, and uploads with a limit on size."""

from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import JSONParser, MultiPartParser


class TooLarge(APIException):
    """413: the body is larger than this endpoint takes."""

    status_code = 413


def limit_content_length(limit: int, parser_context: Mapping[str, Any] | None) -> None:
    """Raises TooLarge if Content-Length exceeds `limit` bytes, before the body is read."""
    request = (parser_context or {}).get("request")
    length = request.META.get("CONTENT_LENGTH") if request else None
    if length and int(length) > limit:
        raise TooLarge


class LimitedJSONParser(JSONParser):
    """JSON objects up to `limit` bytes, by default API_BODY_LIMIT; deep nesting is a ParseError."""

    limit: int | None = None

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """The parsed body. Raises TooLarge and ParseError."""
        limit_content_length(self.limit or settings.API_BODY_LIMIT, parser_context)
        try:
            data = super().parse(stream, media_type, dict(parser_context or {}))
        except RecursionError as error:
            raise ParseError from error
        if not isinstance(data, dict):
            raise ParseError
        return data


class UploadParser(MultiPartParser):
    """A multipart form of at most `limit` bytes; subclasses set the limit."""

    limit = settings.API_BODY_LIMIT

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """The parsed form. Raises TooLarge and ParseError."""
        limit_content_length(self.limit, parser_context)
        try:
            return super().parse(stream, media_type, dict(parser_context or {}))
        except SuspiciousOperation as error:
            # Django's own limits on the number of fields and the size of those without a file.
            raise TooLarge from error
