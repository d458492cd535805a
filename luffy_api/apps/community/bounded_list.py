"""Lists for paginators that read a bounded number of rows, however many there are."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

from django.db.models import Model, Q, QuerySet

from luffy_api.common import bounded_pages

Row = TypeVar("Row", bound=Model)

MAX_LISTED = bounded_pages.MAX_LISTED

# What search finds at most.
MAX_FOUND = 200
# What rows of a list never show of others: texts of hundreds of kilobytes.
_HEAVY = {"section": ("content", "answer"), "course": ("detail",)}


@dataclass(frozen=True)
class BoundedList(Generic[Row]):
    """The first MAX_LISTED rows of a query in the order of an index.

    `related` are read with the rows of a page.
    """

    rows: QuerySet[Row]
    related: tuple[str, ...] = ()
    # For Django's paginator.
    ordered: ClassVar[bool] = True

    def count(self) -> int:
        """How many there are, and MAX_LISTED for more. One query of an index."""
        return self.rows.order_by().values("pk")[:MAX_LISTED].count()

    def __getitem__(self, part: slice) -> list[Row]:
        """The rows of a page. Two queries: ids from an index, then rows."""
        return load(self.rows, list(self.rows.values_list("pk", flat=True)[part]), self.related)


@dataclass(frozen=True)
class FoundList(Generic[Row]):
    """The first MAX_FOUND rows that a search has found, by their ids."""

    rows: QuerySet[Row]
    ids: Sequence[int]
    related: tuple[str, ...] = ()
    ordered: ClassVar[bool] = True

    def count(self) -> int:
        """How many were found. No query."""
        return len(self.ids)

    def __getitem__(self, part: slice) -> list[Row]:
        """The rows of a page. One query."""
        return load(self.rows, self.ids[part], self.related)


def search(
    rows: QuerySet[Row],
    condition: Q,
    related: tuple[str, ...] = (),
    *,
    among: QuerySet[Row] | None = None,
) -> FoundList[Row]:
    """Those among the newest MAX_LISTED rows for which a condition holds, newest first.

    `among`: the newest of these, where no index has the rows in the order of their ids. Two
    queries: where the newest begin, by an index, and the search.
    """
    newest = rows.order_by("-id").values_list("pk", flat=True)
    wanted = newest if among is None else among.order_by("-id").values_list("pk", flat=True)
    floor = next(iter(wanted[MAX_LISTED - 1 : MAX_LISTED]), 0)
    found = newest.filter(condition, pk__gte=floor)
    return FoundList(rows, list(found[:MAX_FOUND]), related)


def load(rows: QuerySet[Row], ids: Sequence[int], related: tuple[str, ...]) -> list[Row]:
    """Rows in the order of their ids, without those that are gone meanwhile. One query."""
    by_id = with_related(rows.model._default_manager.all(), related).in_bulk(ids)
    return [by_id[pk] for pk in ids if pk in by_id]


def with_related(rows: QuerySet[Row], related: tuple[str, ...]) -> QuerySet[Row]:
    """Join related rows without their long texts."""
    if not related:
        return rows
    return rows.select_related(*related).defer(*_long_texts(related))


def _long_texts(related: tuple[str, ...]) -> list[str]:
    paths = {
        "__".join(path.split("__")[:length])
        for path in related
        for length in range(1, path.count("__") + 2)
    }
    return [
        f"{path}__{name}" for path in sorted(paths) for name in _HEAVY.get(path.split("__")[-1], ())
    ]
