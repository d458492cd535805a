"""Ratings of courses."""

from typing import Any, cast

from drf_spectacular.utils import extend_schema
from rest_framework import viewsets
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from luffy_api.apps.community import rating_list, ratings
from luffy_api.apps.community.filters import RatingFilterSet
from luffy_api.apps.community.models import Rating
from luffy_api.apps.community.rating_list import RatingList
from luffy_api.apps.community.serializers.ratings import (
    OwnRatingSerializer,
    RateSerializer,
    RatingNumbersSerializer,
    RatingSerializer,
)
from luffy_api.apps.course import access
from luffy_api.apps.publishing.marks import nothing_personal, published
from luffy_api.common.filters import StrictFilterBackend
from luffy_api.common.response import APIResponse
from luffy_api.common.throttling import RateThrottle
from luffy_api.common.validation import current_user_id, optional_user_id, validated
from luffy_api.common.viewsets import APIViewSet


class RatingViewSet(APIViewSet):
    """What students think of a course. Public, as the course is."""

    permission_classes = [AllowAny]
    serializer_class = RatingSerializer
    queryset = Rating.objects.none()  # for the API schema; `rating_list` chooses the rows
    filter_backends = [StrictFilterBackend]
    filterset_class = RatingFilterSet
    envelope_extra = {"list": RatingNumbersSerializer}

    @extend_schema(responses=RatingSerializer(many=True))
    @published(personal=nothing_personal)
    def list(self, request: Request) -> Response:
        """The ratings of a course, the newest first; `by_stars` counts them from 1 to 5."""
        found: RatingList = cast(Any, self.filter_queryset(self.get_queryset()))
        access.require_visible(course_id=found.course_id, user_id=optional_user_id(request))
        page = self.paginate_queryset(cast(Any, found))
        data = self.get_serializer(page, many=True).data
        return self.get_paginated_response(data, by_stars=found.by_stars)


class RatingThrottle(RateThrottle):
    """Writes of ratings."""

    scope = "rating"


class OwnRatingViewSet(viewsets.ViewSet):
    """The rating of the student who is logged in."""

    permission_classes = [IsAuthenticated]

    def get_throttles(self) -> list[Any]:
        """Reading is limited like everything else."""
        return [RateThrottle() if self.action == "retrieve" else RatingThrottle()]

    @extend_schema(responses=OwnRatingSerializer)
    def retrieve(self, request: Request, pk: int) -> APIResponse:
        """Whether I may rate the course, and how I have."""
        return self._own(request, pk)

    @extend_schema(request=RateSerializer, responses=OwnRatingSerializer)
    def update(self, request: Request, pk: int) -> APIResponse:
        """Rate the course, or change my rating; the same sent twice is one rating."""
        data = validated(RateSerializer, request)
        ratings.rate(user_id=current_user_id(request), course_id=pk, **data)
        return self._own(request, pk)

    @extend_schema(responses={200: None})
    def destroy(self, request: Request, pk: int) -> APIResponse:
        """Take my rating back."""
        ratings.withdraw(user_id=current_user_id(request), course_id=pk)
        return APIResponse(msg="评价已删除")

    def _own(self, request: Request, course_id: int) -> APIResponse:
        own = rating_list.own_rating(user_id=current_user_id(request), course_id=course_id)
        return APIResponse(OwnRatingSerializer(own).data)
