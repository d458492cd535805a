"""Shapes of favourites; the list has cards, as all lists of courses."""

from typing import Any

from rest_framework import serializers


class FavouriteSerializer(serializers.Serializer[Any]):
    """Whether the student keeps a course."""

    is_favourite = serializers.BooleanField(read_only=True)
