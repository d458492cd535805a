"""The search box."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers as drf_serializers
from rest_framework import viewsets
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from luffy_api.apps.course.selectors import complete_cards
from luffy_api.apps.search import selectors, serializers
from luffy_api.common.requests import validated_query
from luffy_api.common.response import APIResponse
from luffy_api.common.viewsets import APIViewSet

WORDS: Any = drf_serializers.ListSerializer(child=drf_serializers.CharField())


class SearchViewSet(APIViewSet):
    """Public, like the shelves."""

    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]
    serializer_class = serializers.SearchResultSerializer
    envelope_extra = {"list": serializers.DidYouMeanSerializer}

    @extend_schema(
        parameters=[serializers.SearchQuery],
        responses=serializers.SearchResultSerializer(many=True),
    )
    def list(self, request: Request) -> Response:
        """Courses of every kind, the best first."""
        query = validated_query(serializers.SearchQuery, request)
        courses = selectors.search(text=query["search"], kind=query.get("kind"))
        page = complete_cards(self.paginate_queryset(courses) or [])
        selectors.attach_marks(page, text=query["search"])
        data = self.get_serializer(page, many=True).data
        return self.get_paginated_response(data, did_you_mean=None)


class SearchWordViewSet(viewsets.ViewSet):
    """What stands below the box before and while typing."""

    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]

    @extend_schema(parameters=[serializers.SuggestQuery], responses=WORDS)
    def suggest(self, request: Request) -> APIResponse:
        """Completions while typing."""
        query = validated_query(serializers.SuggestQuery, request)
        return APIResponse(selectors.suggestions(text=query["search"]))

    @extend_schema(responses=WORDS)
    def hot(self, request: Request) -> APIResponse:
        """The words under the box."""
        return APIResponse(selectors.hot_words())
