"""Shapes of uploads; only the back office sees them."""

from typing import Any

from rest_framework import serializers

from luffy_api.apps.video.models import MediaState
from luffy_api.common.fields import IdField

MAX_PARTS = 10_000


class UploadRequest(serializers.Serializer[Any]):
    """What the browser knows of a file; `size` in bytes. The rules are those of uploads.begin."""

    section = IdField()
    filename = serializers.CharField(max_length=1000, trim_whitespace=False)
    size = serializers.IntegerField(min_value=0, max_value=2**53)
    content_type = serializers.CharField(max_length=200, allow_blank=True, default="")


class UploadSessionSerializer(serializers.Serializer[Any]):
    """How the browser brings the file up; `part_size` in bytes."""

    id = serializers.IntegerField(source="upload.pk", read_only=True)
    provider = serializers.ChoiceField(
        ["local", "qiniu", "s3"], source="upload.provider", read_only=True
    )
    key = serializers.CharField(source="upload.key", read_only=True)
    part_size = serializers.IntegerField(source="upload.part_size", read_only=True)
    parts_done = serializers.ListField(child=serializers.IntegerField(), read_only=True)
    expires_at = serializers.DateTimeField(source="upload.expires_at", read_only=True)
    ticket = serializers.DictField(read_only=True)


class PartsRequest(serializers.Serializer[Any]):
    """Numbers of parts to sign."""

    parts = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=MAX_PARTS),
        min_length=1,
        max_length=100,
    )


class PartUrlsSerializer(serializers.Serializer[Any]):
    """A URL for each part, by its number."""

    urls = serializers.DictField(child=serializers.CharField(), read_only=True)


class MediaSerializer(serializers.Serializer[Any]):
    """The state of a section's video; `progress` in percent, `duration` in seconds."""

    section = serializers.IntegerField(source="section_id", read_only=True)
    state = serializers.ChoiceField(MediaState.choices, read_only=True)
    state_name = serializers.CharField(read_only=True)
    progress = serializers.IntegerField(read_only=True)
    error = serializers.CharField(source="note", read_only=True)
    playable = serializers.BooleanField(read_only=True)
    duration = serializers.IntegerField(read_only=True)
    hls = serializers.BooleanField(read_only=True)


class UploadStatusSerializer(MediaSerializer):
    """The same for one upload, with the parts that have arrived."""

    id = serializers.IntegerField(read_only=True)
    parts_done = serializers.ListField(child=serializers.IntegerField(), read_only=True)


class SubtitleRequest(serializers.Serializer[Any]):
    """A file of subtitles, which is read whatever it is called."""

    file = serializers.FileField(allow_empty_file=True)


class SubtitleSerializer(serializers.Serializer[Any]):
    """A language (`zh-CN`) and how many lines of subtitles a section has in it; 0 for none."""

    lang = serializers.CharField(read_only=True)
    label = serializers.CharField(read_only=True)  # type: ignore[assignment]
    lines = serializers.IntegerField(read_only=True)
