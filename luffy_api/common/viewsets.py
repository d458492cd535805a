"""Base class of viewsets with paginated lists."""

from collections.abc import Mapping
from typing import Any

from rest_framework import viewsets
from rest_framework.response import Response

from luffy_api.common.exceptions import DomainError
from luffy_api.common.pagination import PagePagination


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


class TranslatingViewSet(viewsets.ViewSet):
    """Answers exceptions of a library as the DomainErrors that `translated` gives for them."""

    translated: Mapping[type[Exception], type[DomainError]] = {}

    def handle_exception(self, exc: Exception) -> Response:
        """DRF's hook."""
        for kind, error in self.translated.items():
            if isinstance(exc, kind):
                return super().handle_exception(error())
        return super().handle_exception(exc)
