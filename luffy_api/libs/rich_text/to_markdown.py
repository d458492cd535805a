"""HTML as Markdown, by markdownify."""

from typing import Any

from markdownify import MarkdownConverter


class _Converter(MarkdownConverter):  # type: ignore[misc]
    """What Markdown has no sign for stays as its text; pictures of a table stay pictures."""

    def convert_img(self, el: Any, text: str, parent_tags: Any) -> str:
        """Hook of markdownify, whose own drops pictures in headings and cells."""
        shown: str = super().convert_img(el, text, set(parent_tags) - {"_inline"})  # type: ignore[misc]
        return shown


def to_markdown(html: str) -> str:
    """The same text; `html` is cleaned."""
    converter = _Converter(
        heading_style="ATX",
        bullets="-",
        newline_style="BACKSLASH",
        code_language_callback=_language,
        escape_misc=True,
        table_infer_header=True,
    )
    return str(converter.convert(html)).strip()


def _language(pre: Any) -> str:
    code = pre.find("code")
    classes = code.get("class") or [""] if code else [""]
    return str(classes[0]).removeprefix("language-")
