"""消息: what the student who is logged in got from the school."""

from typing import Any, cast

from drf_spectacular.utils import extend_schema
from rest_framework import viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from luffy_api.apps.inbox import selectors, services
from luffy_api.apps.inbox.filters import InboxFilterSet
from luffy_api.apps.inbox.models import Channel, Delivery, Kind
from luffy_api.apps.inbox.serializers import (
    InboxMessageSerializer,
    PreferenceSerializer,
    ReadAllSerializer,
    UnreadSerializer,
)
from luffy_api.common.filters import StrictFilterBackend
from luffy_api.common.response import APIResponse
from luffy_api.common.validation import current_user_id, validated
from luffy_api.common.viewsets import APIViewSet


class InboxViewSet(APIViewSet):
    """Messages of the student who is logged in."""

    serializer_class = InboxMessageSerializer
    queryset = Delivery.objects.none()  # for the API schema; selectors choose the rows
    filter_backends = [StrictFilterBackend]
    filterset_class = InboxFilterSet

    @extend_schema(responses=InboxMessageSerializer(many=True))
    def list(self, request: Request) -> Response:
        """My messages, the newest first."""
        rows = selectors.my_messages(current_user_id(request))
        found = selectors.InboxList(self.filter_queryset(rows))
        page = self.paginate_queryset(cast(Any, found))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(operation_id="inbox_read", request=None, responses={200: None})
    def read(self, request: Request, pk: int) -> APIResponse:
        """Mark one of my messages as read."""
        services.read(user_id=current_user_id(request), delivery_id=pk)
        return APIResponse()


class UnreadViewSet(viewsets.ViewSet):
    """How many of them were not opened."""

    @extend_schema(responses=UnreadSerializer)
    def retrieve(self, request: Request) -> APIResponse:
        """The number for the bell."""
        return self._count(request)

    @extend_schema(
        operation_id="inbox_read_all", request=ReadAllSerializer, responses=UnreadSerializer
    )
    def read_all(self, request: Request) -> APIResponse:
        """Mark as read what I have been shown; answers what is left."""
        data = validated(ReadAllSerializer, request)
        services.read_all(user_id=current_user_id(request), **data)
        return self._count(request)

    def _count(self, request: Request) -> APIResponse:
        unread = selectors.count_unread(current_user_id(request))
        return APIResponse(UnreadSerializer({"unread": unread}).data)


class PreferenceViewSet(viewsets.ViewSet):
    """Which kinds of messages may come by which channel outside the site."""

    @extend_schema(responses=PreferenceSerializer(many=True))
    def list(self, request: Request) -> APIResponse:
        """Each kind and channel."""
        return self._all(request)

    @extend_schema(request=PreferenceSerializer, responses=PreferenceSerializer(many=True))
    def update(self, request: Request) -> APIResponse:
        """Turn one kind off or on, by one channel; answers all of them."""
        data: dict[str, Any] = validated(PreferenceSerializer, request)
        services.set_preference(
            user_id=current_user_id(request),
            kind=Kind(data["kind"]),
            channel=Channel(data["channel"]),
            enabled=data["enabled"],
        )
        return self._all(request)

    def _all(self, request: Request) -> APIResponse:
        rows = selectors.preferences(current_user_id(request))
        return APIResponse(PreferenceSerializer(rows, many=True).data)
