"""Base class of viewsets with paginated lists."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpResponse
from rest_framework import viewsets
from rest_framework.response import Response

from luffy_api.common.exceptions import DomainError
from luffy_api.common.pagination import PagePagination
from luffy_api.common.renderers import JSONRenderer


class APIViewSet(viewsets.GenericViewSet[Any]):
    """A GenericViewSet whose file URLs do not depend on the request's Host header.

    DRF would build `http://<Host>/media/…`; the storage's URL is right behind every proxy.
    """

    def get_serializer_context(self) -> dict[str, Any]:
        """Without the request, from which DRF would build absolute URLs."""
        return {}

    def get_paginated_response(self, data: Any, **extra: Any) -> Response:
        """The page in the envelope; `extra` keys are beside `data`."""
        assert isinstance(self.paginator, PagePagination)
        return self.paginator.get_paginated_response(data, **extra)

    def get_joined_response(self, rows: Sequence[bytes], **extra: Any) -> HttpResponse:
        """The same with rows that are JSON in UTF-8 already."""
        envelope = JSONRenderer().render(self.get_paginated_response([], **extra).data)
        # In a text of the envelope there would be a backslash before the second quotation mark.
        before, after = envelope.split(b'"results":[]', 1)
        body = b'%s"results":[%s]%s' % (before, b",".join(rows), after)
        return HttpResponse(body, content_type="application/json")


class TranslatingViewSet(viewsets.ViewSet):
    """Answers exceptions of a library as the DomainErrors that `translated` gives for them."""

    translated: Mapping[type[Exception], type[DomainError]] = {}

    def handle_exception(self, exc: Exception) -> Response:
        """DRF's hook."""
        for kind, error in self.translated.items():
            if isinstance(exc, kind):
                return super().handle_exception(error())
        return super().handle_exception(exc)
