"""Search, suggestions and hot words."""

from collections.abc import Sequence
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers as drf_serializers
from rest_framework import viewsets
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from luffy_api.apps.course.models import Course
from luffy_api.apps.publishing.marks import published
from luffy_api.apps.search import database, search_log, selectors, serializers
from luffy_api.common.client_ip import client_ip
from luffy_api.common.replica import catalogue_read
from luffy_api.common.response import APIResponse
from luffy_api.common.validation import validated_query
from luffy_api.common.viewsets import APIViewSet

WORDS: Any = drf_serializers.ListSerializer(child=drf_serializers.CharField())


class SearchViewSet(APIViewSet):
    """Search results; public."""

    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]
    serializer_class = serializers.SearchResultSerializer
    envelope_extra = {"list": serializers.DidYouMeanSerializer}

    @extend_schema(
        parameters=[serializers.SearchQuery],
        responses=serializers.SearchResultSerializer(many=True),
    )
    @catalogue_read
    def list(self, request: Request) -> Response:
        """Courses of every kind, the best first."""
        query = validated_query(serializers.SearchQuery, request)
        results = selectors.search(
            text=query["search"],
            kind=query.get("kind"),
            category_id=query.get("course_category"),
            free=query["free"] == "true",
            ordering=query.get("ordering"),
        )
        courses = self._page(results)
        if request.query_params.get("page", "1") == "1":
            search_log.record(
                text=query["search"],
                found=len(results.ids),
                visitor=client_ip(request),
                by_database=results.engine == database.NAME,
            )
        hits = selectors.load_hits(results, courses)
        data = self.get_serializer(hits, many=True).data
        return self.get_paginated_response(data, did_you_mean=results.did_you_mean)

    def _page(self, results: selectors.SearchResults) -> Sequence[Course]:
        ids = self.paginate_queryset(results.ids) or []
        courses = selectors.load_page(results, ids)
        if len(courses) < len(ids):
            # Some have just been hidden, so the pages have to be counted again.
            ids = self.paginate_queryset(selectors.recheck(results).ids) or []
            courses = selectors.load_page(results, ids)
        return courses


class SearchWordViewSet(viewsets.ViewSet):
    """The lists below the search box; public."""

    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]

    @extend_schema(parameters=[serializers.SuggestQuery], responses=WORDS)
    def suggest(self, request: Request) -> APIResponse:
        """Completions of the text in `search`, at most eight."""
        query = validated_query(serializers.SuggestQuery, request)
        return APIResponse(selectors.suggestions(text=query["search"]))

    @extend_schema(responses=WORDS)
    @published(max_age=30)
    def hot(self, request: Request) -> APIResponse:
        """Hot words, at most ten."""
        return APIResponse(selectors.hot_words())
