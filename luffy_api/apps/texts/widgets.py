"""A text and its format on the back office's forms, which luffy_web turns into an editor."""

from typing import Any

from django.contrib.admin.widgets import AdminTextareaWidget
from django.forms import Media, Script, Select
from django.utils.html import format_html
from django.utils.safestring import SafeString

from luffy_api.libs.rich_text.formats import MAX_LENGTH

# What the field of the format sends besides: what happens to a text whose format changes.
SWITCH = "switch"
KEEP, CONVERT = "keep", "convert"
SWITCHES = {
    "": "切换格式时，文字怎么办？",
    CONVERT: "转换文字，先看结果再保存",
    KEEP: "文字原样保留，按新的格式显示",
}


class _EditorMedia:
    """The editor's script and styles."""

    @property
    def media(self) -> Media:
        """Hook of Django."""
        return Media(
            css={"all": ["/back-office/text.css"]},
            js=(Script("/back-office/text.js", type="module"),),  # type: ignore[arg-type]
        )


class RichTextWidget(_EditorMedia, AdminTextareaWidget):
    """The plain field in a frame that the script fills in; without the script it is as ever."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"rows": 14, **(attrs or {})})

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        """The script finds the format by its own frame in the same form."""
        field = super().render(name, value, attrs, renderer)
        return format_html('<div data-rich-text data-max="{}">{}</div>', MAX_LENGTH, field)


class FormatWidget(_EditorMedia, Select):
    """The format, and the question that a change of it asks."""

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        """The script asks in its own way, with the result before one's eyes."""
        field = super().render(name, value, attrs, renderer)
        switch = Select(
            {"id": f"id_{name}-{SWITCH}", "aria-label": "切换格式时"},
            choices=[*SWITCHES.items()],
        )
        return format_html(
            "<span data-text-format>{} <span data-text-switch>{}</span></span>",
            field,
            switch.render(f"{name}-{SWITCH}", "", renderer=renderer),
        )
