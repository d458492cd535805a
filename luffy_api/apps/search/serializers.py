"""Serializers of search."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from luffy_api.apps.course.cards import CourseCardSerializer
from luffy_api.apps.course.models import Course
from luffy_api.common.fields import IdField

ORDERINGS = ["-students", "price", "-price"]


@extend_schema_field(serializers.CharField(help_text="只看前 100 个字符"))
class AnyTextField(serializers.Field[str, str, str, Any]):
    """Any text: nothing is refused; query.clean makes it usable."""

    def to_internal_value(self, data: str) -> str:
        """Return the text unchanged."""
        return data


class SuggestQuery(serializers.Serializer[Any]):
    """The query string of suggestions: what has been typed so far."""

    search = AnyTextField(default="")


class SearchQuery(SuggestQuery):
    """The query string of a search; without `ordering` the best hits come first."""

    kind = serializers.ChoiceField(Course.Kind.choices, required=False)
    course_category = IdField(required=False)
    free = serializers.ChoiceField(["true", "false"], default="false")
    ordering = serializers.ChoiceField(ORDERINGS, required=False)


class MarksSerializer(serializers.Serializer[Any]):
    """Highlights of name and brief: [start, end) spans of code points."""

    name = serializers.ListField(
        child=serializers.ListField(child=serializers.IntegerField(), min_length=2, max_length=2)
    )
    brief = serializers.ListField(
        child=serializers.ListField(child=serializers.IntegerField(), min_length=2, max_length=2)
    )


class SearchResultSerializer(CourseCardSerializer):
    """A course card with its highlights."""

    marks = MarksSerializer(source="highlights", read_only=True)

    class Meta(CourseCardSerializer.Meta):
        fields = [*CourseCardSerializer.Meta.fields, "marks"]
        read_only_fields = fields


class DidYouMeanSerializer(serializers.Serializer[Any]):
    """The key of a search beside `data`: the query that may have been meant."""

    did_you_mean = serializers.CharField(allow_null=True, read_only=True)
