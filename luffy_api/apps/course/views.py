"""The catalogue."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import orjson
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import viewsets
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from luffy_api.apps.course import (
    access,
    enrollment,
    previews,
    related,
    selectors,
    serializers,
    share_pictures,
    view_counts,
)
from luffy_api.apps.course.card_fragments import Fragment
from luffy_api.apps.course.cards import CategorySerializer, CourseCardSerializer
from luffy_api.apps.course.filters import ChapterFilterSet, CourseFilterSet
from luffy_api.apps.course.models import CourseChapter, CourseQuerySet
from luffy_api.apps.course.share_pictures import SharePicture
from luffy_api.apps.publishing.marks import Terms, nothing_personal, published, under
from luffy_api.common.filters import StrictFilterBackend
from luffy_api.common.models import CatalogueQuerySet
from luffy_api.common.replica import catalogue_read
from luffy_api.common.response import APIResponse, joined_response
from luffy_api.common.throttling import RateThrottle
from luffy_api.common.validation import current_user_id, optional_user_id, validated_query
from luffy_api.common.viewsets import APIViewSet


class CategoryViewSet(viewsets.ViewSet):
    """Categories for the filter of the course list. Public."""

    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]

    @extend_schema(responses=CategorySerializer(many=True))
    @published()
    @catalogue_read
    def list(self, request: Request) -> APIResponse:
        """Visible categories in their order."""
        return APIResponse(CategorySerializer(selectors.categories(), many=True).data)


class CourseListViewSet(APIViewSet):
    """The course list. Public; a token is not read, so that an expired one cannot hide the shop."""

    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]
    serializer_class = CourseCardSerializer
    filter_backends = [StrictFilterBackend]
    filterset_class = CourseFilterSet

    def get_queryset(self) -> CourseQuerySet:
        """Return what the filters narrow."""
        return selectors.listed_courses()

    @extend_schema(responses=CourseCardSerializer(many=True))
    @published()
    @catalogue_read
    def list(self, request: Request) -> Response:
        """A page of the course list."""
        courses = self.filter_queryset(self.get_queryset())
        page = selectors.load_cards(self.paginate_queryset(courses) or [])
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


def _students_part(*, user_id: int, pk: int) -> dict[str, object]:
    """What a student's answer has beside that of a visitor; the page is opened once more."""
    view_counts.note(pk)
    return selectors.personal_part(user_id=user_id, pk=pk)


class CourseViewSet(APIViewSet):
    """One course."""

    serializer_class = serializers.CourseDetailSerializer

    def get_permissions(self) -> list[Any]:
        """The page is public; joining needs a login."""
        return [AllowAny()] if self.action in {"retrieve", None} else [IsAuthenticated()]

    @extend_schema(responses=serializers.CourseDetailSerializer)
    @published(personal=_students_part)
    @catalogue_read
    def retrieve(self, request: Request, pk: int) -> APIResponse:
        """A course's page."""
        course = selectors.course_detail(course_id=pk, user_id=optional_user_id(request))
        serializer = serializers.CourseDetailSerializer(course)
        view_counts.note(pk)
        terms = Terms(on_repeat=lambda _: view_counts.note(pk))
        return under(terms, APIResponse(serializer.data))

    @extend_schema(request=None, responses={200: None})
    def enroll(self, request: Request, pk: int) -> APIResponse:
        """Join a course whose real price is 0."""
        enrollment.join_free_course(user_id=current_user_id(request), course_id=pk)
        return APIResponse(msg="已加入学习")

    @extend_schema(request=None, responses={200: None})
    def leave(self, request: Request, pk: int) -> APIResponse:
        """Leave a free course; a right that was paid for or given stays."""
        lost = enrollment.leave_free_course(user_id=current_user_id(request), course_id=pk)
        return APIResponse(msg="已退出课程" if lost else "已取消免费加入，您另有的学习权益仍然保留")


class RelatedViewSet(viewsets.ViewSet):
    """What whoever looks at a course may like as well. Public; a token is not read."""

    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]
    envelope_extra = {"list": serializers.AlsoStudiedSerializer}

    @extend_schema(responses=CourseCardSerializer(many=True))
    @published()
    @catalogue_read
    def list(self, request: Request, pk: int) -> HttpResponse:
        """Four courses at most, of any kind, the most alike first.

        `also_studied`: four at most that its students have, too; none of them is in `data`.
        """
        found = related.neighbours(course_id=pk)
        return joined_response(_joined(found.related), also_studied=_joined(found.also_studied))


