"""Querysets whose compilation to SQL costs more than their execution."""

from collections.abc import Callable
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)
Argument = int | str

# Stand for the first argument at compile time, PLACEHOLDER - 1 for a second integer, and so on.
# No id and no constant of a query has such a value.
PLACEHOLDER = -(10**17)
TEXT_PLACEHOLDER = "\ue000argument "
MAX_BIGINT = 2**63 - 1


class PreparedQuery(Generic[Row]):
    """A queryset with arguments, such as ids, that is compiled to SQL once per process.

    `kinds` says of each argument whether it is an `int` or a `str`. `build` may use its arguments
    in lookups only, not in branches. Annotations arrive as the database sends them: a boolean as 0
    or 1.
    """

    def __init__(self, build: Callable[..., QuerySet[Row]], *kinds: type[int] | type[str]) -> None:
        self._build = build
        self._placeholders = [_placeholder(kind, index) for index, kind in enumerate(kinds)]

    def first(self, *arguments: Argument) -> Row | None:
        """The first row or None; None without a query for integers beyond a BIGINT."""
        return next(iter(self._rows(arguments)), None)

    def all(self, *arguments: Argument) -> list[Row]:
        """Every row; none without a query for integers beyond a BIGINT."""
        return list(self._rows(arguments))

    def _rows(self, arguments: tuple[Argument, ...]) -> Any:
        if any(isinstance(each, int) and abs(each) > MAX_BIGINT for each in arguments):
            return ()
        manager, sql, params = self._prepared
        values = dict(zip(self._placeholders, arguments, strict=True))
        return manager.raw(sql, [values.get(each, each) for each in params])

    @cached_property
    def _prepared(self) -> tuple[Any, str, tuple[Any, ...]]:
        rows = self._build(*self._placeholders)
        sql, params = rows.query.sql_with_params()
        missing = set(self._placeholders) - set(params)
        assert not missing, "an argument decides how the query is made"
        return rows.model._default_manager, sql, params


def _placeholder(kind: type[int] | type[str], index: int) -> Argument:
    return PLACEHOLDER - index if kind is int else f"{TEXT_PLACEHOLDER}{index}"
