"""The base of views that answer pages."""

from collections.abc import Mapping
from typing import Any

from rest_framework import viewsets
from rest_framework.response import Response

from luffy_api.common.exceptions import DomainError
from luffy_api.common.pagination import PagePagination


class APIViewSet(viewsets.GenericViewSet[Any]):
    """A GenericViewSet whose file addresses do not depend on the host of the request.

    DRF would make `http://<Host header>/media/…` of them; a path, or the address that the storage
    gives, is right behind every proxy and cannot be poisoned.
    """

    def get_serializer_context(self) -> dict[str, Any]:
        """No request."""
        return {}

    def get_paginated_response(self, data: Any, **extra: Any) -> Response:
        """The page in the envelope; `extra` keys stand beside `data`."""
        assert isinstance(self.paginator, PagePagination)
        return self.paginator.get_paginated_response(data, **extra)


class TranslatingViewSet(viewsets.ViewSet):
    """Answers exceptions of a library as the DomainErrors that `translated` gives for them."""

    translated: Mapping[type[Exception], type[DomainError]] = {}

    def handle_exception(self, exc: Exception) -> Response:
        """DRF's hook."""
        for kind, error in self.translated.items():
            if isinstance(exc, kind):
                return super().handle_exception(error())
        return super().handle_exception(exc)
