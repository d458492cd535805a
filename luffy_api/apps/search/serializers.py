"""Serializers of search."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from luffy_api.apps.course.cards import CourseCardSerializer
from luffy_api.apps.course.models import Course
from luffy_api.common.fields import IdField

PLACES = ["name", "brief", "teacher", "category", "outline", "subtitle"]
ORDERINGS = ["-students", "price", "-price", "-rating"]


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
    exact = serializers.ChoiceField(["true", "false"], default="false")


class MarksSerializer(serializers.Serializer[Any]):
    """Highlights of name and brief: [start, end) spans of code points."""

    name = serializers.ListField(
        child=serializers.ListField(child=serializers.IntegerField(), min_length=2, max_length=2)
    )
    brief = serializers.ListField(
        child=serializers.ListField(child=serializers.IntegerField(), min_length=2, max_length=2)
    )


class PlaceSerializer(serializers.Serializer[Any]):
    """Where the best hit lies; text and ranges of what is not in `marks`."""

    field = serializers.ChoiceField(PLACES)  # type: ignore[assignment]
    text = serializers.CharField()
    ranges = serializers.ListField(
        child=serializers.ListField(child=serializers.IntegerField(), min_length=2, max_length=2)
    )


class SearchResultSerializer(CourseCardSerializer):
    """A course card with its highlights."""

    marks = MarksSerializer(source="highlights", read_only=True)
    found_in = PlaceSerializer(read_only=True, allow_null=True)

    class Meta(CourseCardSerializer.Meta):
        fields = [*CourseCardSerializer.Meta.fields, "marks", "found_in"]
        read_only_fields = fields


class ChipSerializer(serializers.Serializer[Any]):
    """A filter that words of the query stand for; `search` is the query without them."""

    name = serializers.ChoiceField(
        ["kind", "free", "level", "price", "teacher", "category", "discount", "course_type"]
    )
    value = serializers.JSONField()
    label = serializers.CharField()  # type: ignore[assignment]
    text = serializers.CharField()
    search = serializers.CharField()


class SearchExtraSerializer(serializers.Serializer[Any]):
    """The keys of a search beside `data`: what was made of the query.

    `corrected_to` says that the results are those of another query, `did_you_mean` only offers one;
    `dropped` are words that not all of the results have.
    """

    did_you_mean = serializers.CharField(allow_null=True, read_only=True)
    corrected_to = serializers.CharField(allow_null=True, read_only=True)
    dropped = serializers.ListField(child=serializers.CharField(), read_only=True)
    filters = ChipSerializer(many=True, read_only=True)


class SuggestExtraSerializer(serializers.Serializer[Any]):
    """The key of completions beside `data`: of what kind each of them is."""

    kinds = serializers.ListField(
        child=serializers.ChoiceField(["course", "teacher", "category", "word"]), read_only=True
    )
