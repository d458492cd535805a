"""Quizzes."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import viewsets
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request

from luffy_api.apps.course import previews
from luffy_api.apps.learning import quiz_questions, quizzes
from luffy_api.apps.learning.serializers import quizzes as serializers
from luffy_api.apps.learning.serializers.sections import PreviewTokenQuery
from luffy_api.common.parsers import LimitedJSONParser
from luffy_api.common.response import UNKEPT, APIResponse
from luffy_api.common.throttling import RateThrottle
from luffy_api.common.validation import (
    current_user_id,
    optional_user_id,
    validated,
    validated_query,
)


class AttemptThrottle(RateThrottle):
    """Attempts."""

    scope = "quiz"


class AttemptParser(LimitedJSONParser):
    """Answers: as many characters as an attempt keeps, in six bytes each, and what names them."""

    limit = 6 * quizzes.MAX_ANSWERED + 100 * quiz_questions.MAX_QUESTIONS


class QuizViewSet(viewsets.ViewSet):
    """The quiz of one section."""

    parser_classes = [AttemptParser]

    def get_permissions(self) -> list[Any]:
        """Free trials are read by everyone; attempts are of students."""
        return [AllowAny()] if self.action in {"retrieve", None} else [IsAuthenticated()]

    def get_throttles(self) -> list[Any]:
        """Attempts have a limit of their own."""
        return [AttemptThrottle() if self.action == "submit" else RateThrottle()]

    @extend_schema(responses=serializers.QuizSerializer)
    def retrieve(self, request: Request, pk: int) -> APIResponse:
        """The questions without their right answers, and my last attempt."""
        page = quizzes.open_quiz(section_id=pk, user_id=optional_user_id(request))
        return APIResponse(serializers.QuizSerializer(page).data, headers=UNKEPT)

    @extend_schema(responses=serializers.AttemptSummarySerializer(many=True))
    def attempts(self, request: Request, pk: int) -> APIResponse:
        """My attempts, the newest first."""
        rows = quizzes.attempts_of(section_id=pk, user_id=current_user_id(request))
        return APIResponse(serializers.AttemptSummarySerializer(rows, many=True).data)

    @extend_schema(
        request=serializers.AttemptSerializer,
        responses={201: serializers.AttemptResultSerializer},
    )
    def submit(self, request: Request, pk: int) -> APIResponse:
        """Have my answers marked. The same `request_key` again is the same attempt.

        409 when the questions are not those of `version` any more, and when the answers are not
        those that were sent with this `request_key` before.
        """
        data = validated(serializers.AttemptSerializer, request)
        result = quizzes.submit(user_id=current_user_id(request), section_id=pk, **data)
        body = serializers.AttemptResultSerializer(result).data
        return APIResponse(body, status=201, headers=UNKEPT)


class PreviewQuizViewSet(viewsets.ViewSet):
    """The quiz of a course that may not be public, for who holds a link to it."""

    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]

    @extend_schema(parameters=[PreviewTokenQuery], responses=serializers.QuizSerializer)
    def retrieve(self, request: Request, pk: int, section: int) -> APIResponse:
        """The questions without their right answers; nobody answers them in a preview."""
        query = validated_query(PreviewTokenQuery, request)
        previews.check_token(query["token"], course_id=pk)
        page = quizzes.open_in_preview(section_id=section, course_id=pk)
        return APIResponse(serializers.QuizSerializer(page).data, headers=UNKEPT)
