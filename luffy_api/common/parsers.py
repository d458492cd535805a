"""JSON bodies with a limit on size and depth."""

from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import JSONParser


class TooLarge(APIException):
    """413: the body is over settings.API_BODY_LIMIT bytes."""

    status_code = 413


class LimitedJSONParser(JSONParser):
    """Objects only. DRF itself reads any amount and lets a RecursionError out as a 500."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """The parsed body. Raises TooLarge and ParseError."""
        request = (parser_context or {}).get("request")
        length = request.META.get("CONTENT_LENGTH") if request else None
        if length and int(length) > settings.API_BODY_LIMIT:
            raise TooLarge
        try:
            data = super().parse(stream, media_type, dict(parser_context or {}))
        except RecursionError as error:
            raise ParseError from error
        if not isinstance(data, dict):
            raise ParseError
        return data
