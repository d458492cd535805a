"""Shapes of what the editor of the back office asks for."""

from typing import Any

from rest_framework import serializers

from luffy_api.libs.rich_text.formats import MAX_LENGTH, TextFormat


class PictureRequest(serializers.Serializer[Any]):
    """A JPEG, PNG, WebP or GIF of at most 10 MB."""

    file = serializers.FileField()


class PictureSerializer(serializers.Serializer[Any]):
    """A stored picture; `src` is the address for the text, width and height in pixels."""

    src = serializers.CharField(read_only=True)
    width = serializers.IntegerField(read_only=True)
    height = serializers.IntegerField(read_only=True)


class ConversionRequest(serializers.Serializer[Any]):
    """A text, what it is written in, and what it is to be; the same for a look at the result."""

    text = serializers.CharField(
        allow_blank=True, max_length=MAX_LENGTH, trim_whitespace=False, required=True
    )
    from_format = serializers.ChoiceField(TextFormat.choices)
    to_format = serializers.ChoiceField(TextFormat.choices)


class ConversionSerializer(serializers.Serializer[Any]):
    """`html` is safe to show; `removed` names in a sentence what is lost, blank for nothing."""

    text = serializers.CharField(read_only=True)
    html = serializers.CharField(read_only=True)
    removed = serializers.CharField(read_only=True)
