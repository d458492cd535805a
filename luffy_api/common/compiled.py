"""Questions that are asked so often that putting them into SQL is what they cost."""

from collections.abc import Callable
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)

# Stands for an argument while the question is put into SQL; no id and no constant is like it.
MARK = -(10**17)
LARGEST = 2**63


class Compiled(Generic[Row]):
    """A queryset of a few whole numbers, such as ids, that Django compiles once for a process.

    The arguments may be used in lookups only, not to decide how the queryset is made. Annotations
    come as the database writes them: a boolean as 0 or 1.
    """

    def __init__(self, build: Callable[..., QuerySet[Row]], *, arguments: int) -> None:
        self._build, self._marks = build, [MARK - number for number in range(arguments)]

    def first(self, *arguments: int) -> Row | None:
        """The first row, if any; a number that no column can hold finds none."""
        if any(abs(each) >= LARGEST for each in arguments):
            return None
        manager, sql, params = self._compiled
        values = dict(zip(self._marks, arguments, strict=True))
        rows = manager.raw(sql, [values.get(each, each) for each in params])
        return next(iter(rows), None)

    @cached_property
    def _compiled(self) -> tuple[Any, str, tuple[Any, ...]]:
        rows = self._build(*self._marks)
        sql, params = rows.query.sql_with_params()
        missing = set(self._marks) - set(params)
        assert not missing, "an argument decides how the query is made"
        return rows.model._default_manager, sql, params
