"""Tables of figures as pages and CSV files show them, and the lists that numbers lead to."""

import html
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from functools import cache, lru_cache
from typing import Any, TypeAlias
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from luffy_api.apps.dashboard.figures.spans import Span
from luffy_api.libs import spreadsheets

Value: TypeAlias = str | int | Decimal | date | None


class Chart(Enum):
    """How a table is drawn above its numbers."""

    BARS = "bar"
    LINES = "line"
    STACK = "stack"


@dataclass(frozen=True)
class Number:
    """A number with its name; `url` leads to the list of what it counts, blank without one."""

    label: str
    value: str
    url: str = ""
    note: str = ""
    # Waits for a person.
    is_open: bool = False


@dataclass(frozen=True)
class Row:
    """A row: its name, where that leads, and its numbers, with the list of each in their order."""

    name: date | str
    values: Sequence[Value]
    url: str = ""
    links: Sequence[str] = ()

    @property
    def label(self) -> str:
        """Its name; a day as 2026-11-28."""
        return str(self.name)

    @property
    def cells(self) -> list[str]:
        """The numbers as they are shown."""
        return [shown(value) for value in self.values]

    @property
    def linked(self) -> list[tuple[str, str]]:
        """The same with their lists; blank for a number without one, and for nothing."""
        links = self.links or [""] * len(self.values)
        found = zip(self.cells, links, self.values, strict=True)
        return [(cell, url if value else "") for cell, url, value in found]

    @property
    def html(self) -> str:
        """Its name and the same cells; the texts of these are numbers."""
        cells = "".join(
            f'<td><a href="{_escaped(url)}" data-list>{cell}</a></td>'
            if url
            else f"<td>{cell}</td>"
            for cell, url in self.linked
        )
        name: str = escape(self.label)
        if self.url:
            name = f'<a href="{_escaped(self.url)}" data-list>{name}</a>'
        return f'<tr><th scope="row">{name}</th>{cells}</tr>'


@dataclass(frozen=True)
class DayLinks:
    """The links of each day of a span, of which only the first day's are built.

    A link names its day by the date alone, in its moments, too: Shanghai keeps one offset from UTC.
    """

    day: date
    links: Sequence[str]

    @classmethod
    def of(cls, span: Span, links: Callable[[Span], Sequence[str]]) -> "DayLinks":
        """What `links` says of one day, for all of them."""
        return cls(span.first, links(Span(span.first, span.first)))

    def on(self, day: date) -> list[str]:
        """The links of another day, in their order."""
        known, wanted = str(self.day), str(day)
        return [link.replace(known, wanted) for link in self.links]


@dataclass(frozen=True)
class Table:
    """`name` in addresses, `headings` of the rows' names and of their numbers."""

    name: str
    title: str
    headings: Sequence[str]
    rows: Sequence[Row]
    chart: Chart | None = None
    note: str = ""
    total: Row | None = None
    numbers: Sequence[Number] = field(default=())

    @property
    def html(self) -> SafeString:
        """Its rows; for the thousands of cells of a year a template takes three times as long."""
        rows = "".join(row.html for row in self.rows)
        return mark_safe(rows)  # noqa: S308  # nosec B308 B703

    def columns(self) -> list[spreadsheets.Column]:
        """For a file: rows as they are here."""
        first = spreadsheets.text(self.headings[0], lambda row: row.label)
        return [first, *(self._column(place) for place in range(len(self.headings) - 1))]

    def _column(self, place: int) -> spreadsheets.Column:
        heading = self.headings[place + 1]
        kinds = {type(row.values[place]) for row in self.rows} - {type(None)}

        def value(row: Row) -> Any:
            return row.values[place]

        if kinds == {int}:
            return spreadsheets.number(heading, value)
        return spreadsheets.money(heading, value)


def shown(value: Value) -> str:
    """A number as it is shown: money and percents with their decimals, nothing as a dash."""
    if value is None:
        return "-"
    return f"{value:.2f}" if isinstance(value, Decimal) else str(value)


def _escaped(url: str) -> str:
    """For an attribute; Django's way to it costs more than all else of a cell."""
    return html.escape(url)


def list_url(model: str, **filters: object) -> str:
    """The address of a list of the back office (`order_refund`), with its filters."""
    query = {name.removesuffix("_"): str(value) for name, value in filters.items()}
    return f"{_changelist(model)}?{urlencode(query)}" if query else _changelist(model)


@cache
def _changelist(model: str) -> str:
    """A year's page has thousands of links to a dozen lists."""
    return reverse(f"admin:{model}_changelist")


def moments(column: str, span: Span) -> dict[str, str]:
    """Filters of a list: a moment within the span, as its chooser of days writes them."""
    start, end = _bounds(span)
    return {f"{column}__gte": start, f"{column}__lte": end}


@lru_cache(maxsize=1024)
def _bounds(span: Span) -> tuple[str, str]:
    """The first and the last moment, as a list takes them."""
    last = span.end - timedelta(microseconds=1)
    return span.start.isoformat(" "), last.isoformat(" ")


def days(column: str, span: Span) -> dict[str, str]:
    """The same for a day."""
    return {f"{column}__gte": str(span.first), f"{column}__lte": str(span.last)}
