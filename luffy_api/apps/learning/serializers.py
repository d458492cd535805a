"""Shapes of watching, reading and 我的课程."""

from typing import Any

from rest_framework import serializers

from luffy_api.apps.course import previews
from luffy_api.apps.course.cards import CourseCardSerializer
from luffy_api.apps.course.models import CourseSection
from luffy_api.apps.learning.progress import MAX_POSITION


class PreviewTokenQuery(serializers.Serializer[Any]):
    """What a preview link brings along."""

    token = serializers.CharField(max_length=previews.MAX_TOKEN_LENGTH)


class PlayableSubtitleSerializer(serializers.Serializer[Any]):
    """WebVTT in one language (`zh-CN`), by a short-lived URL."""

    lang = serializers.CharField(read_only=True)
    label = serializers.CharField(read_only=True)  # type: ignore[assignment]
    url = serializers.CharField(read_only=True)


class PlaySerializer(serializers.Serializer[Any]):
    """What a player needs; `position` in seconds, `watermark` blank when there is none."""

    url = serializers.CharField(read_only=True)
    type = serializers.ChoiceField(["mp4", "hls", "flv"], read_only=True)
    expires_at = serializers.DateTimeField(read_only=True)
    position = serializers.IntegerField(read_only=True)
    watermark = serializers.CharField(read_only=True)
    poster = serializers.CharField(allow_null=True, read_only=True)
    subtitles = PlayableSubtitleSerializer(many=True, read_only=True)


class ProgressSerializer(serializers.Serializer[Any]):
    """Seconds from the beginning of the section."""

    position = serializers.IntegerField(min_value=0, max_value=MAX_POSITION)


class WatchedSerializer(serializers.Serializer[Any]):
    """Where a student stands in a section, and how much of it counts as watched; seconds."""

    position = serializers.IntegerField(read_only=True)
    watched = serializers.IntegerField(read_only=True)
    done = serializers.BooleanField(read_only=True)


class ContentSerializer(serializers.Serializer[Any]):
    """A document or an exercise as safe HTML; `answer_html` is blank when there is none."""

    section_type = serializers.ChoiceField(CourseSection.SectionType.choices, read_only=True)
    html = serializers.CharField(read_only=True)
    answer_html = serializers.CharField(read_only=True)


class CourseProgressSerializer(serializers.Serializer[Any]):
    """How far a student is: watched videos in percent, and where to go on."""

    percent = serializers.IntegerField(read_only=True)
    section_id = serializers.IntegerField(allow_null=True, read_only=True)
    position = serializers.IntegerField(read_only=True)


class MyCourseSerializer(CourseCardSerializer):
    """A row of 我的课程."""

    progress = CourseProgressSerializer(read_only=True)

    class Meta(CourseCardSerializer.Meta):
        fields = [*CourseCardSerializer.Meta.fields, "progress"]
        read_only_fields = fields
