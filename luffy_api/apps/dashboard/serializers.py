"""Shapes of a course's outline; only the back office sees them."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from rest_framework import serializers

from luffy_api.apps.course.models import CourseSection
from luffy_api.apps.course.outline import Order
from luffy_api.apps.video.models import MediaState
from luffy_api.common.fields import IdField, ReadableField

MAX_NAME = 128
MAX_IDS = 5000
MAX_CHAPTERS = 1000
# A page that polls for more shows the rest when it is loaded again.
MAX_WATCHED = 500
# What the log is asked about at most.
MAX_AGE = timedelta(days=30)


class SectionMediaSerializer(serializers.Serializer[Any]):
    """The state of a section's video; `progress` in percent, `duration` in seconds."""

    id = serializers.IntegerField(source="section_id", read_only=True)
    state = serializers.ChoiceField(MediaState.choices, read_only=True)
    progress = serializers.IntegerField(read_only=True)
    error = serializers.CharField(source="note", read_only=True)
    playable = serializers.BooleanField(read_only=True)
    duration = serializers.IntegerField(read_only=True)


class OutlineSectionSerializer(serializers.Serializer[Any]):
    """A section of the outline."""

    id = serializers.IntegerField(source="section.pk", read_only=True)
    name = serializers.CharField(source="section.name", read_only=True)
    section_type = serializers.ChoiceField(
        CourseSection.SectionType.choices, source="section.section_type", read_only=True
    )
    free_trail = serializers.BooleanField(source="section.free_trail", read_only=True)
    is_show = serializers.BooleanField(source="section.is_show", read_only=True)
    has_text = serializers.BooleanField(read_only=True)
    media = SectionMediaSerializer(read_only=True)


class OutlineChapterSerializer(serializers.Serializer[Any]):
    """A chapter; `chapter` is its number."""

    id = serializers.IntegerField(source="chapter.pk", read_only=True)
    chapter = serializers.IntegerField(source="chapter.chapter", read_only=True)
    name = serializers.CharField(source="chapter.name", read_only=True)
    is_show = serializers.BooleanField(source="chapter.is_show", read_only=True)
    sections = OutlineSectionSerializer(many=True, read_only=True)


class OutlineRightsSerializer(serializers.Serializer[Any]):
    """What this member of the staff may do."""

    add_chapter = serializers.BooleanField(read_only=True)
    add_section = serializers.BooleanField(read_only=True)
    order_chapters = serializers.BooleanField(read_only=True)
    order_sections = serializers.BooleanField(read_only=True)
    rename_chapter = serializers.BooleanField(read_only=True)
    rename_section = serializers.BooleanField(read_only=True)
    remove_chapter = serializers.BooleanField(read_only=True)
    remove_section = serializers.BooleanField(read_only=True)
    upload = serializers.BooleanField(read_only=True)
    open_forms = serializers.BooleanField(read_only=True)
    open_quizzes = serializers.BooleanField(read_only=True)


class OutlineSerializer(serializers.Serializer[Any]):
    """The outline, and when it was read, which an order says again."""

    read_at = serializers.DateTimeField(read_only=True)
    rights = OutlineRightsSerializer(read_only=True)
    chapters = OutlineChapterSerializer(many=True, read_only=True)


class ChapterNumberSerializer(serializers.Serializer[Any]):
    """The number of a chapter."""

    id = serializers.IntegerField(source="pk", read_only=True)
    chapter = serializers.IntegerField(read_only=True)


class OrderedSerializer(serializers.Serializer[Any]):
    """After an order was written: the chapters with their numbers."""

    read_at = serializers.DateTimeField(read_only=True)
    chapters = ChapterNumberSerializer(many=True, read_only=True)


class ChapterRequest(serializers.Serializer[Any]):
    """A new chapter."""

    name = ReadableField(max_length=MAX_NAME)


class SectionRequest(serializers.Serializer[Any]):
    """A new section."""

    chapter = IdField()
    name = ReadableField(max_length=MAX_NAME)
    section_type = serializers.ChoiceField(CourseSection.SectionType.choices)


class IdsField(serializers.ListField):
    """Ids in an order."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(child=IdField(), max_length=MAX_IDS, **kwargs)


class ReadAtField(serializers.DateTimeField):
    """When the page read what it shows; what cannot be is brought to the nearest that can."""

    def to_internal_value(self, value: Any) -> datetime:
        """Hook of DRF."""
        now = timezone.now()
        return max(now - MAX_AGE, min(now, super().to_internal_value(value)))


class ChapterOrderRequest(serializers.Serializer[Any]):
    """All chapters of a course: as the page showed them, and as they are to be."""

    read_at = ReadAtField()
    seen = IdsField()
    order = IdsField()


class SectionsOfChapterRequest(serializers.Serializer[Any]):
    """The sections of a chapter: as the page showed them, and as they are to be."""

    chapter = IdField()
    seen = IdsField()
    order = IdsField()


class SectionOrderRequest(serializers.Serializer[Any]):
    """The chapters of which sections are moved."""

    read_at = ReadAtField()
    chapters = serializers.ListField(
        child=SectionsOfChapterRequest(), min_length=1, max_length=MAX_CHAPTERS
    )

    def validate_chapters(self, value: list[dict[str, Any]]) -> dict[int, Order]:
        """By chapter, each once."""
        orders = {each["chapter"]: Order(each["seen"], each["order"]) for each in value}
        if len(orders) != len(value):
            raise serializers.ValidationError("同一章出现了两次，请刷新页面后再试")
        return orders


class SeenRequest(serializers.Serializer[Any]):
    """What the page showed of a chapter or section: its name."""

    read_at = ReadAtField()
    was = serializers.CharField(max_length=MAX_NAME, allow_blank=True, trim_whitespace=False)


class NameRequest(SeenRequest):
    """Its new name."""

    name = ReadableField(max_length=MAX_NAME)


class RemoveChapterRequest(SeenRequest):
    """And the sections that go with it."""

    sections = IdsField()


class RemovedSerializer(serializers.Serializer[Any]):
    """What the course on sale lacks without the row; blank for nothing."""

    warning = serializers.CharField(allow_blank=True)


class WatchedQuery(serializers.Serializer[Any]):
    """Sections whose videos are on their way, as `1,2,3`."""

    sections = serializers.RegexField(r"^[1-9]\d{0,17}(,[1-9]\d{0,17})*$", max_length=10_000)

    def validate_sections(self, value: str) -> list[int]:
        """As numbers."""
        return [int(pk) for pk in value.split(",")][:MAX_WATCHED]
