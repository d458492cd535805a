"""Shapes of watching, reading and 我的课程."""

from typing import Any

from rest_framework import serializers

from luffy_api.apps.course import previews
from luffy_api.apps.course.cards import CourseCardSerializer
from luffy_api.apps.course.models import CourseSection
from luffy_api.apps.learning import certificate_names
from luffy_api.apps.learning.answers import MAX_ANSWER
from luffy_api.apps.learning.models import CourseCertificate
from luffy_api.apps.learning.progress import MAX_POSITION
from luffy_api.common.fields import ReadableField


class PreviewTokenQuery(serializers.Serializer[Any]):
    """What a preview link brings along."""

    token = serializers.CharField(max_length=previews.MAX_TOKEN_LENGTH)


class PlayableSubtitleSerializer(serializers.Serializer[Any]):
    """WebVTT in one language (`zh-CN`), by a short-lived URL."""

    lang = serializers.CharField(read_only=True)
    label = serializers.CharField(read_only=True)  # type: ignore[assignment]
    url = serializers.CharField(read_only=True)


class VideoChapterSerializer(serializers.Serializer[Any]):
    """A mark on the bar of a video; `start` in seconds from its beginning."""

    start = serializers.IntegerField(read_only=True)
    title = serializers.CharField(read_only=True)


class PlaySerializer(serializers.Serializer[Any]):
    """What a player needs; `position` in seconds, `watermark` blank when there is none."""

    url = serializers.CharField(read_only=True)
    type = serializers.ChoiceField(["mp4", "hls", "flv"], read_only=True)
    expires_at = serializers.DateTimeField(read_only=True)
    position = serializers.IntegerField(read_only=True)
    watermark = serializers.CharField(read_only=True)
    poster = serializers.CharField(allow_null=True, read_only=True)
    subtitles = PlayableSubtitleSerializer(many=True, read_only=True)
    chapters = VideoChapterSerializer(many=True, read_only=True)


class ProgressSerializer(serializers.Serializer[Any]):
    """Seconds from the beginning of the section; or `done`, for a text that was read."""

    position = serializers.IntegerField(min_value=0, max_value=MAX_POSITION, required=False)
    done = serializers.BooleanField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """What is done stays done, so that `false` means nothing."""
        if "position" not in attrs and "done" not in attrs:
            raise serializers.ValidationError({"position": "该字段是必填项。"})
        if "position" in attrs and "done" in attrs:
            raise serializers.ValidationError({"done": "不能与播放位置一起提交。"})
        if attrs.get("done") is False:
            raise serializers.ValidationError({"done": "已学完的课时不能改为未学。"})
        return attrs


class AnswerSerializer(serializers.Serializer[Any]):
    """Plain text; a blank one takes the answer away."""

    text = ReadableField(max_length=MAX_ANSWER, allow_blank=True)


class WatchedSerializer(serializers.Serializer[Any]):
    """Where a student stands in a section, and how much of it counts as watched; seconds."""

    position = serializers.IntegerField(read_only=True)
    watched = serializers.IntegerField(read_only=True)
    done = serializers.BooleanField(read_only=True)


class ContentSerializer(serializers.Serializer[Any]):
    """A document or an exercise as safe HTML; `answer_html` is blank when there is none.

    `own_answer` is what the student has answered to an exercise, as plain text.
    """

    section_type = serializers.ChoiceField(CourseSection.SectionType.choices, read_only=True)
    html = serializers.CharField(read_only=True)
    answer_html = serializers.CharField(read_only=True)
    own_answer = serializers.CharField(read_only=True)


class CourseProgressSerializer(serializers.Serializer[Any]):
    """How far a student is: sections that are done, of `total`, and where to go on.

    `certificate`: everything is done, and the course gives a certificate for it.
    """

    percent = serializers.IntegerField(read_only=True)
    done = serializers.IntegerField(read_only=True)
    total = serializers.IntegerField(read_only=True)
    section_id = serializers.IntegerField(allow_null=True, read_only=True)
    section_name = serializers.CharField(read_only=True)
    position = serializers.IntegerField(read_only=True)
    certificate = serializers.BooleanField(read_only=True)