def _joined(cards: Sequence[Fragment]) -> list[orjson.Fragment]:
    return [orjson.Fragment(card.whole) for card in cards]


class ShareThrottle(RateThrottle):
    """Some are drawn anew."""

    scope = "share"


class ShareViewSet(viewsets.ViewSet):
    """The share pictures of a course. Public; a token is not read."""

    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]
    throttle_classes = [ShareThrottle]

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """Whoever asks for a picture alone gets it, although errors are JSON."""
        return super().perform_content_negotiation(request, force=True)

    @extend_schema(responses={(200, "image/png"): OpenApiTypes.BINARY})
    def retrieve(self, request: Request, pk: int) -> HttpResponseBase:
        """A PNG with cover, name, price, teacher and a QR code that leads to the course."""
        return self._respond(request, share_pictures.share_picture(course_id=pk))

    @extend_schema(responses={(200, "image/jpeg"): OpenApiTypes.BINARY})
    def card(self, request: Request, pk: int) -> HttpResponseBase:
        """A JPEG of 1200 by 630 pixels: the picture of a link to the course, as og:image."""
        return self._respond(request, share_pictures.share_card(course_id=pk))

    @staticmethod
    def _respond(request: Request, picture: SharePicture) -> HttpResponseBase:
        headers = {"ETag": picture.etag, "Cache-Control": "public, max-age=60"}
        found = get_conditional_response(request._request, etag=picture.etag)
        if found is not None:
            for name, value in headers.items():
                found[name] = value
            return found
        return HttpResponse(picture.body, content_type=picture.content_type, headers=headers)


class PreviewViewSet(APIViewSet):
    """A course that may not be public, for who holds a link to it. Never published."""

    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]
    pagination_class = None
    serializer_class = serializers.CoursePreviewSerializer

    @extend_schema(
        parameters=[serializers.PreviewTokenSerializer],
        responses=serializers.CoursePreviewSerializer,
    )
    def retrieve(self, request: Request, pk: int) -> APIResponse:
        """The course's page."""
        preview = selectors.course_preview(course_id=pk, ends_at=self._check(request, pk))
        return _unkept(serializers.CoursePreviewSerializer(preview).data)

    @extend_schema(
        parameters=[serializers.PreviewTokenSerializer],
        responses=serializers.ChapterSerializer(many=True),
    )
    def chapters(self, request: Request, pk: int) -> APIResponse:
        """Its outline."""
        self._check(request, pk)
        chapters = selectors.chapters_in_preview(pk)
        return _unkept(serializers.ChapterSerializer(chapters, many=True).data)

    def _check(self, request: Request, pk: int) -> datetime:
        query = validated_query(serializers.PreviewTokenSerializer, request)
        return previews.check_token(query["token"], course_id=pk)


def _unkept(data: Any) -> APIResponse:
    """An answer that no cache keeps."""
    return APIResponse(data, headers={"Cache-Control": "private, no-store"})


class ChapterViewSet(APIViewSet):
    """The outline of a course; its students see that of a withdrawn one, too."""

    permission_classes = [AllowAny]
    pagination_class = None
    serializer_class = serializers.ChapterSerializer
    filter_backends = [StrictFilterBackend]
    filterset_class = ChapterFilterSet

    def get_queryset(self) -> CatalogueQuerySet[CourseChapter]:
        """Return what the filter narrows to one course."""
        return selectors.chapters(user_id=optional_user_id(self.request))

    @extend_schema(responses=serializers.ChapterSerializer(many=True))
    @published(personal=nothing_personal)
    @catalogue_read
    def list(self, request: Request) -> APIResponse:
        """Every chapter with its sections."""
        chapters = self.filter_queryset(self.get_queryset())
        if not chapters:
            course_id = int(request.query_params["course"])
            access.require_visible(course_id=course_id, user_id=optional_user_id(request))
        return APIResponse(self.get_serializer(chapters, many=True).data)
