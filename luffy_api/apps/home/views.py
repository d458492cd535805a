"""The API of the home page."""

from typing import Any

import orjson
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework import viewsets
from rest_framework.permissions import AllowAny
from rest_framework.request import Request

from luffy_api.apps.home import selectors, topics
from luffy_api.apps.home.serializers import (
    BannerSerializer,
    ListingSerializer,
    PreviewTokenQuery,
    TopicLinkSerializer,
    TopicPreviewSerializer,
    TopicSerializer,
    TopicTextSerializer,
)
from luffy_api.apps.publishing.marks import published
from luffy_api.common.filters import require_pages_only
from luffy_api.common.replica import catalogue_read
from luffy_api.common.response import APIResponse, joined_response, wire_time
from luffy_api.common.validation import validated_query


class BannerViewSet(viewsets.ViewSet):
    """Banners; open to everybody, tokens are not looked at."""

    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]

    @extend_schema(responses=BannerSerializer(many=True))
    @published()
    @catalogue_read
    def list(self, request: Request) -> APIResponse:
        """Banners in display order."""
        return APIResponse(BannerSerializer(selectors.banners(), many=True).data)


class ListingViewSet(viewsets.ViewSet):
    """The first courses of each kind in one answer; open to everybody like banners."""

    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]

    @extend_schema(responses=ListingSerializer(many=True))
    @published()
    @catalogue_read
    def list(self, request: Request) -> HttpResponse:
        """Every kind with the first four courses of its list."""
        return joined_response([_representation(each) for each in selectors.listings()])


def _representation(listing: selectors.Listing) -> dict[str, Any]:
    """As `ListingSerializer` has it, with cards that are JSON already."""
    return {
        "kind": listing.kind.value,
        "kind_name": listing.kind.label,
        "courses": [orjson.Fragment(card.whole) for card in listing.courses],
    }


class TopicViewSet(viewsets.ViewSet):
    """Topics; open to everybody, tokens are not looked at."""

    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]

    @extend_schema(responses=TopicLinkSerializer(many=True))
    @published()
    @catalogue_read
    def list(self, request: Request) -> APIResponse:
        """Topics in display order."""
        require_pages_only(request, paged=False)
        return APIResponse(TopicLinkSerializer(topics.current_topics(), many=True).data)

    @extend_schema(responses=TopicSerializer)
    @published()
    @catalogue_read
    def retrieve(self, request: Request, slug: str) -> HttpResponse:
        """One topic with its courses."""
        return joined_response(_page_of(topics.topic_page(slug=slug)))


class TopicPreviewViewSet(viewsets.ViewSet):
    """A topic that may be a draft, for who holds a link to it. Never published."""

    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]

    @extend_schema(parameters=[PreviewTokenQuery], responses=TopicPreviewSerializer)
    def retrieve(self, request: Request, slug: str) -> HttpResponse:
        """Its page as visitors will see it."""
        token = validated_query(PreviewTokenQuery, request)["token"]
        found, ends_at = topics.topic_preview(slug=slug, token=token)
        response = joined_response({**_page_of(found), "preview_ends_at": wire_time(ends_at)})
        response["Cache-Control"] = "private, no-store"
        return response


def _page_of(found: topics.TopicPage) -> dict[str, Any]:
    """As `TopicSerializer` has it, with cards that are JSON already."""
    courses = [orjson.Fragment(card.whole) for card in found.courses]
    return {**TopicTextSerializer(found.topic).data, "courses": courses}
