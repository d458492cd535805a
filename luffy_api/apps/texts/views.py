"""What the editor of the back office asks for by itself."""

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework import viewsets
from rest_framework.request import Request

from luffy_api.apps.texts import admin, pictures, serializers, services
from luffy_api.apps.texts.permissions import MayWriteTexts
from luffy_api.common import audit_log
from luffy_api.common.client_ip import full_client_ip
from luffy_api.common.parsers import LimitedJSONParser, UploadParser
from luffy_api.common.response import APIResponse
from luffy_api.common.staff_session import StaffSession
from luffy_api.common.validation import current_user_id, validated


class PictureParser(UploadParser):
    """Accepts a picture of IMAGE_MAX_BYTES and the multipart form around it."""

    limit = settings.IMAGE_MAX_BYTES + 16 * 1024


class TextParser(LimitedJSONParser):
    """Accepts a text of the greatest length in any script."""

    limit = 1024**2


class TextViewSet(viewsets.ViewSet):
    """Pictures of texts, and texts in another format, for staff."""

    authentication_classes = [StaffSession]
    permission_classes = [MayWriteTexts]

    @extend_schema(
        request={"multipart/form-data": serializers.PictureRequest},
        responses={201: serializers.PictureSerializer},
    )
    def add_picture(self, request: Request) -> APIResponse:
        """Store a picture for a text; the audit log says for which page."""
        upload = validated(serializers.PictureRequest, request)["file"]
        row = admin.row_of(request._request)
        with audit_log.acting_from(full_client_ip(request._request)):
            stored = pictures.upload(
                upload,
                staff_id=current_user_id(request),
                row=row,
                page=admin.page_of(request._request),
            )
        return APIResponse(serializers.PictureSerializer(stored).data, status=201)

    @extend_schema(
        request=serializers.ConversionRequest, responses=serializers.ConversionSerializer
    )
    def convert(self, request: Request) -> APIResponse:
        """The text in another format, and what it would look like; nothing is stored."""
        data = validated(serializers.ConversionRequest, request)
        made = services.convert(
            text=data["text"], source=data["from_format"], target=data["to_format"]
        )
        return APIResponse(serializers.ConversionSerializer(made).data)
