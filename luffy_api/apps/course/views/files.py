"""The base of views that need the storage."""

from rest_framework import viewsets
from rest_framework.response import Response

from luffy_api.common.exceptions import Unavailable
from luffy_api.libs.storage import StorageUnavailable


class FilesViewSet(viewsets.ViewSet):
    """A storage that does not answer is 503: trying again later may help."""

    def handle_exception(self, exc: Exception) -> Response:
        """DRF's hook."""
        unavailable = isinstance(exc, StorageUnavailable)
        return super().handle_exception(
            Unavailable("存储服务暂时不可用,请稍后再试") if unavailable else exc
        )
