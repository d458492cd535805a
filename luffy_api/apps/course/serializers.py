"""Shapes of the course page, the outline and downloads."""

from typing import Any

from rest_framework import serializers

from luffy_api.apps.course import previews
from luffy_api.apps.course.cards import CourseCardSerializer
from luffy_api.apps.course.models import CourseChapter, CourseSection
from luffy_api.apps.course.selectors import CourseDetail
from luffy_api.libs.rich_text import formats


class AlsoStudiedSerializer(serializers.Serializer[Any]):
    """Beside the `data` of related courses: those that students of the course have, too."""

    also_studied = CourseCardSerializer(many=True, read_only=True)


class CourseDetailSerializer(CourseCardSerializer):
    """A card and what its own page shows; `detail` is sanitised HTML."""

    owned = serializers.BooleanField(read_only=True)
    trial_section = serializers.IntegerField(allow_null=True, read_only=True)
    attachment_path = serializers.CharField(
        source="attachment_url",
        allow_null=True,
        read_only=True,
        help_text="A signed URL, for owners only.",
    )
    has_attachment = serializers.SerializerMethodField()
    detail = serializers.SerializerMethodField()

    class Meta(CourseCardSerializer.Meta):
        fields = [
            *CourseCardSerializer.Meta.fields,
            "detail",
            "attachment_path",
            "has_attachment",
            "length",
            "study_months",
            "pub_date",
            "owned",
            "trial_section",
        ]
        read_only_fields = fields

    def get_has_attachment(self, detail: CourseDetail) -> bool:
        """Whether there is an attachment; shown to everybody."""
        return bool(detail.course.attachment_path)

    def get_detail(self, detail: CourseDetail) -> str:
        """Sanitised HTML, also of texts that were not written in the back office."""
        course = detail.course
        return formats.to_html(course.detail, text_format=course.content_format)


class CoursePreviewSerializer(CourseDetailSerializer):
    """The page of a course that may not be public; the link ends at `preview_ends_at`."""

    preview_ends_at = serializers.DateTimeField(read_only=True)

    class Meta(CourseDetailSerializer.Meta):
        fields = [*CourseDetailSerializer.Meta.fields, "preview_ends_at"]
        read_only_fields = fields


class PreviewTokenSerializer(serializers.Serializer[Any]):
    """The query of a preview."""

    token = serializers.CharField(max_length=previews.MAX_TOKEN_LENGTH)


class SectionSerializer(serializers.ModelSerializer[CourseSection]):
    """A section of the outline, never with a playable link; `duration` in seconds."""

    section_type_name = serializers.CharField(source="get_section_type_display", read_only=True)

    class Meta:
        model = CourseSection
        fields = [
            "id",
            "name",
            "orders",
            "section_type",
            "section_type_name",
            "duration",
            "free_trail",
        ]
        read_only_fields = fields


class ChapterSerializer(serializers.ModelSerializer[CourseChapter]):
    """A chapter with its sections."""

    coursesections = SectionSerializer(many=True, read_only=True)

    class Meta:
        model = CourseChapter
        fields = ["id", "chapter", "name", "summary", "coursesections"]
        read_only_fields = fields
