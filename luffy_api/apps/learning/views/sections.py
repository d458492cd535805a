"""Watching, reading, 我的课程 and certificates."""

from dataclasses import asdict
from datetime import datetime
from typing import Any, cast

import orjson
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import viewsets
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from luffy_api.apps.course import enrollment, previews
from luffy_api.apps.course.exceptions import StorageDown
from luffy_api.apps.course.models import Enrollment
from luffy_api.apps.learning import (
    answers,
    attachments,
    certificate_files,
    certificate_selectors,
    certificates,
    course_progress,
    documents,
    hls,
    playback,
    progress,
    stream_limit,
)
from luffy_api.apps.learning.filters import MyCourseFilterSet
from luffy_api.apps.learning.models import CourseCertificate
from luffy_api.apps.learning.serializers import sections as serializers
from luffy_api.apps.publishing.marks import Terms, published, under
from luffy_api.apps.user.tokens import VerifiedToken
from luffy_api.common.filters import StrictFilterBackend, require_pages_only
from luffy_api.common.response import (
    UNKEPT,
    APIResponse,
    joined_response,
    pdf_download,
    wire_time,
)
from luffy_api.common.throttling import RateThrottle
from luffy_api.common.validation import (
    current_user_id,
    optional_user,
    optional_user_id,
    validated,
    validated_query,
)
from luffy_api.common.viewsets import APIViewSet, TranslatingViewSet
from luffy_api.libs.storage import StorageUnavailable


class StorageViewSet(TranslatingViewSet):
    """Answers 503 when the storage does not answer."""

    translated = {StorageUnavailable: StorageDown}


class SectionViewSet(StorageViewSet):
    """One section."""

    def get_permissions(self) -> list[Any]:
        """Free trials are for everyone; `playback` decides."""
        return [AllowAny()] if self.action in {"play", "content", None} else [IsAuthenticated()]

    @extend_schema(responses=serializers.PlaySerializer)
    def play(self, request: Request, pk: int) -> APIResponse:
        """The signed URL of the section's video."""
        found = playback.get_playback(section_id=pk, viewer=optional_user(request))
        return APIResponse(serializers.PlaySerializer(found).data)

    @extend_schema(responses=serializers.ContentSerializer)
    def content(self, request: Request, pk: int) -> APIResponse:
        """The text of a document or an exercise."""
        text = documents.read(section_id=pk, user_id=optional_user_id(request))
        return APIResponse(serializers.ContentSerializer(text).data)

    @extend_schema(request=serializers.ProgressSerializer, responses=serializers.WatchedSerializer)
    def progress(self, request: Request, pk: int) -> APIResponse:
        """Remember where the student stopped, or that a document or an exercise was read."""
        data = validated(serializers.ProgressSerializer, request)
        user_id = current_user_id(request)
        if "done" in data:
            report = progress.mark_done(user_id=user_id, section_id=pk)
        else:
            report = progress.save_progress(
                user_id=user_id, section_id=pk, position=data["position"], login=_login(request)
            )
        return APIResponse(serializers.WatchedSerializer(report).data)

    @extend_schema(request=serializers.AnswerSerializer, responses={200: None})
    def answer(self, request: Request, pk: int) -> APIResponse:
        """Keep what the student answers to an exercise; a blank text takes it away."""
        data = validated(serializers.AnswerSerializer, request)
        answers.save_answer(user_id=current_user_id(request), section_id=pk, **data)
        return APIResponse(msg="答案已保存" if data["text"] else "答案已清空")


def _login(request: Request) -> str:
    """Which login of the student asks: their device."""
    login: str = cast(VerifiedToken, request.auth).claims["orig_jti"]
    return login


class PlayingViewSet(viewsets.ViewSet):
    """The devices on which an account plays."""

    permission_classes = [IsAuthenticated]

    @extend_schema(request=None, responses={200: None})
    def claim(self, request: Request) -> APIResponse:
        """This device starts to play. Of too many the one that started first is told to stop."""
        stream_limit.claim(user_id=current_user_id(request), login=_login(request))
        return APIResponse()


