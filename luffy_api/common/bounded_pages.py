"""Pages of the newest rows of tables with a million, which cost the same however many there are."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.utils.functional import cached_property

if TYPE_CHECKING:
    BasePaginator = Paginator[Any]
else:
    BasePaginator = Paginator

# The newest that pages reach, and that search looks at; so many entries of an index are counted.
MAX_LISTED = 10_000


class BoundedPaginator(BasePaginator):
    """Pages of the newest rows, whose number is counted no further."""

    @cached_property
    def count(self) -> int:
        """How many there are, and MAX_LISTED for more."""
        rows: Any = self.object_list
        return int(rows.order_by().values("pk")[:MAX_LISTED].count())

    def page(self, number: Any) -> Page[Any]:
        """Hook of Django: ids from an index, then these rows with all that is joined to them.

        Asked for at once, MariaDB joins a million rows before it takes twenty.
        """
        number = self.validate_number(number)
        start = (number - 1) * self.per_page
        rows: Any = self.object_list
        ids = list(rows.values_list("pk", flat=True)[start : start + self.per_page])
        return Page(rows.filter(pk__in=ids), number, self)


def newest_of_each(rows: QuerySet[Any, Any], column: str, values: Collection[Any]) -> Q:
    """The condition of the newest MAX_LISTED rows of each value of a column.

    One query for each, of the index of the column, whose entries of one value are in the order of
    the keys.
    """
    found = Q(pk__in=[])
    for value in values:
        keys = rows.filter(**{column: value}).order_by("-pk").values_list("pk", flat=True)
        floor = next(iter(keys[MAX_LISTED - 1 : MAX_LISTED]), 0)
        found |= Q(**{column: value}, pk__gte=floor)
    return found
