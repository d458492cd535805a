"""Shapes of ratings."""

from typing import Any

from rest_framework import serializers

from luffy_api.apps.community import rating_list
from luffy_api.apps.community.models import Rating
from luffy_api.apps.community.models.ratings import MAX_TEXT, STARS
from luffy_api.common.fields import ReadableField


class RatingSerializer(serializers.ModelSerializer[Rating]):
    """A rating as everybody sees it; of the student only the first character of the name."""

    author = serializers.SerializerMethodField()

    class Meta:
        model = Rating
        fields = [
            *("id", "author", "stars", "text", "created_time", "edited_at"),
            *("answer", "answered_at"),
        ]
        read_only_fields: Any = fields

    def get_author(self, rating: Rating) -> str:
        """`张**`."""
        return rating_list.masked_name(rating.user)


class RatingNumbersSerializer(serializers.Serializer[Any]):
    """Beside the `data` of a page: how many ratings have 1, 2, 3, 4 and 5 stars."""

    by_stars = serializers.ListField(child=serializers.IntegerField(), read_only=True)


class OwnRatingRowSerializer(serializers.ModelSerializer[Rating]):
    """The student's own rating, in whatever state; `reason` says why it was hidden."""

    state_name = serializers.CharField(source="get_state_display", read_only=True)

    class Meta:
        model = Rating
        fields = [
            *("id", "stars", "text", "state", "state_name", "reason", "created_time", "edited_at"),
            *("answer", "answered_at"),
        ]
        read_only_fields: Any = fields


class OwnRatingSerializer(serializers.Serializer[Any]):
    """Whether the student may rate the course, and the rating, if there is one."""

    may_rate = serializers.BooleanField(read_only=True)
    rating = OwnRatingRowSerializer(allow_null=True, read_only=True)


class RateSerializer(serializers.Serializer[Any]):
    """A rating as a student sends it."""

    stars = serializers.IntegerField(min_value=STARS[0], max_value=STARS[-1])
    text = ReadableField(max_length=MAX_TEXT, allow_blank=True, default="")