class PreviewSectionViewSet(StorageViewSet):
    """One section of a course that may not be public, for who holds a link to it."""

    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]

    @extend_schema(parameters=[serializers.PreviewTokenQuery], responses=serializers.PlaySerializer)
    def play(self, request: Request, pk: int, section: int) -> APIResponse:
        """The signed URL of the section's video; it ends with the link at the latest."""
        ends_at = _preview_end(request, pk)
        found = playback.preview_playback(section_id=section, course_id=pk, ends_at=ends_at)
        return APIResponse(serializers.PlaySerializer(found).data, headers=UNKEPT)

    @extend_schema(
        parameters=[serializers.PreviewTokenQuery], responses=serializers.ContentSerializer
    )
    def content(self, request: Request, pk: int, section: int) -> APIResponse:
        """The text of a document or an exercise."""
        _preview_end(request, pk)
        text = documents.read_in_preview(section_id=section, course_id=pk)
        return APIResponse(serializers.ContentSerializer(text).data, headers=UNKEPT)


def _preview_end(request: Request, course_id: int) -> datetime:
    """When the link in the query ends. Raises PreviewEnded unless it is one of this course."""
    query = validated_query(serializers.PreviewTokenQuery, request)
    return previews.check_token(query["token"], course_id=course_id)


class PlaylistViewSet(StorageViewSet):
    """Playlists, fetched by players that know nothing of tokens: the URL says who it is."""

    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]

    @extend_schema(exclude=True)
    def retrieve(self, request: Request, pk: int, token: str, name: str) -> HttpResponse:
        """A playlist with signed segments, or subtitles; errors come in the envelope."""
        text = playback.get_playlist(section_id=pk, token=token, name=name)
        return HttpResponse(text, content_type=hls.content_type_of(name), headers=UNKEPT)


class AttachmentViewSet(StorageViewSet):
    """What a course has to download."""

    permission_classes = [IsAuthenticated]

    @extend_schema(responses=serializers.DownloadSerializer)
    def retrieve(self, request: Request, pk: int) -> APIResponse:
        """A signed URL of the course's attachment, for students who have the course.

        A member opens a VIP course by it.
        """
        file = attachments.attachment(course_id=pk, user_id=current_user_id(request))
        return APIResponse(serializers.DownloadSerializer(file).data)


class CourseProgressViewSet(viewsets.ViewSet):
    """How far the student is in one course."""

    permission_classes = [IsAuthenticated]

    @extend_schema(responses=serializers.OutlineProgressSerializer)
    def retrieve(self, request: Request, pk: int) -> APIResponse:
        """The progress in the course, and in each section that was begun."""
        found = course_progress.outline_progress(course_id=pk, user_id=current_user_id(request))
        return APIResponse(serializers.OutlineProgressSerializer(found).data)

    @extend_schema(
        operation_id="own_progress",
        parameters=[serializers.OwnProgressQuery],
        responses=serializers.OwnProgressSerializer(many=True),
    )
    def several(self, request: Request) -> APIResponse:
        """Those of some courses that I have, in the order asked for."""
        require_pages_only(request, known=["courses"], paged=False)
        ids = validated_query(serializers.OwnProgressQuery, request)["courses"]
        found = course_progress.load_own_progress(ids, user_id=current_user_id(request))
        rows = [{"course": pk, **asdict(progress)} for pk, progress in found.items()]
        return APIResponse(serializers.OwnProgressSerializer(rows, many=True).data)


class MyCourseViewSet(APIViewSet):
    """The student's own courses."""

    permission_classes = [IsAuthenticated]
    serializer_class = serializers.MyCourseSerializer
    queryset = Enrollment.objects.none()  # for the API schema
    filter_backends = [StrictFilterBackend]
    filterset_class = MyCourseFilterSet

    @extend_schema(responses=serializers.MyCourseSerializer(many=True))
    def mine(self, request: Request) -> HttpResponse:
        """我的课程 with progress."""
        user_id = current_user_id(request)
        rows = self.filter_queryset(enrollment.of_student(user_id))
        ids = self.paginate_queryset(list(rows.values_list("course_id", flat=True))) or []
        page = course_progress.load_my_courses(ids, user_id=user_id)
        return self.get_joined_response([_my_course(row) for row in page])


