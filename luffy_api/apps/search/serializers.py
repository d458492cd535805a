"""Shapes of search on the wire."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from luffy_api.apps.course.cards import CourseCardSerializer
from luffy_api.apps.course.models import Course
from luffy_api.common.fields import IdField

ORDERINGS = ["-students", "price", "-price"]


@extend_schema_field(serializers.CharField(help_text="只看前 100 个字符"))
class AnyTextField(serializers.Field[str, str, str, Any]):
    """Whatever somebody may type or paste: nothing is refused, see query.clean."""

    def to_internal_value(self, data: str) -> str:
        """As it came."""
        return data


class SuggestQuery(serializers.Serializer[Any]):
    """What has been typed so far."""

    search = AnyTextField(default="")


class SearchQuery(SuggestQuery):
    """The query string of a search; without an `ordering` the best hits come first."""

    kind = serializers.ChoiceField(Course.Kind.choices, required=False)
    course_category = IdField(required=False)
    free = serializers.ChoiceField(["true", "false"], default="false")
    ordering = serializers.ChoiceField(ORDERINGS, required=False)


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
