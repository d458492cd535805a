"""The API of the home page."""

from typing import Any

import orjson
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework import viewsets
from rest_framework.permissions import AllowAny
from rest_framework.request import Request

from luffy_api.apps.home import selectors
from luffy_api.apps.home.serializers import BannerSerializer, ListingSerializer
from luffy_api.apps.publishing.marks import published
from luffy_api.common.replica import catalogue_read
from luffy_api.common.response import APIResponse, joined_response


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