class EndedCourseViewSet(viewsets.ViewSet):
    """Courses whose study period is over, of the student who is logged in."""

    permission_classes = [IsAuthenticated]

    @extend_schema(
        operation_id="course_mine_ended", responses=serializers.MyCourseSerializer(many=True)
    )
    def list(self, request: Request) -> HttpResponse:
        """The last first, a hundred at most, with the progress that is kept."""
        found = course_progress.load_ended_courses(current_user_id(request))
        return joined_response([orjson.Fragment(_my_course(row)) for row in found])


def _my_course(row: course_progress.MyCourse) -> bytes:
    """A row in JSON."""
    ends_at = wire_time(row.ends_at) if row.ends_at else None
    return row.card.with_fields(
        {"progress": row.progress, "can_leave": row.can_leave, "ends_at": ends_at}
    )


class HeavyThrottle(RateThrottle):
    """Files that take most of a second to draw."""

    scope = "heavy"


class CertificateViewSet(APIViewSet):
    """The certificates of the student who is logged in."""

    permission_classes = [IsAuthenticated]
    serializer_class = serializers.CertificateSerializer
    queryset = CourseCertificate.objects.none()  # for the API schema

    def get_throttles(self) -> list[Any]:
        """Files have a limit of their own."""
        return [HeavyThrottle() if self.action == "file" else RateThrottle()]

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """A PDF may be asked for as such; errors are JSON nevertheless."""
        return super().perform_content_negotiation(request, force=force or self.action == "file")

    @extend_schema(responses=serializers.CertificateSerializer(many=True))
    def list(self, request: Request) -> Response:
        """A page of my certificates, the newest first."""
        require_pages_only(request)
        rows = certificate_selectors.certificates_of(current_user_id(request))
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    def file(self, request: Request, number: str) -> HttpResponse:
        """One of my certificates as a PDF; 409 for one that was revoked."""
        row = certificate_selectors.printable_certificate(
            user_id=current_user_id(request), number=number
        )
        return pdf_download(certificate_files.file_name(row), certificate_files.pdf_of(row))


class CourseCertificateViewSet(viewsets.ViewSet):
    """The certificate of one course, of the student who is logged in."""

    permission_classes = [IsAuthenticated]

    @extend_schema(responses=serializers.CertificateStandingSerializer)
    def retrieve(self, request: Request, pk: int) -> APIResponse:
        """Whether I have it, or may take it."""
        found = certificate_selectors.standing(course_id=pk, user_id=current_user_id(request))
        return APIResponse(serializers.CertificateStandingSerializer(found).data)

    @extend_schema(
        request=serializers.IssueCertificateSerializer,
        responses={200: serializers.CertificateSerializer},
    )
    def issue(self, request: Request, pk: int) -> APIResponse:
        """Take it; the same sent twice is one certificate."""
        data = validated(serializers.IssueCertificateSerializer, request)
        row = certificates.issue(user_id=current_user_id(request), course_id=pk, **data)
        return APIResponse(serializers.CertificateSerializer(row).data, msg="证书已颁发")


class VerificationThrottle(RateThrottle):
    """Numbers that are looked up."""

    scope = "certificate"


class VerificationViewSet(viewsets.ViewSet):
    """Whether a certificate is genuine and good, for whoever has its number."""

    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]
    throttle_classes = [VerificationThrottle]

    # Marked so that the document of its page knows of a number that there is not (404).
    @extend_schema(
        operation_id="course_certificate_verify",
        responses=serializers.VerifiedCertificateSerializer,
    )
    @published()
    def retrieve(self, request: Request, number: str) -> APIResponse:
        """What a certificate says, the name masked; 404 for an unknown number. Never kept."""
        row = certificate_selectors.verified(number)
        data = serializers.VerifiedCertificateSerializer(row).data
        return under(Terms(keep=False), APIResponse(data, headers=UNKEPT))
