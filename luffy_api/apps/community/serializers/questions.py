"""Shapes of questions and answers."""

from typing import Any, cast

from rest_framework import serializers

from luffy_api.apps.community.models import Answer, Question
from luffy_api.apps.community.models.posts import MAX_REASON, MAX_TEXT
from luffy_api.apps.community.models.questions import MAX_POSITION, MAX_TITLE
from luffy_api.apps.community.post_rights import AnswerRights
from luffy_api.apps.community.rating_list import masked_name
from luffy_api.common.fields import ReadableField


class OwnPostSerializer(serializers.ModelSerializer[Any]):
    """Whether it is the viewer's own, and what its author reads of its state."""

    is_own = serializers.SerializerMethodField()
    state_name = serializers.CharField(source="get_state_display", read_only=True)

    def get_is_own(self, row: Question | Answer) -> bool:
        """Whether the viewer wrote it."""
        return row.user_id == self.context.get("user_id")


class QuestionSerializer(OwnPostSerializer):
    """A question; `position` is a second of the video. `reason` says why it was hidden."""

    author = serializers.SerializerMethodField()
    course_name = serializers.CharField(source="course.name", read_only=True)
    section_name = serializers.CharField(source="section.name", read_only=True)

    class Meta:
        model = Question
        fields = [
            *("id", "course", "course_name", "section", "section_name", "author", "is_own"),
            *("title", "text", "position", "answer_count", "state", "state_name", "reason"),
            *("created_time", "edited_at"),
        ]
        read_only_fields: Any = fields

    def get_author(self, row: Question) -> str:
        """`张**`."""
        return masked_name(row.user)


class AnswerSerializer(OwnPostSerializer):
    """An answer; a teacher's has their name, one of the school none."""

    # The context has the viewer's `rights`, an AnswerRights.
    author = serializers.SerializerMethodField()
    author_role_name = serializers.CharField(source="get_author_role_display", read_only=True)
    accepted = serializers.SerializerMethodField()
    may_change = serializers.SerializerMethodField()
    may_delete = serializers.SerializerMethodField()
    may_report = serializers.SerializerMethodField()

    class Meta:
        model = Answer
        fields = [
            *("id", "question", "author", "author_role", "author_role_name", "is_own", "text"),
            *("accepted", "state", "state_name", "reason", "created_time", "edited_at"),
            *("may_change", "may_delete", "may_report"),
        ]
        read_only_fields: Any = fields

    def get_author(self, row: Answer) -> str:
        """`张**`, the teacher's name, or 学校."""
        if row.author_role == Answer.AuthorRole.STUDENT:
            return masked_name(row.user)
        teacher = row.question.course.teacher
        if row.author_role == Answer.AuthorRole.TEACHER and teacher is not None:
            return teacher.name
        return row.get_author_role_display()

    def get_accepted(self, row: Answer) -> bool:
        """Whether the asker, or the school, has accepted it."""
        return row.accepted_for_id is not None

    def get_may_change(self, row: Answer) -> bool:
        """Whether it is the viewer's own, who still speaks for whom it was written."""
        return self._rights().may_change(row)

    def get_may_delete(self, row: Answer) -> bool:
        """Whether it is the viewer's own, and was not hidden."""
        return self._rights().may_delete(row)

    def get_may_report(self, row: Answer) -> bool:
        """Whether the viewer may report it, and has not."""
        return self._rights().may_be_reported(row)

    def _rights(self) -> AnswerRights:
        return cast(AnswerRights, self.context["rights"])


class QuestionPageSerializer(serializers.Serializer[Any]):
    """A question, what the viewer may do with it, and their answers that others do not see."""

    # The context has the viewer's `rights` to these.
    question = QuestionSerializer(read_only=True)
    may_answer = serializers.BooleanField(read_only=True)
    may_delete = serializers.BooleanField(read_only=True)
    may_report = serializers.BooleanField(read_only=True)
    waiting = AnswerSerializer(many=True, read_only=True)


class AskSerializer(serializers.Serializer[Any]):
    """A question as a student sends it."""

    title = ReadableField(max_length=MAX_TITLE)
    text = ReadableField(max_length=MAX_TEXT, allow_blank=True, default="")
    position = serializers.IntegerField(
        min_value=0, max_value=MAX_POSITION, allow_null=True, default=None
    )


class AnswerTextSerializer(serializers.Serializer[Any]):
    """An answer as a student sends it."""

    text = ReadableField(max_length=MAX_TEXT)


class AcceptSerializer(serializers.Serializer[Any]):
    """Whether the answer is the one that helped."""

    accepted = serializers.BooleanField()


class ReportSerializer(serializers.Serializer[Any]):
    """Why a student reports a question or an answer."""

    reason = ReadableField(max_length=MAX_REASON)
