"""Serializers of the home page."""

from typing import Any

from rest_framework import serializers

from luffy_api.apps.course.cards import CourseCardSerializer
from luffy_api.apps.course.models import Course
from luffy_api.apps.home.models import Banner
from luffy_api.common.renditions import Rendition, renditions_of


class BannerSerializer(serializers.ModelSerializer[Banner]):
    """A banner; `link` is a path of ours or an https address."""

    image_set = serializers.SerializerMethodField()
    phone_image = serializers.ImageField(
        read_only=True, allow_null=True, help_text="Null: phones show a part of `image`."
    )
    phone_image_set = serializers.SerializerMethodField()

    class Meta:
        model = Banner
        fields = ["id", "title", "image", "image_set", "phone_image", "phone_image_set", "link"]
        read_only_fields = fields

    def get_image_set(self, banner: Banner) -> list[Rendition]:
        """The picture as WebP in several widths; empty until they are made."""
        return renditions_of(banner.image.storage, banner.image.name, banner.image_set)

    def get_phone_image_set(self, banner: Banner) -> list[Rendition]:
        """The picture for phones, likewise."""
        image = banner.phone_image
        return renditions_of(image.storage, image.name, banner.phone_image_set)


class ListingSerializer(serializers.Serializer[Any]):
    """What a `selectors.Listing` looks like; its cards are rendered without it."""

    kind = serializers.ChoiceField(Course.Kind.choices, read_only=True)
    kind_name = serializers.CharField(source="kind.label", read_only=True)
    courses = CourseCardSerializer(many=True, read_only=True)
