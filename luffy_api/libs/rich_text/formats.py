"""Texts by their format: shown, cleaned before they are stored, and converted."""

from typing import Any

from django.db import models

from luffy_api.libs import markdown
from luffy_api.libs.rich_text import cleaning
from luffy_api.libs.rich_text.cleaning import Cleaned

# Characters. A form of 1 MiB holds it, whatever its script and encoding.
MAX_LENGTH = 100_000
# Of elements in each other, which only a machine writes.
MAX_DEPTH = 60


class TextFormat(models.TextChoices):
    """What a text is written in; kept beside the text."""

    HTML = "html", "富文本"
    MARKDOWN = "markdown", "Markdown"


class NotConvertible(ValueError):
    """The text is too long, or its elements are too deep in each other."""


def format_field(default: TextFormat) -> "models.CharField[Any, Any]":
    """The column of a format; `default` is what rows are that older code writes."""
    return models.CharField(
        "文字格式",
        max_length=8,
        choices=TextFormat,
        default=default,
        db_default=default.value,
    )


def to_html(text: str, *, text_format: str) -> str:
    """HTML for a page, safe whatever the text is."""
    if text_format == TextFormat.MARKDOWN:
        return markdown.to_html(text)
    return cleaning.to_show(text)


def clean(text: str, *, text_format: str) -> tuple[str, str]:
    """The text as it is stored, and what of it students never see ("" for nothing)."""
    if text_format == TextFormat.HTML:
        cleaned = cleaning.clean(text)
        return cleaned.html, cleaned.removed
    rendered = markdown.render(text)
    return text, cleaning.removed(rendered, cleaning.clean(rendered).html)


def convert(text: str, *, source: str, target: str) -> Cleaned:
    """The text in the other format, and what is lost. Raises NotConvertible."""
    if len(text) > MAX_LENGTH:
        raise NotConvertible
    if source == target:
        return Cleaned(*clean(text, text_format=target))
    if target == TextFormat.HTML:
        return cleaning.clean(markdown.render(text))
    # Its library is loaded by whoever converts: a tenth of a second for each process.
    from luffy_api.libs.rich_text.to_markdown import to_markdown

    cleaned = cleaning.clean(text)
    if _depth(cleaned.html) > MAX_DEPTH:
        raise NotConvertible
    return Cleaned(to_markdown(cleaned.html), cleaned.removed)


def _depth(html: str) -> int:
    """How deep elements stand in each other; nh3 has closed all of them."""
    depth = deepest = 0
    for part in html.split("<")[1:]:
        if part.startswith("/"):
            depth -= 1
        elif not part.startswith(("br", "hr", "img")):
            depth += 1
            deepest = max(deepest, depth)
    return deepest
