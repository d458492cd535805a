"""Shapes of search on the wire."""

from typing import Any

from rest_framework import serializers

from luffy_api.apps.course.cards import CourseCardSerializer
from luffy_api.apps.course.models import Course


class SearchQuery(serializers.Serializer[Any]):
    """The query string of a search."""

    search = serializers.CharField(max_length=100, allow_blank=True, default="")
    kind = serializers.ChoiceField(Course.Kind.choices, required=False)


class SuggestQuery(serializers.Serializer[Any]):
    """What has been typed so far."""

    search = serializers.CharField(max_length=100, allow_blank=True, default="")


class MarksSerializer(serializers.Serializer[Any]):
    """Hits as [start, end) ranges, counted in code points."""

    name = serializers.ListField(
        child=serializers.ListField(child=serializers.IntegerField(), min_length=2, max_length=2)
    )
    brief = serializers.ListField(
        child=serializers.ListField(child=serializers.IntegerField(), min_length=2, max_length=2)
    )


class SearchResultSerializer(CourseCardSerializer):
    """A card with its hits."""

    marks = MarksSerializer(read_only=True)

    class Meta(CourseCardSerializer.Meta):
        fields = [*CourseCardSerializer.Meta.fields, "marks"]
        read_only_fields = fields


class DidYouMeanSerializer(serializers.Serializer[Any]):
    """Keys beside `data` of a search."""

    did_you_mean = serializers.CharField(allow_null=True, read_only=True)
