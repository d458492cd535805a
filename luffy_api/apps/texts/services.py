"""Conversions of texts between their formats."""

from dataclasses import dataclass

from luffy_api.apps.texts.exceptions import TextNotConvertible
from luffy_api.libs.rich_text import formats


@dataclass(frozen=True)
class Converted:
    """A text, the HTML that students would see of it, and what of the text before is lost."""

    text: str
    html: str
    removed: str


def convert(*, text: str, source: str, target: str) -> Converted:
    """The text in another format; in the same one, what it would look like.

    Raises TextNotConvertible.
    """
    try:
        made = formats.convert(text, source=source, target=target)
    except formats.NotConvertible as error:
        raise TextNotConvertible from error
    return Converted(made.html, formats.to_html(made.html, text_format=target), made.removed)
