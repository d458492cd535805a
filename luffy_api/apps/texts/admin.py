"""Pages of the back office for rows with texts in one of two formats."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.http import HttpRequest

from luffy_api.libs.rich_text.formats import TextFormat

if TYPE_CHECKING:
    BaseAdmin = admin.ModelAdmin[Any]
else:
    BaseAdmin = admin.ModelAdmin

NOT_KEPT = "保存时去掉了不允许的内容：{}"
NOT_SHOWN = "网站上不会显示文字里的这些内容：{}"


class RichTextAdmin(BaseAdmin):
    """Mixin before a ModelAdmin whose form is a RichTextForm: says what was taken out of a text."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Hook of Django."""
        super().save_model(request, obj, form, change)
        if removed := getattr(form, "removed", None):
            is_html = obj.content_format == TextFormat.HTML
            sentence = (NOT_KEPT if is_html else NOT_SHOWN).format("；".join(removed))
            self.message_user(request, sentence, messages.WARNING)
