"""Querysets whose compilation to SQL costs more than their execution."""

from collections.abc import Callable
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)

# Stands for the first argument at compile time, PLACEHOLDER - 1 for the second, and so on.
# No id and no constant of a query has such a value.
PLACEHOLDER = -(10**17)
MAX_BIGINT = 2**63 - 1


class PreparedQuery(Generic[Row]):
    """A queryset with integer arguments, such as ids, that is compiled to SQL once per process.

    `build` may use its arguments in lookups only, not in branches. Annotations arrive as the
    database sends them: a boolean as 0 or 1.
    """

    def __init__(self, build: Callable[..., QuerySet[Row]], *, arguments: int) -> None:
        self._build = build
        self._placeholders = [PLACEHOLDER - index for index in range(arguments)]

    def first(self, *arguments: int) -> Row | None:
        """The first row or None; None without a query for integers beyond a BIGINT."""
        if any(abs(each) > MAX_BIGINT for each in arguments):
            return None
        manager, sql, params = self._prepared
        values = dict(zip(self._placeholders, arguments, strict=True))
        rows = manager.raw(sql, [values.get(each, each) for each in params])
        return next(iter(rows), None)

    @cached_property
    def _prepared(self) -> tuple[Any, str, tuple[Any, ...]]:
        rows = self._build(*self._placeholders)
        sql, params = rows.query.sql_with_params()
        missing = set(self._placeholders) - set(params)
        assert not missing, "an argument decides how the query is made"
        return rows.model._default_manager, sql, params
