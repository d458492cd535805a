"""Questions under sections, their answers, and reports of both."""

from typing import Any, cast

from drf_spectacular.utils import extend_schema
from rest_framework import viewsets
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from luffy_api.apps.community import (
    answers,
    moderation,
    post_rights,
    question_list,
    questions,
)
from luffy_api.apps.community.filters import QuestionFilterSet
from luffy_api.apps.community.models import Answer, Question
from luffy_api.apps.community.serializers.questions import (
    AcceptSerializer,
    AnswerSerializer,
    AnswerTextSerializer,
    AskSerializer,
    QuestionPageSerializer,
    QuestionSerializer,
    ReportSerializer,
)
from luffy_api.common.filters import StrictFilterBackend, require_pages_only
from luffy_api.common.response import APIResponse
from luffy_api.common.throttling import RateThrottle
from luffy_api.common.validation import current_user_id, optional_user_id, validated
from luffy_api.common.viewsets import APIViewSet

WRITES = {"create", "update", "destroy", "accept"}


class QuestionThrottle(RateThrottle):
    """Writes of questions and answers."""

    scope = "question"


class ReportThrottle(RateThrottle):
    """Reports."""

    scope = "report"


class Talk(viewsets.ViewSet):
    """Reads are for who learns the section, also visitors of a trial; writes need an account."""

    def get_permissions(self) -> list[Any]:
        """The services decide about reads."""
        is_open = self.action in {"list", "retrieve", None}
        return [AllowAny() if is_open else IsAuthenticated()]

    def get_throttles(self) -> list[Any]:
        """Reading is limited like everything else."""
        if self.action == "report":
            return [ReportThrottle()]
        return [QuestionThrottle() if self.action in WRITES else RateThrottle()]


class QuestionListViewSet(Talk, APIViewSet):
    """Lists of questions."""

    serializer_class = QuestionSerializer
    queryset = Question.objects.none()  # for the API schema; `question_list` chooses the rows
    filter_backends = [StrictFilterBackend]
    filterset_class = QuestionFilterSet

    def get_serializer_context(self) -> dict[str, Any]:
        """Who looks."""
        return {"user_id": optional_user_id(self.request)}

    @extend_schema(responses=QuestionSerializer(many=True))
    def list(self, request: Request) -> Response:
        """Questions of a course or a section, the newest first; at most 10,000, found ones 200."""
        return self._page(self.filter_queryset(self.get_queryset()))

    def _page(self, found: Any) -> Response:
        page = self.paginate_queryset(cast(Any, found))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


class OwnQuestionViewSet(APIViewSet):
    """What the student who is logged in has asked."""

    permission_classes = [IsAuthenticated]
    serializer_class = QuestionSerializer
    queryset = Question.objects.none()  # for the API schema

    @extend_schema(responses=QuestionSerializer(many=True))
    def mine(self, request: Request) -> Response:
        """My questions in any state, the newest first."""
        require_pages_only(request)
        user_id = current_user_id(request)
        page = self.paginate_queryset(cast(Any, question_list.own_questions(user_id)))
        rows = QuestionSerializer(page, many=True, context={"user_id": user_id})
        return self.get_paginated_response(rows.data)


class SectionQuestionViewSet(Talk):
    """Questions under one section, written by who learns it."""

    @extend_schema(request=AskSerializer, responses={201: QuestionSerializer})
    def create(self, request: Request, pk: int) -> APIResponse:
        """Ask under a section; what waits for staff has its state."""
        data, user_id = validated(AskSerializer, request), current_user_id(request)
        row = questions.ask(user_id=user_id, section_id=pk, **data)
        return APIResponse(_question(row, user_id), status=201)


