"""A small table among the fields of a form, such as a preview of prices."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


def small_table(
    headings: Sequence[str], rows: Iterable[Sequence[Any]], *, total: Sequence[Any] = ()
) -> SafeString:
    """Rows of texts, numbers and amounts (Decimal, yuan), which stay on one line each.

    On a phone each row is a block with its headings (`luffy-cards` in pages.css).
    """
    foot = format_html("<tfoot>{}</tfoot>", _row(headings, total)) if total else ""
    return format_html(
        '<div class="luffy-cards luffy-amounts"><table><thead><tr>{}</tr></thead>'
        "<tbody>{}</tbody>{}</table></div>",
        format_html_join("", "<th>{}</th>", ((each,) for each in headings)),
        format_html_join("", "{}", ((_row(headings, row),) for row in rows)),
        foot,
    )


def _row(headings: Sequence[str], row: Sequence[Any]) -> SafeString:
    pairs = zip(headings, row, strict=True)
    cells = format_html_join("", "{}", ((_cell(heading, each),) for heading, each in pairs))
    return format_html("<tr>{}</tr>", cells)


def _cell(heading: str, value: Any) -> SafeString:
    if isinstance(value, Decimal):
        return format_html('<td data-label="{}" class="amount">￥{}</td>', heading, value)
    return format_html('<td data-label="{}">{}</td>', heading, value)
