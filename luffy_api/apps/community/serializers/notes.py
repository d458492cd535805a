"""Shapes of notes."""

from typing import Any

from rest_framework import serializers

from luffy_api.apps.community.models import Note
from luffy_api.apps.community.models.notes import MAX_NOTE
from luffy_api.apps.community.models.questions import MAX_POSITION
from luffy_api.common.fields import ReadableField


class NoteSerializer(serializers.ModelSerializer[Note]):
    """A note of one's own; `position` is a second of the video."""

    course_name = serializers.CharField(source="course.name", read_only=True)
    section_name = serializers.CharField(source="section.name", read_only=True)

    class Meta:
        model = Note
        fields = [
            *("id", "course", "course_name", "section", "section_name", "position", "text"),
            *("created_time", "updated_time"),
        ]
        read_only_fields: Any = fields


class NoteTextSerializer(serializers.Serializer[Any]):
    """A note as a student sends it."""

    text = ReadableField(max_length=MAX_NOTE)
    position = serializers.IntegerField(
        min_value=0, max_value=MAX_POSITION, allow_null=True, default=None
    )
