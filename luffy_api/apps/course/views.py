"""The catalogue."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import viewsets
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from luffy_api.apps.course import attachments, enrollment, selectors, serializers
from luffy_api.apps.course.cards import CategorySerializer, CourseCardSerializer
from luffy_api.apps.course.filters import CourseFilterSet
from luffy_api.apps.course.models import CourseQuerySet
from luffy_api.common.filters import StrictFilterBackend
from luffy_api.common.response import APIResponse
from luffy_api.common.validation import current_user_id, optional_user_id, validated_query
from luffy_api.common.viewsets import APIViewSet


class CategoryViewSet(viewsets.ViewSet):
    """The category row."""

    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]

    @extend_schema(responses=CategorySerializer(many=True))
    def list(self, request: Request) -> APIResponse:
        """Categories in their order."""
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
    def list(self, request: Request) -> Response:
        """A page of the course list."""
        courses = self.filter_queryset(self.get_queryset())
        page = selectors.load_cards(self.paginate_queryset(courses) or [])
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


class CourseViewSet(APIViewSet):
    """One course."""

    serializer_class = serializers.CourseDetailSerializer

    def get_permissions(self) -> list[Any]:
        """Looking is public; joining and downloading are for students."""
        return [AllowAny()] if self.action in {"retrieve", None} else [IsAuthenticated()]

    @extend_schema(responses=serializers.CourseDetailSerializer)
    def retrieve(self, request: Request, pk: int) -> APIResponse:
        """A course's page."""
        course = selectors.course_detail(course_id=pk, user_id=optional_user_id(request))
        serializer = serializers.CourseDetailSerializer(course)
        return APIResponse(serializer.data)

    @extend_schema(request=None, responses={200: None})
    def enroll(self, request: Request, pk: int) -> APIResponse:
        """Join a course whose real price is 0."""
        enrollment.join_free_course(user_id=current_user_id(request), course_id=pk)
        return APIResponse(msg="已加入学习")

    @extend_schema(responses=serializers.DownloadSerializer)
    def attachment(self, request: Request, pk: int) -> APIResponse:
        """A short-lived address of the course's attachment, for who has the course."""
        file = attachments.attachment(course_id=pk, user_id=current_user_id(request))
        return APIResponse(serializers.DownloadSerializer(file).data)


class ChapterViewSet(viewsets.ViewSet):
    """The outline of a course; the token lets an owner see that of a withdrawn one."""

    permission_classes = [AllowAny]

    @extend_schema(
        parameters=[serializers.ChapterQuery], responses=serializers.ChapterSerializer(many=True)
    )
    def list(self, request: Request) -> APIResponse:
        """Every chapter with its sections."""
        query = validated_query(serializers.ChapterQuery, request)
        chapters = selectors.chapters(course_id=query["course"], user_id=optional_user_id(request))
        return APIResponse(serializers.ChapterSerializer(chapters, many=True).data)