class QuestionViewSet(Talk):
    """One question."""

    @extend_schema(responses=QuestionPageSerializer)
    def retrieve(self, request: Request, pk: int) -> APIResponse:
        """The question, and what I may do with it."""
        user_id = optional_user_id(request)
        page = question_list.question_page(question_id=pk, user_id=user_id)
        context = {"user_id": user_id, "rights": page.rights}
        return APIResponse(QuestionPageSerializer(page, context=context).data)

    @extend_schema(request=AskSerializer, responses=QuestionSerializer)
    def update(self, request: Request, pk: int) -> APIResponse:
        """Change my question."""
        data, user_id = validated(AskSerializer, request), current_user_id(request)
        row = questions.change(user_id=user_id, question_id=pk, **data)
        return APIResponse(_question(row, user_id))

    @extend_schema(responses={200: None})
    def destroy(self, request: Request, pk: int) -> APIResponse:
        """Delete my question, which nobody else has answered."""
        questions.remove(user_id=current_user_id(request), question_id=pk)
        return APIResponse(msg="提问已删除")

    @extend_schema(request=ReportSerializer, responses={200: None})
    def report(self, request: Request, pk: int) -> APIResponse:
        """Report a question of somebody else, once."""
        data = validated(ReportSerializer, request)
        moderation.report_question(user_id=current_user_id(request), question_id=pk, **data)
        return APIResponse(msg="已举报，工作人员会尽快处理")


class QuestionAnswerViewSet(Talk, APIViewSet):
    """The answers of a question."""

    serializer_class = AnswerSerializer
    queryset = Answer.objects.none()  # for the API schema

    @extend_schema(responses=AnswerSerializer(many=True))
    def list(self, request: Request, pk: int) -> Response:
        """The answers: the accepted one, then the others, the oldest first; at most 10,000."""
        require_pages_only(request)
        user_id = optional_user_id(request)
        found = question_list.question_answers(question_id=pk, user_id=user_id)
        page = self.paginate_queryset(cast(Any, found.rows)) or []
        rights = post_rights.of_answers(found.question, page, user_id=user_id, learns=found.learns)
        rows = AnswerSerializer(page, many=True, context={"user_id": user_id, "rights": rights})
        return self.get_paginated_response(rows.data)

    @extend_schema(request=AnswerTextSerializer, responses={201: AnswerSerializer})
    def create(self, request: Request, pk: int) -> APIResponse:
        """Answer as somebody who has the course, or has asked."""
        data, user_id = validated(AnswerTextSerializer, request), current_user_id(request)
        row = answers.answer(user_id=user_id, question_id=pk, **data)
        return APIResponse(_answer(row, user_id), status=201)


class AnswerViewSet(Talk):
    """One answer."""

    @extend_schema(request=AnswerTextSerializer, responses=AnswerSerializer)
    def update(self, request: Request, pk: int) -> APIResponse:
        """Change my answer."""
        data, user_id = validated(AnswerTextSerializer, request), current_user_id(request)
        row = answers.change(user_id=user_id, answer_id=pk, **data)
        return APIResponse(_answer(row, user_id))

    @extend_schema(responses={200: None})
    def destroy(self, request: Request, pk: int) -> APIResponse:
        """Delete my answer."""
        answers.remove(user_id=current_user_id(request), answer_id=pk)
        return APIResponse(msg="回答已删除")

    @extend_schema(request=AcceptSerializer, responses={200: None})
    def accept(self, request: Request, pk: int) -> APIResponse:
        """Accept an answer to my question in place of another, or take that back."""
        data = validated(AcceptSerializer, request)
        answers.accept(user_id=current_user_id(request), answer_id=pk, **data)
        return APIResponse(msg="已采纳" if data["accepted"] else "已取消采纳")

    @extend_schema(request=ReportSerializer, responses={200: None})
    def report(self, request: Request, pk: int) -> APIResponse:
        """Report an answer of somebody else, once."""
        data = validated(ReportSerializer, request)
        moderation.report_answer(user_id=current_user_id(request), answer_id=pk, **data)
        return APIResponse(msg="已举报，工作人员会尽快处理")


def _question(row: Question, user_id: int) -> Any:
    return QuestionSerializer(row, context={"user_id": user_id}).data


def _answer(row: Answer, user_id: int) -> Any:
    """An own answer as its author has written it."""
    rights = post_rights.of_answers(row.question, [row], user_id=user_id, learns=True)
    return AnswerSerializer(row, context={"user_id": user_id, "rights": rights}).data
