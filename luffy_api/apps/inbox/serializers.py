"""Request and response bodies of a student's messages."""

from typing import Any

from rest_framework import serializers

from luffy_api.apps.inbox.models import OUTSIDE, Delivery, Kind
from luffy_api.common.fields import IdField

OUTSIDE_CHOICES = [(channel.value, channel.label) for channel in OUTSIDE]


class InboxMessageSerializer(serializers.ModelSerializer[Delivery]):
    """A message as its student has it; `id` is the student's own, `text` is plain with lines.

    `link` is the page of the site that the message speaks of, from its first slash on, or blank.
    """

    kind = serializers.ChoiceField(Kind.choices, source="message.kind", read_only=True)
    kind_name = serializers.CharField(source="message.get_kind_display", read_only=True)
    title = serializers.CharField(source="message.title", read_only=True)
    text = serializers.CharField(source="message.text", read_only=True)
    link = serializers.CharField(source="message.link", read_only=True)

    class Meta:
        model = Delivery
        fields = ["id", "kind", "kind_name", "title", "text", "link", "created_time", "read_at"]
        read_only_fields = fields


class UnreadSerializer(serializers.Serializer[Any]):
    """How many messages were not opened; 100 also stands for more."""

    unread = serializers.IntegerField(read_only=True, min_value=0, max_value=100)


class ReadAllSerializer(serializers.Serializer[Any]):
    """The newest message that the student has been shown."""

    up_to = IdField()


class PreferenceSerializer(serializers.Serializer[Any]):
    """Whether a kind of messages may come by a channel outside the site."""

    kind = serializers.ChoiceField(Kind.choices)
    kind_name = serializers.CharField(read_only=True)
    channel = serializers.ChoiceField(OUTSIDE_CHOICES)
    channel_name = serializers.CharField(read_only=True)
    enabled = serializers.BooleanField()
