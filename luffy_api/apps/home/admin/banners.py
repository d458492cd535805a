"""轮播图."""

from typing import Any

from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest
from django.utils.safestring import SafeString

from luffy_api.apps.home import tasks
from luffy_api.apps.home.models import Banner
from luffy_api.common.admin import CatalogueAdmin, picture


@admin.register(Banner)
class BannerAdmin(CatalogueAdmin):
    """轮播图."""

    list_display = ["thumbnail", "title", "link", "orders", "is_show"]
    list_display_links = ["thumbnail", "title"]
    list_editable = ["orders", "is_show"]
    list_filter = ["is_show"]
    search_fields = ["title", "link"]
    readonly_fields = ["preview", "phone_preview"]
    fieldsets = [
        (
            "轮播图",
            {"fields": ["title", "image", "preview", "phone_image", "phone_preview", "link"]},
        ),
        ("展示", {"fields": [("orders", "is_show")]}),
    ]

    @admin.display(description="图片")
    def thumbnail(self, banner: Banner) -> SafeString | str:
        """The picture in the changelist."""
        return picture(banner.image)

    @admin.display(description="预览")
    def preview(self, banner: Banner) -> SafeString | str:
        """The picture on the form."""
        return picture(banner.image, height=120)

    @admin.display(description="手机预览")
    def phone_preview(self, banner: Banner) -> SafeString | str:
        """What phones show, on the form."""
        return picture(banner.phone_image, height=120)

    def save_model(self, request: HttpRequest, obj: Banner, form: Any, change: bool) -> None:
        """Hook of Django: a new picture is wanted in several widths."""
        super().save_model(request, obj, form, change)
        if {"image", "phone_image"} & {*form.changed_data}:
            transaction.on_commit(tasks.render_banners, robust=True)
