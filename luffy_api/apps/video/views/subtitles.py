"""Subtitles of a section from the page of its course, a file for each language."""

from drf_spectacular.utils import extend_schema
from rest_framework.parsers import JSONParser
from rest_framework.request import Request

from luffy_api.apps.video import serializers, subtitles
from luffy_api.apps.video.permissions import require_own
from luffy_api.apps.video.views.uploads import StaffViewSet
from luffy_api.common.parsers import UploadParser
from luffy_api.common.response import APIResponse
from luffy_api.common.validation import current_user_id, validated
from luffy_api.libs.subtitles import MAX_BYTES


class SubtitleParser(UploadParser):
    """Accepts a file of subtitles and the multipart form around it."""

    limit = MAX_BYTES + 16 * 1024


class SubtitleViewSet(StaffViewSet):
    """The languages in which a section may have subtitles."""

    parser_classes = [SubtitleParser, JSONParser]

    @extend_schema(responses=serializers.SubtitleSerializer(many=True))
    def list(self, request: Request, pk: int) -> APIResponse:
        """All of them, with the number of lines that are stored."""
        require_own(request.user, section_id=pk)
        found = subtitles.stored(section_id=pk)
        return APIResponse(serializers.SubtitleSerializer(found, many=True).data)

    @extend_schema(
        request={"multipart/form-data": serializers.SubtitleRequest},
        responses=serializers.SubtitleSerializer(many=True),
    )
    def update(self, request: Request, pk: int, language: str) -> APIResponse:
        """Store a file (SRT, VTT, ASS) as those of one language, or in their place."""
        require_own(request.user, section_id=pk)
        file = validated(serializers.SubtitleRequest, request)["file"]
        subtitles.upload(
            section_id=pk,
            language=language,
            content=file.read(MAX_BYTES + 1),
            user_id=current_user_id(request),
        )
        return self.list(request, pk)

    @extend_schema(request=None, responses={200: serializers.SubtitleSerializer(many=True)})
    def destroy(self, request: Request, pk: int, language: str) -> APIResponse:
        """Remove those of one language."""
        require_own(request.user, section_id=pk)
        user_id = current_user_id(request)
        subtitles.withdraw(section_id=pk, language=language, user_id=user_id)
        return self.list(request, pk)
