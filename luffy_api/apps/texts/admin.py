"""Pages of the back office for rows with texts in one of two formats, and which of them asks."""

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db.models import Model
from django.http import HttpRequest
from django.urls import Resolver404, resolve

from luffy_api.libs.rich_text.formats import TextFormat

if TYPE_CHECKING:
    BaseAdmin = admin.ModelAdmin[Any]
else:
    BaseAdmin = admin.ModelAdmin

MAX_PATH = 200
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


def page_of(request: HttpRequest) -> str:
    """The path of the page that has sent the request, blank where the browser does not say."""
    referer = request.headers.get("Referer", "")
    try:
        return urlsplit(referer).path[:MAX_PATH]
    except ValueError:
        return ""


def row_of(request: HttpRequest) -> Model | None:
    """The row that this page edits, if it does, and the user may. A few queries.

    A browser can say what it likes: it names nothing that its user does not see anyway.
    """
    try:
        match = resolve(page_of(request))
    except Resolver404:
        return None
    model_admin = _edited(match.url_name or "") if match.app_name == "admin" else None
    key = match.kwargs.get("object_id")
    if model_admin is None or key is None:
        return None
    row: Model | None = model_admin.get_object(request, unquote(str(key)))
    return row if row is not None and model_admin.has_view_permission(request, row) else None


def _edited(url_name: str) -> "admin.ModelAdmin[Model] | None":
    for model, model_admin in admin.site._registry.items():
        meta = model._meta
        if url_name == f"{meta.app_label}_{meta.model_name}_change":
            return model_admin
    return None
