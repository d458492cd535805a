"""Serializers of the home page."""

from typing import Any

from rest_framework import serializers

from luffy_api.apps.course import previews
from luffy_api.apps.course.cards import CourseCardSerializer
from luffy_api.apps.course.models import Course
from luffy_api.apps.home.models import Banner, Topic
from luffy_api.common.renditions import Rendition, renditions_of
from luffy_api.libs.rich_text import formats


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


class TopicLinkSerializer(serializers.ModelSerializer[Topic]):
    """A topic without its text; its page is `/topic/{slug}`."""

    cover_set = serializers.SerializerMethodField()

    class Meta:
        model = Topic
        fields = ["id", "slug", "title", "brief", "cover", "cover_set"]
        read_only_fields: Any = fields

    def get_cover_set(self, topic: Topic) -> list[Rendition]:
        """The picture as WebP in several widths; empty until they are made."""
        return renditions_of(topic.cover.storage, topic.cover.name, topic.cover_set)


class TopicTextSerializer(TopicLinkSerializer):
    """A topic; `html` is safe to show."""

    html = serializers.SerializerMethodField()

    class Meta(TopicLinkSerializer.Meta):
        fields = [*TopicLinkSerializer.Meta.fields, "html"]
        read_only_fields = fields

    def get_html(self, topic: Topic) -> str:
        """The introduction as HTML."""
        return formats.to_html(topic.text, text_format=topic.content_format)


class TopicSerializer(TopicTextSerializer):
    """With its courses, which are rendered without it."""

    courses = CourseCardSerializer(many=True, read_only=True)

    class Meta(TopicTextSerializer.Meta):
        fields = [*TopicTextSerializer.Meta.fields, "courses"]
        read_only_fields = fields


class TopicPreviewSerializer(TopicSerializer):
    """For who holds a link to it, which ends at `preview_ends_at`."""

    preview_ends_at = serializers.DateTimeField(read_only=True)

    class Meta(TopicSerializer.Meta):
        fields = [*TopicSerializer.Meta.fields, "preview_ends_at"]
        read_only_fields = fields


class PreviewTokenQuery(serializers.Serializer[Any]):
    """What a preview link brings along."""

    token = serializers.CharField(max_length=previews.MAX_TOKEN_LENGTH)
