"""What Qiniu tells our server. It reads the answers itself, so they come without the envelope."""

import json
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.parsers import BaseParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from luffy_api.apps.video import uploads
from luffy_api.apps.video.transcoding import queue, worker
from luffy_api.apps.video.views.base import StorageViewSet
from luffy_api.common import audit_log
from luffy_api.common.exceptions import DomainError, Forbidden
from luffy_api.common.parsers import limit_content_length
from luffy_api.libs import storage

MAX_BODY_BYTES = 64 * 1024
MAX_ID_LENGTH = 128


class RawParser(BaseParser):
    """Bytes as they came: the signature covers them."""

    media_type = "*/*"

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        """All of them; raises TooLarge."""
        limit_content_length(MAX_BODY_BYTES, parser_context)
        return bytes(stream.read(MAX_BODY_BYTES))


class CallbackViewSet(StorageViewSet):
    """For the storage; whoever else asks proves nothing."""

    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]
    parser_classes = [RawParser]

    @extend_schema(exclude=True)
    def uploaded(self, request: Request) -> Response:
        """An object has arrived. Whatever is refused, Qiniu shows to the browser as a failure."""
        said = _verified(request)
        try:
            # It is the storage that asks: its address is not that of who has sent the video.
            with audit_log.acting_from(""):
                upload = uploads.complete_by_callback(said)
        except DomainError as error:
            return Response({"error": error.message}, status=400)
        queue.enqueue_processing()
        return Response({"key": said.key, "hash": said.hash, "size": said.size, "id": upload.pk})

    @extend_schema(exclude=True)
    def transcoded(self, request: Request) -> Response:
        """A job may have ended. Anybody can say so; the storage itself is asked."""
        try:
            persistent_id = json.loads(_body(request))["id"]
        except (ValueError, KeyError, TypeError, RecursionError):
            persistent_id = None
        if isinstance(persistent_id, str) and 0 < len(persistent_id) <= MAX_ID_LENGTH:
            worker.poll_job(persistent_id)
        return Response({"ok": True})


def _verified(request: Request) -> storage.UploadedObject:
    try:
        return storage.private_storage().uploads.verify_callback(
            authorization=request.headers.get("Authorization", ""),
            path_and_query=request.get_full_path(),
            body=_body(request),
            content_type=request.content_type or "",
        )
    except (storage.CallbackRejected, storage.NotOffered) as error:
        # 401 would ask a browser for a password; the storage only needs a no.
        raise Forbidden from error


def _body(request: Request) -> bytes:
    body: Any = request.data
    return body if isinstance(body, bytes) else b""
