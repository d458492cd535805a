"""Notes of the student who is logged in."""

from typing import Any, cast

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from drf_spectacular.utils import extend_schema
from rest_framework import viewsets
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from luffy_api.apps.community import note_export, notes
from luffy_api.apps.community.filters import NoteFilterSet
from luffy_api.apps.community.models import Note
from luffy_api.apps.community.serializers.notes import NoteSerializer, NoteTextSerializer
from luffy_api.common.filters import StrictFilterBackend
from luffy_api.common.response import APIResponse
from luffy_api.common.throttling import RateThrottle
from luffy_api.common.validation import current_user_id, validated
from luffy_api.common.viewsets import APIViewSet

MARKDOWN = "text/markdown; charset=utf-8"


class NoteThrottle(RateThrottle):
    """Writes of notes."""

    scope = "note"


class HeavyThrottle(RateThrottle):
    """Exports, which read many rows."""

    scope = "heavy"


class NoteListViewSet(APIViewSet):
    """Lists of my notes."""

    permission_classes = [IsAuthenticated]
    serializer_class = NoteSerializer
    queryset = Note.objects.none()  # for the API schema; `notes` chooses the rows
    filter_backends = [StrictFilterBackend]
    filterset_class = NoteFilterSet

    @extend_schema(responses=NoteSerializer(many=True))
    def list(self, request: Request) -> Response:
        """My notes: of a section in the order of its video, else the newest first."""
        page = self.paginate_queryset(cast(Any, self.filter_queryset(self.get_queryset())))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


class NoteViewSet(viewsets.ViewSet):
    """Writes of my notes."""

    permission_classes = [IsAuthenticated]

    def get_throttles(self) -> list[Any]:
        """An export reads what others only page through."""
        return [HeavyThrottle() if self.action == "export" else NoteThrottle()]

    @extend_schema(request=NoteTextSerializer, responses={201: NoteSerializer})
    def create(self, request: Request, pk: int) -> APIResponse:
        """Write a note under a section that I learn."""
        data = validated(NoteTextSerializer, request)
        row = notes.write(user_id=current_user_id(request), section_id=pk, **data)
        return APIResponse(NoteSerializer(row).data, status=201)

    @extend_schema(request=NoteTextSerializer, responses=NoteSerializer)
    def update(self, request: Request, pk: int) -> APIResponse:
        """Change a note."""
        data = validated(NoteTextSerializer, request)
        row = notes.change(user_id=current_user_id(request), note_id=pk, **data)
        return APIResponse(NoteSerializer(row).data)

    @extend_schema(responses={200: None})
    def destroy(self, request: Request, pk: int) -> APIResponse:
        """Delete a note."""
        notes.remove(user_id=current_user_id(request), note_id=pk)
        return APIResponse(msg="笔记已删除")

    @extend_schema(responses={(200, "text/markdown"): str})
    def export(self, request: Request, pk: int) -> HttpResponse:
        """My notes of a course as a Markdown file, by chapters and sections."""
        found = note_export.export(user_id=current_user_id(request), course_id=pk)
        headers = {
            "Content-Disposition": content_disposition_header(True, f"{found.name}-笔记.md"),
            "Cache-Control": "private, no-store",
        }
        return HttpResponse(found.text, content_type=MARKDOWN, headers=headers)
