"""Shapes of quizzes. What a student has not answered yet has no right answers in it."""

from typing import Any

from rest_framework import serializers

from luffy_api.apps.learning.models import Quiz
from luffy_api.apps.learning.quiz_questions import (
    MAX_BLANKS,
    MAX_OPTIONS,
    MAX_QUESTIONS,
    QuestionKind,
)
from luffy_api.apps.learning.quizzes import MAX_FILLED
from luffy_api.common.fields import IdField


class AskedQuestionSerializer(serializers.Serializer[Any]):
    """A question as safe HTML; an option is known by its place, from 0 on, and is plain text."""

    id = serializers.IntegerField(read_only=True)
    kind = serializers.ChoiceField(QuestionKind.choices, read_only=True)
    html = serializers.CharField(read_only=True)
    options = serializers.ListField(child=serializers.CharField(), read_only=True)
    blanks = serializers.IntegerField(read_only=True)
    points = serializers.IntegerField(read_only=True)


class QuestionResultSerializer(AskedQuestionSerializer):
    """The same with its mark; the last three are empty unless right answers are shown."""

    earned = serializers.IntegerField(read_only=True)
    correct = serializers.BooleanField(read_only=True)
    choices = serializers.ListField(child=serializers.IntegerField(), read_only=True)
    texts = serializers.ListField(child=serializers.CharField(), read_only=True)
    blanks_right = serializers.ListField(child=serializers.BooleanField(), read_only=True)
    right_choices = serializers.ListField(child=serializers.IntegerField(), read_only=True)
    right_texts = serializers.ListField(
        child=serializers.ListField(child=serializers.CharField()), read_only=True
    )
    explanation_html = serializers.CharField(read_only=True)


class AttemptSummarySerializer(serializers.Serializer[Any]):
    """The numbers of an attempt."""

    number = serializers.IntegerField(read_only=True)
    points = serializers.IntegerField(read_only=True)
    total = serializers.IntegerField(read_only=True)
    percent = serializers.IntegerField(read_only=True)
    passed = serializers.BooleanField(read_only=True)
    submitted_at = serializers.DateTimeField(read_only=True)


class AttemptResultSerializer(AttemptSummarySerializer):
    """An attempt with its questions as they were then; `revealed`: right answers are in it."""

    revealed = serializers.BooleanField(read_only=True)
    questions = QuestionResultSerializer(many=True, read_only=True)


class QuizSerializer(serializers.Serializer[Any]):
    """A quiz as it is asked; `html` is what is said before its questions.

    `attempts_left` is null without a limit; `last` is the last attempt of the student.
    """

    html = serializers.CharField(read_only=True)
    version = serializers.CharField(read_only=True)
    pass_percent = serializers.IntegerField(read_only=True)
    max_attempts = serializers.IntegerField(read_only=True)
    reveal = serializers.ChoiceField(Quiz.Reveal.choices, read_only=True)
    points = serializers.IntegerField(read_only=True)
    questions = AskedQuestionSerializer(many=True, read_only=True)
    attempts_used = serializers.IntegerField(read_only=True)
    attempts_left = serializers.IntegerField(read_only=True, allow_null=True)
    passed = serializers.BooleanField(read_only=True)
    last = AttemptResultSerializer(read_only=True, allow_null=True)


class QuestionAnswerSerializer(serializers.Serializer[Any]):
    """The answer to one question: places of options, or a text for each blank."""

    question = IdField()
    choices = serializers.ListField(
        child=serializers.IntegerField(min_value=0, max_value=MAX_OPTIONS - 1),
        max_length=MAX_OPTIONS,
        required=False,
    )
    texts = serializers.ListField(
        child=serializers.CharField(max_length=MAX_FILLED, allow_blank=True),
        max_length=MAX_BLANKS,
        required=False,
    )


class AttemptSerializer(serializers.Serializer[Any]):
    """Answers to the questions of one version; `request_key` is made anew for each attempt."""

    request_key = serializers.RegexField(r"^[0-9A-Za-z-]{8,64}\Z")
    version = serializers.CharField(max_length=32)
    answers = serializers.ListField(child=QuestionAnswerSerializer(), max_length=MAX_QUESTIONS)
