"""The search box."""

from collections.abc import Sequence
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers as drf_serializers
from rest_framework import viewsets
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from luffy_api.apps.course.models import Course
from luffy_api.apps.course.selectors import complete_cards
from luffy_api.apps.search import counting, database, selectors, serializers
from luffy_api.common.client_ip import client_ip
from luffy_api.common.response import APIResponse
from luffy_api.common.validation import validated_query
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
        found = selectors.search(
            text=query["search"],
            kind=query.get("kind"),
            category_id=query.get("course_category"),
            free=query["free"] == "true",
            ordering=query.get("ordering"),
        )
        courses = self._page(found)
        if request.query_params.get("page", "1") == "1":
            counting.note(
                text=query["search"],
                found=len(found.ids),
                visitor=client_ip(request),
                by_database=found.engine == database.NAME,
            )
        data = self.get_serializer(complete_cards(courses), many=True).data
        return self.get_paginated_response(data, did_you_mean=found.did_you_mean)

    def _page(self, found: selectors.Found) -> Sequence[Course]:
        ids = self.paginate_queryset(found.ids) or []
        courses = selectors.page_of(found, ids)
        if len(courses) < len(ids):
            # Hidden since a moment: the pages have to be counted anew.
            ids = self.paginate_queryset(selectors.again(found).ids) or []
            courses = selectors.page_of(found, ids)
        return courses


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
