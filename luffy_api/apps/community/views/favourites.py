"""我的收藏. Never part of a published answer: pages ask for it beside what everybody gets."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework import viewsets
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request

from luffy_api.apps.community import favourites
from luffy_api.apps.community.models import Favourite, FavouriteQuerySet
from luffy_api.apps.community.serializers.favourites import FavouriteSerializer
from luffy_api.apps.course import card_fragments
from luffy_api.apps.course.cards import CourseCardSerializer
from luffy_api.common.filters import require_pages_only
from luffy_api.common.response import APIResponse
from luffy_api.common.throttling import RateThrottle
from luffy_api.common.validation import current_user_id
from luffy_api.common.viewsets import APIViewSet


class FavouriteListViewSet(APIViewSet):
    """The courses that the student who is logged in keeps."""

    permission_classes = [IsAuthenticated]
    serializer_class = CourseCardSerializer
    queryset = Favourite.objects.none()  # for the API schema

    def get_queryset(self) -> FavouriteQuerySet:
        """Return those of the student."""
        return favourites.kept_by(current_user_id(self.request))

    @extend_schema(responses=CourseCardSerializer(many=True))
    def list(self, request: Request) -> HttpResponse:
        """A page of 我的收藏, the latest first; without courses that are not listed now."""
        require_pages_only(request)
        page = self.paginate_queryset(self.get_queryset().values_list("course", flat=True)) or []
        cards = card_fragments.load_listed(page)
        return self.get_joined_response([cards[pk].whole for pk in page if pk in cards])


class FavouriteThrottle(RateThrottle):
    """Writes of favourites."""

    scope = "favourite"


class FavouriteViewSet(viewsets.ViewSet):
    """Whether the student who is logged in keeps a course."""

    permission_classes = [IsAuthenticated]

    def get_throttles(self) -> list[Any]:
        """Reading is limited like everything else."""
        return [RateThrottle() if self.action == "retrieve" else FavouriteThrottle()]

    @extend_schema(responses=FavouriteSerializer)
    def retrieve(self, request: Request, pk: int) -> APIResponse:
        """Whether I keep the course."""
        return _state(favourites.is_kept(user_id=current_user_id(request), course_id=pk))

    @extend_schema(request=None, responses=FavouriteSerializer)
    def update(self, request: Request, pk: int) -> APIResponse:
        """Keep the course; the same sent twice is one favourite."""
        favourites.add(user_id=current_user_id(request), course_id=pk)
        return _state(True)

    @extend_schema(responses={200: FavouriteSerializer})
    def destroy(self, request: Request, pk: int) -> APIResponse:
        """Keep it no more; the same sent twice is no error."""
        favourites.remove(user_id=current_user_id(request), course_id=pk)
        return _state(False)


def _state(is_favourite: bool) -> APIResponse:
    return APIResponse({"is_favourite": is_favourite})
