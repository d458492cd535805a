"""What the course page of the back office asks for by itself: the outline of the course."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import viewsets
from rest_framework.request import Request

from luffy_api.apps.course import outline, outline_rows
from luffy_api.apps.dashboard import selectors, serializers
from luffy_api.apps.dashboard.permissions import MayArrangeOutlines, outline_rights
from luffy_api.common.response import APIResponse
from luffy_api.common.staff_session import StaffSession
from luffy_api.common.validation import current_user_id, validated, validated_query


class OutlineViewSet(viewsets.ViewSet):
    """The outline of a course, for staff."""

    authentication_classes = [StaffSession]
    permission_classes = [MayArrangeOutlines]

    @extend_schema(responses=serializers.OutlineSerializer)
    def retrieve(self, request: Request, pk: int) -> APIResponse:
        """All of it, and what the user may do."""
        data = {
            "read_at": timezone.now(),
            "rights": outline_rights(request.user, course_id=pk),
            "chapters": selectors.outline(course_id=pk),
        }
        return APIResponse(serializers.OutlineSerializer(data).data)

    @extend_schema(
        parameters=[OpenApiParameter("sections", str, required=True)],
        responses=serializers.SectionMediaSerializer(many=True),
    )
    def media(self, request: Request, pk: int) -> APIResponse:
        """The states of the videos of some sections; a page asks while they are on their way."""
        wanted = validated_query(serializers.WatchedQuery, request)["sections"]
        found = selectors.media_of(course_id=pk, section_ids=wanted)
        return APIResponse(serializers.SectionMediaSerializer(found, many=True).data)

    @extend_schema(
        request=serializers.ChapterRequest,
        responses={201: serializers.OutlineChapterSerializer},
    )
    def add_chapter(self, request: Request, pk: int) -> APIResponse:
        """A new chapter behind the last one."""
        data = validated(serializers.ChapterRequest, request)
        made = outline.add_chapter(course_id=pk, user_id=current_user_id(request), **data)
        line = serializers.OutlineChapterSerializer(selectors.ChapterLine(made))
        return APIResponse(line.data, status=201)

    @extend_schema(
        request=serializers.SectionRequest,
        responses={201: serializers.OutlineSectionSerializer},
    )
    def add_section(self, request: Request, pk: int) -> APIResponse:
        """A new section behind the last one of a chapter."""
        data = validated(serializers.SectionRequest, request)
        made = outline.add_section(
            course_id=pk,
            chapter_id=data.pop("chapter"),
            user_id=current_user_id(request),
            **data,
        )
        line = selectors.outline_section(course_id=pk, section_id=made.pk)
        return APIResponse(serializers.OutlineSectionSerializer(line).data, status=201)

    @extend_schema(request=serializers.ChapterOrderRequest, responses=serializers.OrderedSerializer)
    def order_chapters(self, request: Request, pk: int) -> APIResponse:
        """Bring the chapters into an order."""
        data = validated(serializers.ChapterOrderRequest, request)
        outline.order_chapters(
            course_id=pk,
            order=outline.Order(data["seen"], data["order"]),
            user_id=current_user_id(request),
            read_at=data["read_at"],
        )
        return _ordered(pk)

    @extend_schema(request=serializers.SectionOrderRequest, responses=serializers.OrderedSerializer)
    def order_sections(self, request: Request, pk: int) -> APIResponse:
        """Bring sections into an order, or into another chapter."""
        data = validated(serializers.SectionOrderRequest, request)
        outline.order_sections(
            course_id=pk,
            orders=data["chapters"],
            user_id=current_user_id(request),
            read_at=data["read_at"],
        )
        return _ordered(pk)

    @extend_schema(request=serializers.NameRequest, responses={200: None})
    def rename_chapter(self, request: Request, pk: int, row: int) -> APIResponse:
        """Another name."""
        data = validated(serializers.NameRequest, request)
        user_id = current_user_id(request)
        outline_rows.rename_chapter(course_id=pk, chapter_id=row, user_id=user_id, **data)
        return APIResponse()

    @extend_schema(request=serializers.NameRequest, responses={200: None})
    def rename_section(self, request: Request, pk: int, row: int) -> APIResponse:
        """Another name."""
        data = validated(serializers.NameRequest, request)
        user_id = current_user_id(request)
        outline_rows.rename_section(course_id=pk, section_id=row, user_id=user_id, **data)
        return APIResponse()

    @extend_schema(
        request=serializers.RemoveChapterRequest, responses={200: serializers.RemovedSerializer}
    )
    def remove_chapter(self, request: Request, pk: int, row: int) -> APIResponse:
        """Delete it with its sections."""
        data = validated(serializers.RemoveChapterRequest, request)
        user_id = current_user_id(request)
        warning = outline_rows.remove_chapter(course_id=pk, chapter_id=row, user_id=user_id, **data)
        return APIResponse({"warning": warning})

    @extend_schema(request=serializers.SeenRequest, responses={200: serializers.RemovedSerializer})
    def remove_section(self, request: Request, pk: int, row: int) -> APIResponse:
        """Delete it."""
        data = validated(serializers.SeenRequest, request)
        user_id = current_user_id(request)
        warning = outline_rows.remove_section(course_id=pk, section_id=row, user_id=user_id, **data)
        return APIResponse({"warning": warning})


def _ordered(course_id: int) -> APIResponse:
    data: dict[str, Any] = {
        "read_at": timezone.now(),
        "chapters": selectors.numbers_of_chapters(course_id=course_id),
    }
    return APIResponse(serializers.OrderedSerializer(data).data)
