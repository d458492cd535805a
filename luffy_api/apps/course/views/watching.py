"""Watching and reading."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request

from luffy_api.apps.course import content, learning, playing, serializers
from luffy_api.apps.course.views.files import FilesViewSet
from luffy_api.common.response import APIResponse
from luffy_api.common.validation import current_user_id, optional_user_id, validated

PLAYLIST_TYPE = "application/vnd.apple.mpegurl"


class SectionViewSet(FilesViewSet):
    """One section."""

    def get_permissions(self) -> list[Any]:
        """Free trials are for everyone; `playing` decides."""
        return [AllowAny()] if self.action in {"play", "content", None} else [IsAuthenticated()]

    @extend_schema(responses=serializers.PlaySerializer)
    def play(self, request: Request, pk: int) -> APIResponse:
        """A short-lived signed address."""
        playback = playing.open_section(section_id=pk, user_id=optional_user_id(request))
        return APIResponse(serializers.PlaySerializer(playback).data)

    @extend_schema(responses=serializers.ContentSerializer)
    def content(self, request: Request, pk: int) -> APIResponse:
        """The text of a document or an exercise."""
        text = content.read(section_id=pk, user_id=optional_user_id(request))
        return APIResponse(serializers.ContentSerializer(text).data)

    @extend_schema(request=serializers.ProgressSerializer, responses=serializers.WatchedSerializer)
    def progress(self, request: Request, pk: int) -> APIResponse:
        """Remember where the student stopped."""
        data = validated(serializers.ProgressSerializer, request)
        report = learning.save_progress(user_id=current_user_id(request), section_id=pk, **data)
        return APIResponse(serializers.WatchedSerializer(report).data)


class PlaylistViewSet(FilesViewSet):
    """Playlists, fetched by players that know nothing of tokens: the address says who it is."""

    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]

    @extend_schema(exclude=True)
    def retrieve(self, request: Request, pk: int, token: str, name: str) -> HttpResponse:
        """A playlist with signed segments; errors come in the envelope."""
        text = playing.open_playlist(section_id=pk, token=token, name=name)
        headers = {"Cache-Control": "private, no-store"}
        return HttpResponse(text, content_type=PLAYLIST_TYPE, headers=headers)
