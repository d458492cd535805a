"""Search, suggestions and hot words."""

from collections.abc import Sequence
from dataclasses import asdict
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers as drf_serializers
from rest_framework import viewsets
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import AllowAny
from rest_framework.request import Request

from luffy_api.apps.publishing.marks import Terms, published, under
from luffy_api.apps.search import database, search_log, selectors, serializers
from luffy_api.apps.search.answering import SearchResults
from luffy_api.common.client_ip import client_ip
from luffy_api.common.filters import require_pages_only
from luffy_api.common.replica import catalogue_read
from luffy_api.common.response import APIResponse
from luffy_api.common.viewsets import APIViewSet

OPTIONS = ("kind", "course_category", "free", "ordering", "exact")
WORDS: Any = drf_serializers.ListSerializer(child=drf_serializers.CharField())


class SearchViewSet(APIViewSet):
    """Search results; public."""

    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]
    serializer_class = serializers.SearchResultSerializer
    envelope_extra = {"list": serializers.SearchExtraSerializer}

    @extend_schema(
        parameters=[serializers.SearchQuery],
        responses=serializers.SearchResultSerializer(many=True),
    )
    @published()
    @catalogue_read
    def list(self, request: Request) -> HttpResponse:
        """Courses of every kind, the best first."""
        require_pages_only(request, known=OPTIONS, may_be_blank=["search"])
        text = request.query_params.get("search", "")
        results = selectors.search(text=text, **_options(request))
        hits = self._page(results)
        by_database = results.engine == database.NAME

        def record(request: Request | HttpRequest) -> None:
            search_log.record(
                text=text,
                found=results.complete,
                visitor=client_ip(request),
                by_database=by_database,
            )

        # Nobody who sent no word has looked for something that there is not.
        counts = bool(text.strip()) and request.query_params.get("page", "1") == "1"
        if counts:
            record(request)
        rows = [
            hit.card.with_fields({"marks": hit.highlights, "found_in": hit.found_in})
            for hit in hits
        ]
        response = self.get_joined_response(
            rows,
            did_you_mean=results.did_you_mean,
            corrected_to=results.corrected_to,
            dropped=results.dropped,
            filters=[asdict(chip) for chip in results.chips],
        )
        terms = Terms(keep=not by_database, on_repeat=record if counts else None)
        return under(terms, response)

    def _page(self, results: SearchResults) -> Sequence[selectors.SearchHit]:
        ids = self.paginate_queryset(results.ids) or []
        hits = selectors.load_hits(results, ids)
        if len(hits) < len(ids):
            # Some have just been hidden, so the pages have to be counted again.
            ids = self.paginate_queryset(selectors.recheck(results).ids) or []
            hits = selectors.load_hits(results, ids)
        return hits


def _options(request: Request) -> dict[str, Any]:
    """The keyword arguments of `selectors.search`. Raises ValidationError (400)."""
    given = request.query_params
    options = _validated(tuple((name, given[name]) for name in OPTIONS if name in given))
    category_id = options["category_id"]
    if category_id is not None and not selectors.has_category(category_id):
        raise ValidationError({"course_category": [f"“{category_id}” 不是合法选项。"]})
    return options


@lru_cache(maxsize=256)
def _validated(given: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    """There are few, and DRF takes a third of a millisecond for them."""
    serializer = serializers.SearchQuery(data=dict(given))
    serializer.is_valid(raise_exception=True)
    query = serializer.validated_data
    return {
        "kind": query.get("kind"),
        "category_id": query.get("course_category"),
        "free": query["free"] == "true",
        "ordering": query.get("ordering"),
        "exact": query["exact"] == "true",
    }


class SearchWordViewSet(viewsets.ViewSet):
    """The lists below the search box; public."""

    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]
    envelope_extra = {"suggest": serializers.SuggestExtraSerializer}

    @extend_schema(parameters=[serializers.SuggestQuery], responses=WORDS)
    @published(max_age=selectors.MAX_SUGGESTIONS_AGE)
    def suggest(self, request: Request) -> APIResponse:
        """Completions of the text in `search`, at most eight, and the kind of each one."""
        require_pages_only(request, may_be_blank=["search"], paged=False)
        found = selectors.suggestions(text=request.query_params.get("search", ""))
        kinds = [completed.kind for completed in found]
        return APIResponse([completed.text for completed in found], kinds=kinds)

    @extend_schema(responses=WORDS)
    @published(max_age=30)
    def hot(self, request: Request) -> APIResponse:
        """Hot words, at most ten."""
        return APIResponse(selectors.hot_words())
