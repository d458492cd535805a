"""Pages of the back office's long lists, whose cost does not grow with the width of their rows."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin
from django.contrib.admin.views.main import SEARCH_VAR, ChangeList
from django.core.exceptions import FieldDoesNotExist
from django.core.paginator import Page, Paginator
from django.db.models import BigIntegerField, ExpressionWrapper, F, ForeignKey, Model, Q, QuerySet
from django.db.models.expressions import Combinable
from django.db.models.lookups import In
from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property
from django.utils.text import smart_split, unescape_string_literal

if TYPE_CHECKING:
    BaseAdmin = admin.ModelAdmin[Any]
    BasePaginator = Paginator[Any]
else:
    BaseAdmin = admin.ModelAdmin
    BasePaginator = Paginator


# Rows that a search of a long list finds at most: to count all 600,000 takes seconds.
MAX_FOUND = 1000
# Related rows that are looked up by their keys; with more of them the list is read in its order.
MAX_KEYS = 1000
# The first words of a search, for which that is tried: each is a query for each related table.
WORDS_BY_KEYS = 4


class KeyPaginator(BasePaginator):
    """Finds the keys of a page first, then reads its rows.

    A database that skips 600,000 rows, or sorts them by a column without an index, so moves keys
    only: no texts, no joined rows, no sums of a row's refunds. A page of the second half is counted
    from the end. The object list is a QuerySet whose order is total, as that of a list is. With a
    `max_count` it has no more rows than that.
    """

    max_count: int | None = None

    @cached_property
    def count(self) -> int:
        """How many rows there are, and `max_count` for more. One query."""
        if self.max_count is None:
            return int(super().count)
        return min(len(self._found), self.max_count)

    @property
    def is_cut(self) -> bool:
        """Whether there are more rows than `max_count`."""
        return self.max_count is not None and len(self._found) > self.max_count

    @cached_property
    def _found(self) -> list[Any]:
        """The keys of all pages, and one more if there is one: a search reads its table once."""
        return list(self._keys[: (self.max_count or 0) + 1])

    @property
    def _keys(self) -> QuerySet[Any, Any]:
        rows: Any = self.object_list
        keys = rows.select_related(None).prefetch_related(None).values_list("pk", flat=True)
        return cast("QuerySet[Any, Any]", keys)

    def page(self, number: int | str) -> Page[Any]:
        """Hook of Django. One query; the rows are another one. Raises InvalidPage."""
        number = self.validate_number(number)
        first = (number - 1) * self.per_page
        keys = self._between(first, min(first + self.per_page, self.count))
        rows: Any = self.object_list
        return Page(rows.filter(pk__in=keys), number, self)

    def _between(self, first: int, last: int) -> list[Any]:
        if self.max_count is not None:
            return self._found[first:last]
        if first > self.count - last:
            return list(self._keys.reverse()[self.count - last : self.count - first])
        return list(self._keys[first:last])


class LongList(BaseAdmin):
    """Mixin of lists that are searched, and sorted, by students and courses.

    Names are looked for in their own tables: 200,000 students once, not joined to each of 600,000
    rows, of which every one has to be read for the number of pages. Sorted by course, the rows of
    one stand together, those of the newest last.
    """

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """Hook of Django."""
        return LongChangeList

    def get_paginator(self, request: HttpRequest, *args: Any, **kwargs: Any) -> BasePaginator:
        """Hook of Django: a search finds MAX_FOUND rows at most."""
        paginator = super().get_paginator(request, *args, **kwargs)
        if isinstance(paginator, KeyPaginator) and request.GET.get(SEARCH_VAR, "").strip():
            paginator.max_count = MAX_FOUND
        return paginator

    def max_selected(self, request: HttpRequest) -> int | None:
        """How many rows the pages of this request's list have at most; None for all."""
        return MAX_FOUND if request.GET.get(SEARCH_VAR, "").strip() else None

    def response_action(
        self, request: HttpRequest, queryset: QuerySet[Any], *args: Any
    ) -> HttpResponse | None:
        """Hook of Django: where all pages are selected, they are those that the list has."""
        is_across = request.POST.get("select_across", "0") not in ("", "0")
        most = self.max_selected(request) if is_across else None
        if most is not None:
            keys = list(queryset.values_list("pk", flat=True)[:most])
            queryset = queryset.filter(pk__in=keys)
        return super().response_action(request, queryset, *args)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Hook of Django, which says the same with joins: every word is in one of the columns."""
        columns = list(self.get_search_fields(request))
        ways = [_way(self.model, column) for column in columns]
        if not search_term or None in ways:
            return super().get_search_results(request, queryset, search_term)
        for number, word in enumerate(_words(search_term)):
            found = zip(ways, columns, strict=True)
            by_keys = number < WORDS_BY_KEYS
            queryset = queryset.filter(_found(self.model, found, word, by_keys=by_keys))
        return queryset, False


class LongChangeList(ChangeList):
    """Sorted by the keys of related rows; `is_cut` if a search has found more than it lists."""

    is_cut = False

    def get_results(self, request: HttpRequest) -> None:
        """Hook of Django."""
        super().get_results(request)
        self.is_cut = isinstance(self.paginator, KeyPaginator) and self.paginator.is_cut

    def get_ordering_field(self, field_name: Any) -> Any:
        """Hook of Django: by columns that the list offers only, and by a course's key.

        Django sorts by any column that an address names, and by the rank of a course, which would
        have to be joined to every row.
        """
        if self.sortable_by is not None and field_name not in self.sortable_by:
            return None
        name = super().get_ordering_field(field_name)
        fields = {field.name: field for field in self.lookup_opts.concrete_fields}
        field = fields.get(name) if isinstance(name, str) else None
        return field.attname if isinstance(field, ForeignKey) else name


def _way(model: type[Model], column: str) -> str | None:
    """The foreign key by which a column is reached, blank for an own one; None for other ways."""
    if not column.isidentifier():
        return None
    key, _, rest = column.partition("__")
    try:
        field = model._meta.get_field(key)
    except FieldDoesNotExist:
        return None
    if not rest:
        return None if field.is_relation else ""
    return key if isinstance(field, ForeignKey) else None


def _words(term: str) -> Iterator[str]:
    for word in smart_split(term):
        is_quoted = word[0] in "\"'" and word[0] == word[-1]
        yield unescape_string_literal(word) if is_quoted else word


def _found(
    model: type[Model], columns: Iterable[tuple[str | None, str]], word: str, *, by_keys: bool
) -> Q:
    own, related = Q(), dict[str, Q]()
    for key, column in columns:
        if key:
            condition = Q(**{f"{column.partition('__')[2]}__icontains": word})
            related[key] = related.get(key, Q()) | condition
        else:
            own |= Q(**{f"{column}__icontains": word})
    for key, condition in related.items():
        table: Any = model._meta.get_field(key).related_model
        ids = table._base_manager.filter(condition).order_by()
        few = list(ids.values_list("pk", flat=True)[: MAX_KEYS + 1]) if by_keys else []
        if by_keys and len(few) <= MAX_KEYS:
            own |= Q(**{f"{key}__in": few})
        else:
            own |= Q(In(_without_index(f"{key}_id"), ids.values("pk")))
    return own


def _without_index(column: str) -> Combinable:
    """For a condition by which no database looks rows up, however many it then has to sort.

    It reads the list in its order instead, until a page is full: at most all of it, as for the
    number of pages.
    """
    return ExpressionWrapper(F(column) + 0, output_field=BigIntegerField())
