"""Texts without their format, for messages that have none."""

import re
from html import unescape

from django.utils.html import strip_tags

from luffy_api.libs.rich_text.formats import to_html

# What ends a line.
BREAK = re.compile(r"<br\s*/?>|</(?:p|li|h[1-6]|tr|blockquote|pre|div)>")


def to_plain(text: str, *, text_format: str) -> str:
    """The words of a text; its paragraphs, items and rows are lines, pictures are left out."""
    words = unescape(strip_tags(BREAK.sub("\n", to_html(text, text_format=text_format))))
    lines = (" ".join(line.split()) for line in words.splitlines())
    return "\n".join(line for line in lines if line)
