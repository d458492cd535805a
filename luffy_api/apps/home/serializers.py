"""Serializers of the home page."""

from rest_framework import serializers

from luffy_api.apps.home.models import Banner


class BannerSerializer(serializers.ModelSerializer[Banner]):
    """A banner; `link` is a path of ours or an https address."""

    class Meta:
        model = Banner
        fields = ["id", "title", "image", "link"]
        read_only_fields = fields
