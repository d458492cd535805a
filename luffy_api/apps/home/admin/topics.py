"""专题, with its courses in their order."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from luffy_api.apps.home import tasks, topics
from luffy_api.apps.home.models import Topic, TopicCourse
from luffy_api.apps.home.topics import MAX_COURSES
from luffy_api.apps.texts.admin import RichTextAdmin
from luffy_api.apps.texts.forms import RichTextForm
from luffy_api.common.admin import CatalogueAdmin, picture
from luffy_api.common.chosen_rows import ChosenRowsInline


class TopicCourseInline(ChosenRowsInline):
    """The courses of a topic."""

    model = TopicCourse
    fields = ["course", "orders"]
    max_num = MAX_COURSES


class TopicForm(RichTextForm):
    """A topic with its introduction."""

    rich_texts = ("text",)


@admin.register(Topic)
class TopicAdmin(RichTextAdmin, CatalogueAdmin):
    """专题."""

    form = TopicForm
    inlines = [TopicCourseInline]
    list_display = ["thumbnail", "title", "slug", "starts_at", "ends_at", "orders", "is_show"]
    list_display_links = ["thumbnail", "title"]
    list_editable = ["orders", "is_show"]
    list_filter = ["is_show"]
    search_fields = ["title", "slug"]
    readonly_fields = ["preview", "preview_link"]
    fieldsets = [
        ("专题", {"fields": ["title", "slug", "brief", "cover", "preview"]}),
        ("介绍", {"fields": ["content_format", "text"]}),
        ("展示", {"fields": ["starts_at", "ends_at", ("orders", "is_show"), "preview_link"]}),
    ]

    @admin.display(description="图片")
    def thumbnail(self, topic: Topic) -> SafeString | str:
        """The picture in the changelist."""
        return picture(topic.cover)

    @admin.display(description="图片预览")
    def preview(self, topic: Topic) -> SafeString | str:
        """The picture on the form."""
        return picture(topic.cover, height=120)

    @admin.display(description="预览链接")
    def preview_link(self, topic: Topic) -> SafeString | str:
        """A link for whoever may see it before it is public, and when it ends."""
        if topic.pk is None:
            return "保存后可以获取"
        return format_html(
            '<a href="{0}" target="_blank" rel="noopener">打开预览</a>'
            "<br>{1} 天内有效，可以发给需要提前查看专题的人：<br><code>{0}</code>",
            topics.make_preview_link(topic),
            settings.PREVIEW_LIFETIME.days,
        )

    def view_on_site(self, topic: Topic) -> str:
        """Hook of Django: the public page; of a topic that has none now, a preview of it."""
        if Topic.objects.current(timezone.now()).filter(pk=topic.pk).exists():
            return f"{settings.PUBLIC_URL}/topic/{topic.slug}"
        return topics.make_preview_link(topic)

    def save_model(self, request: HttpRequest, obj: Topic, form: Any, change: bool) -> None:
        """Hook of Django: a new picture is wanted in several widths."""
        super().save_model(request, obj, form, change)
        if "cover" in form.changed_data:
            transaction.on_commit(tasks.render_banners, robust=True)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Hook of Django: a course that was taken out leaves no row behind."""
        formset.save()