class SectionStandingSerializer(serializers.Serializer[Any]):
    """A section that was begun; a video counts as done from nine tenths on."""

    id = serializers.IntegerField(read_only=True)
    percent = serializers.IntegerField(read_only=True)
    done = serializers.BooleanField(read_only=True)


class OwnProgressQuery(serializers.Serializer[Any]):
    """Ids with commas between, twenty at most."""

    courses = serializers.RegexField(r"\A[1-9][0-9]{0,17}(,[1-9][0-9]{0,17}){0,19}\Z")

    def validate_courses(self, text: str) -> list[int]:
        """As numbers, each once."""
        return [*dict.fromkeys(int(each) for each in text.split(","))]


class OwnProgressSerializer(CourseProgressSerializer):
    """The same with the id of the course."""

    course = serializers.IntegerField(read_only=True)


class OutlineProgressSerializer(serializers.Serializer[Any]):
    """The progress in a course, and of its sections those that were begun."""

    course = CourseProgressSerializer(read_only=True)
    sections = SectionStandingSerializer(many=True, read_only=True)


class MyCourseSerializer(CourseCardSerializer):
    """A row of 我的课程; `can_leave`: joined as a free course, and owned by nothing else.

    `ends_at` is when I lose it, null for never; of an ended course when that was.
    """

    progress = CourseProgressSerializer(read_only=True)
    can_leave = serializers.BooleanField(read_only=True)
    ends_at = serializers.DateTimeField(read_only=True, allow_null=True)

    class Meta(CourseCardSerializer.Meta):
        fields = [*CourseCardSerializer.Meta.fields, "progress", "can_leave", "ends_at"]
        read_only_fields = fields


class IssueCertificateSerializer(serializers.Serializer[Any]):
    """The name that is printed; it may be blank for a student who has a certificate already."""

    name = serializers.CharField(
        max_length=4 * certificate_names.MAX_NAME, allow_blank=True, required=False, default=""
    )


class CertificateSerializer(serializers.ModelSerializer[CourseCertificate]):
    """A certificate as its student sees it; `reason` says why it was revoked."""

    is_valid = serializers.BooleanField(read_only=True)  # type: ignore[assignment]

    class Meta:
        model = CourseCertificate
        fields = [
            *("number", "name", "course", "course_name", "teacher_name", "school_name"),
            *("sections", "issued_at", "is_valid", "revoked_at", "reason"),
        ]
        read_only_fields = fields


class CertificateStandingSerializer(serializers.Serializer[Any]):
    """Whether the student has the certificate of a course, or may take it now.

    `name` is what their certificates say, blank before the first one, which asks for it.
    """

    course_name = serializers.CharField(read_only=True)
    percent = serializers.IntegerField(read_only=True)
    is_offered = serializers.BooleanField(read_only=True)
    can_issue = serializers.BooleanField(read_only=True)
    name = serializers.CharField(read_only=True)
    certificate = CertificateSerializer(read_only=True, allow_null=True)


class VerifiedCertificateSerializer(serializers.ModelSerializer[CourseCertificate]):
    """A certificate as everybody sees it who has its number; the name is masked."""

    name = serializers.SerializerMethodField()
    is_valid = serializers.BooleanField(read_only=True)  # type: ignore[assignment]

    class Meta:
        model = CourseCertificate
        fields = [
            *("number", "name", "course_name", "teacher_name", "school_name"),
            *("sections", "issued_at", "is_valid", "revoked_at"),
        ]
        read_only_fields = fields

    def get_name(self, row: CourseCertificate) -> str:
        """The first and the last character."""
        return certificate_names.masked(row.name)


class DownloadSerializer(serializers.Serializer[Any]):
    """A signed URL of a file."""

    url = serializers.CharField(read_only=True)
    name = serializers.CharField(read_only=True)
    expires_at = serializers.DateTimeField(read_only=True)
