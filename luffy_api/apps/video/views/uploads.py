"""Uploading videos from the back office's page."""

from collections.abc import Mapping
from io import BytesIO
from typing import IO, Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from luffy_api.apps.video import serializers, services, uploads
from luffy_api.apps.video.models import VideoUpload
from luffy_api.apps.video.permissions import MayChangeSections, require_own
from luffy_api.apps.video.transcoding import queue
from luffy_api.apps.video.views.base import StorageViewSet
from luffy_api.common.parsers import LimitedJSONParser, limit_content_length
from luffy_api.common.response import APIResponse
from luffy_api.common.staff_session import StaffSession
from luffy_api.common.validation import current_user_id, validated

# More than any provider's part.
MAX_PART_BYTES = 64 * 1024**2


class PartParser(BaseParser):
    """The bytes of a part, unread."""

    media_type = "application/octet-stream"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """The stream; raises TooLarge."""
        limit_content_length(MAX_PART_BYTES, parser_context)
        return stream


class StaffViewSet(StorageViewSet):
    """For staff who may change sections."""

    authentication_classes = [StaffSession]
    permission_classes = [MayChangeSections]


class UploadViewSet(StaffViewSet):
    """Uploads of the staff member who asks."""

    def get_parsers(self) -> list[BaseParser]:
        """A part is bytes, everything else JSON."""
        parts = "put" in self.action_map and getattr(self.request, "method", "") == "PUT"
        return [PartParser()] if parts else [LimitedJSONParser()]

    @extend_schema(
        request=serializers.UploadRequest, responses={201: serializers.UploadSessionSerializer}
    )
    def create(self, request: Request) -> APIResponse:
        """Permission to upload a video; the same file goes on where it stopped."""
        data = validated(serializers.UploadRequest, request)
        require_own(request.user, section_id=data["section"])
        ticket = uploads.begin(
            user_id=current_user_id(request), section_id=data.pop("section"), **data
        )
        return APIResponse(serializers.UploadSessionSerializer(ticket).data, status=201)

    @extend_schema(responses=serializers.UploadStatusSerializer)
    def retrieve(self, request: Request, pk: int) -> APIResponse:
        """The state of an upload."""
        return _answer(self._own(request, pk))

    @extend_schema(request=None, responses={200: None})
    def destroy(self, request: Request, pk: int) -> APIResponse:
        """End it and leave nothing behind."""
        self._own(request, pk)
        uploads.abort(user_id=current_user_id(request), upload_id=pk)
        return APIResponse()

    @extend_schema(request=serializers.PartsRequest, responses=serializers.PartUrlsSerializer)
    def sign(self, request: Request, pk: int) -> APIResponse:
        """URLs to PUT parts to."""
        numbers = validated(serializers.PartsRequest, request)["parts"]
        self._own(request, pk)
        urls = uploads.sign_parts(user_id=current_user_id(request), upload_id=pk, numbers=numbers)
        return APIResponse({"urls": {str(number): url for number, url in urls.items()}})

    @extend_schema(request={"application/octet-stream": OpenApiTypes.BINARY}, responses={200: None})
    def part(self, request: Request, pk: int, number: int) -> APIResponse:
        """One part, through our own server."""
        # DRF makes a dictionary of an empty body.
        stream: Any = request.data or BytesIO()
        self._own(request, pk)
        user_id = current_user_id(request)
        uploads.write_part(user_id=user_id, upload_id=pk, number=number, stream=stream)
        return APIResponse()

    @extend_schema(request=None, responses=serializers.UploadStatusSerializer)
    def complete(self, request: Request, pk: int) -> APIResponse:
        """All has arrived: it is checked and becomes the section's video."""
        self._own(request, pk)
        upload = uploads.complete(user_id=current_user_id(request), upload_id=pk)
        queue.enqueue_processing()
        return _answer(upload)

    def _own(self, request: Request, pk: int) -> VideoUpload:
        """Raises UploadNotFound, and SectionNotFound for a section that is theirs no longer."""
        upload = uploads.get(user_id=current_user_id(request), upload_id=pk)
        require_own(request.user, section_id=upload.section_id)
        return upload


class MediaViewSet(StaffViewSet):
    """The video of a section, however it was stored."""

    @extend_schema(responses=serializers.MediaSerializer)
    def retrieve(self, request: Request, pk: int) -> APIResponse:
        """Its state."""
        require_own(request.user, section_id=pk)
        return APIResponse(serializers.MediaSerializer(services.status(section_id=pk)).data)

    @extend_schema(request=None, responses=serializers.MediaSerializer)
    def retry(self, request: Request, pk: int) -> APIResponse:
        """Process it again after a failure."""
        require_own(request.user, section_id=pk)
        services.retry(section_id=pk, user_id=current_user_id(request))
        queue.enqueue_processing()
        return self.retrieve(request, pk)


def _answer(upload: VideoUpload) -> APIResponse:
    status = serializers.MediaSerializer(services.status_of_upload(upload)).data
    return APIResponse({"id": upload.pk, "parts_done": uploads.parts_done(upload), **status})
