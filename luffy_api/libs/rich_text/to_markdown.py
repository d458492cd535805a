"""HTML as Markdown, by markdownify."""

import re
from typing import Any

from markdownify import MarkdownConverter

# Where a cell of a table would end: a bar that no backslash stands before.
_BAR = re.compile(r"(?<!\\)\|")
_CELLS = {"td", "th"}


class _Converter(MarkdownConverter):  # type: ignore[misc]
    """What Markdown has no sign for stays as its text; what stands in a cell stays in it."""

    def convert_img(self, el: Any, text: str, parent_tags: Any) -> str:
        """Hook of markdownify, whose own drops pictures in headings and cells."""
        shown: str = super().convert_img(el, text, set(parent_tags) - {"_inline"})  # type: ignore[misc]
        return shown

    def convert_code(self, el: Any, text: str, parent_tags: Any) -> str:
        """Hook of markdownify. In a cell a backslash before a bar is taken away, in code, too."""
        code = text.replace("|", r"\|") if _CELLS & set(parent_tags) else text
        return str(super().convert_code(el, code, parent_tags))  # type: ignore[misc]

    def convert_td(self, el: Any, text: str, parent_tags: Any) -> str:
        """Hook of markdownify; addresses and titles may hold bars, too."""
        return str(super().convert_td(el, _BAR.sub(r"\|", text), parent_tags))  # type: ignore[misc]

    def convert_th(self, el: Any, text: str, parent_tags: Any) -> str:
        """Hook of markdownify, as `convert_td`."""
        return str(super().convert_th(el, _BAR.sub(r"\|", text), parent_tags))  # type: ignore[misc]


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
    # Not the wide blanks with which a first paragraph may begin.
    return str(converter.convert(html)).strip(" \n")


def _language(pre: Any) -> str:
    code = pre.find("code")
    classes = code.get("class") or [""] if code else [""]
    return str(classes[0]).removeprefix("language-")
