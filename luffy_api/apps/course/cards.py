"""The one shape of a course on lists, in search, on the home page and in 我的课程."""

from typing import Any

from rest_framework import serializers

from luffy_api.apps.course.models import Course, CourseCategory, CourseSection, Teacher
from luffy_api.common.renditions import Rendition, renditions_of


class CategorySerializer(serializers.ModelSerializer[CourseCategory]):
    """A category, by name."""

    class Meta:
        model = CourseCategory
        fields = ["id", "name"]


class TeacherSerializer(serializers.ModelSerializer[Teacher]):
    """A teacher as students see one."""

    role_name = serializers.CharField(source="get_role_display", read_only=True)

    class Meta:
        model = Teacher
        fields = ["id", "name", "role_name", "title", "signature", "image", "brief"]


class CardSectionSerializer(serializers.ModelSerializer[CourseSection]):
    """A line of a card's section list; `duration` in seconds."""

    class Meta:
        model = CourseSection
        fields = ["id", "name", "duration", "free_trail"]


class CourseCardSerializer(serializers.ModelSerializer[Any]):
    """A `selectors.CourseCard` or a subclass of it. Prices are yuan with two decimals."""

    kind_name = serializers.CharField(source="course.get_kind_display", read_only=True)
    course_type_name = serializers.CharField(
        source="course.get_course_type_display", read_only=True
    )
    level_name = serializers.CharField(source="course.get_level_display", read_only=True)
    status_name = serializers.CharField(source="course.get_status_display", read_only=True)
    real_price = serializers.DecimalField(
        8, 2, source="offer.real_price", coerce_to_string=True, read_only=True
    )
    vip_price = serializers.DecimalField(
        8,
        2,
        coerce_to_string=True,
        allow_null=True,
        read_only=True,
        help_text="What a member pays; null if that is not less than `real_price`.",
    )
    discount_type = serializers.CharField(
        source="offer.discount_type", allow_null=True, read_only=True
    )
    discount_ends = serializers.DateTimeField(
        source="offer.discount_ends", allow_null=True, read_only=True
    )
    course_category = CategorySerializer(source="course.course_category", read_only=True)
    teacher = TeacherSerializer(source="course.teacher", read_only=True)
    section_list = CardSectionSerializer(many=True, read_only=True)
    course_img_set = serializers.SerializerMethodField()

    class Meta:
        model = Course
        fields = [
            "id",
            "name",
            "course_img",
            "course_img_set",
            "brief",
            "kind",
            "kind_name",
            "course_type",
            "course_type_name",
            "level",
            "level_name",
            "status",
            "status_name",
            "students",
            "rating_count",
            "rating_average",
            "sections",
            "pub_sections",
            "period",
            "price",
            "real_price",
            "vip_price",
            "discount_type",
            "discount_ends",
            "course_category",
            "teacher",
            "section_list",
        ]
        read_only_fields: Any = fields

    def get_course_img_set(self, card: Any) -> list[Rendition]:
        """The cover as WebP in several widths; empty until they are made."""
        cover = card.course.course_img
        return renditions_of(cover.storage, cover.name, card.course.course_img_set)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Read the fields that DRF makes of the model's columns from the card's `course`."""
        fields = super().get_fields()
        for name in fields.keys() - self._declared_fields.keys():
            fields[name].source = f"course.{name}"
        return fields
