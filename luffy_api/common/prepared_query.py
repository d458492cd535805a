"""Statements whose compilation to SQL costs more than their execution."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import cached_property, partial
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections, router
from django.db.models import Model, QuerySet
from django.db.models.sql import UpdateQuery
from django.db.models.sql.compiler import SQLCompiler

from luffy_api.common.replies import Reply, send_later

Row = TypeVar("Row", bound=Model)
Argument = int | str | datetime | Decimal

# Stand for the first argument at compile time, PLACEHOLDER - 1 for a second integer, and so on.
# No id and no constant of a query has such a value.
PLACEHOLDER = -(10**17)
TEXT_PLACEHOLDER = "\ue000argument "
FIRST_YEAR = 9000
# MySQL's columns of two bytes hold this one, and Django knows that they hold no PLACEHOLDER.
SMALL_PLACEHOLDER = -31_000
MAX_BIGINT = 2**63 - 1
AS_THEY_ARE = frozenset({int, str, Decimal})


class SmallInteger(int):
    """The kind of an argument for a SmallIntegerField; the argument itself is any integer."""


@dataclass(frozen=True, slots=True)
class _Statement:
    """SQL with its parameters, of which `places` says by index which argument stands there.

    `converters` make what the driver returns to Python's values, by column.
    """

    sql: str
    params: tuple[Any, ...]
    places: tuple[tuple[int, int], ...]
    converters: tuple[tuple[int, Any, Any], ...]
    columns: tuple[str, ...]
    annotations: tuple[tuple[str, int], ...]


class _Prepared:
    """A statement with arguments that is compiled to SQL once per process."""

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], *kinds: type[Argument]) -> None:
        self._build = build
        self._placeholders = [_placeholder(kind, index) for index, kind in enumerate(kinds)]

    @cached_property
    def _compiler(self) -> SQLCompiler:
        compiler: SQLCompiler = self._build(*self._placeholders).query.get_compiler(
            DEFAULT_DB_ALIAS
        )
        return compiler

    @cached_property
    def _model(self) -> Any:
        return self._compiler.query.model

    @cached_property
    def _statement(self) -> _Statement:
        compiler = self._compiler
        sql, params = compiler.as_sql()
        stored = [_stored(each) for each in self._placeholders]
        missing = set(stored) - set(params)
        assert not missing, "an argument decides how the query is made"
        places = ((i, stored.index(each)) for i, each in enumerate(params) if each in stored)
        select = [each[0] for each in compiler.select or []]
        fields = (compiler.klass_info or {}).get("select_fields", [])
        return _Statement(
            sql,
            tuple(params),
            tuple(places),
            tuple((i, *each) for i, each in compiler.get_converters(select).items()),
            tuple(select[i].target.attname for i in fields),
            tuple((compiler.annotation_col_map or {}).items()),
        )

    @property
    def sql(self) -> str:
        """The statement, with a mark for each of `params`."""
        return self._statement.sql

    def params(self, *arguments: Argument) -> list[Any]:
        """Those of the statement with these arguments, as the driver takes them."""
        if len(arguments) != len(self._placeholders):
            raise ValueError("an argument too many or too few")
        params = list(self._statement.params)
        for place, argument in self._statement.places:
            params[place] = _stored(arguments[argument])
        return params

    def _fetch(self, arguments: tuple[Argument, ...], alias: str) -> Sequence[Sequence[Any]]:
        """What the database has, converted."""
        params = self.params(*arguments)
        if any(isinstance(each, int) and abs(each) > MAX_BIGINT for each in arguments):
            return ()
        connection = connections[alias]
        with connection.cursor() as cursor:
            cursor.execute(self._statement.sql, params)
            rows = cursor.fetchall()
        return [_converted(row, self._statement, connection) for row in rows] if rows else ()

    def _send(self, arguments: tuple[Argument, ...]) -> Reply:
        connection = connection_for_write(self._model)
        reply = Reply(partial(_converted, statement=self._statement, connection=connection))
        send_later(connection, self._statement.sql, self.params(*arguments), reply)
        return reply


class PreparedQuery(_Prepared, Generic[Row]):
    """A queryset with arguments, such as ids, that is compiled to SQL once per process.

    `kinds` has the type of each argument: `int`, `str`, `Decimal` or `datetime` (UTC). `build` may
    use its arguments in lookups only, not in branches, and no `select_related`.
    """

    def __init__(self, build: Callable[..., QuerySet[Row]], *kinds: type[Argument]) -> None:
        super().__init__(build, *kinds)

    def first(self, *arguments: Argument) -> Row | None:
        """The first row or None; None without a query for integers beyond a BIGINT."""
        return next(iter(self.all(*arguments)), None)

    def all(self, *arguments: Argument) -> list[Row]:
        """Every row; none without a query for integers beyond a BIGINT."""
        alias = router.db_for_read(self._model)
        found = self._fetch(arguments, alias)
        return [_instance(self._model, row, self._statement, alias) for row in found]

    def send(self, *arguments: Argument) -> "SentRows[Row]":
        """Carry it out at the latest with the next statement or COMMIT; then its rows are known."""
        reply = self._send(arguments)
        alias = connection_for_write(self._model).alias
        make = partial(_instance, self._model, statement=self._statement, alias=alias)
        return SentRows(reply, make)


@dataclass(frozen=True, slots=True)
class SentRows(Generic[Row]):
    """What a query that was sent has found; RuntimeError as long as no statement followed it."""

    _reply: Reply
    _make: Callable[..., Row]

    def all(self) -> list[Row]:
        """Every row, made anew by each call."""
        return [self._make(row=row) for row in self._reply.rows]


class PreparedValues(_Prepared):
    """The same for a queryset of `values_list`: rows are tuples."""

    def all(self, *arguments: Argument) -> list[tuple[Any, ...]]:
        """Every row; none without a query for integers beyond a BIGINT."""
        return [tuple(row) for row in self._fetch(arguments, router.db_for_read(self._model))]

    def all_of(self, *each: tuple[Argument, ...]) -> list[tuple[Any, ...]]:
        """The rows for several lists of arguments in any order, by one statement."""
        connection = connections[router.db_for_read(self._model)]
        # A table each: where a part has an ORDER BY and a LIMIT, SQLite takes no other form.
        parts = (f"SELECT * FROM ({self._statement.sql}) part{n}" for n in range(len(each)))  # noqa: S608  # nosec B608
        with connection.cursor() as cursor:
            params = [param for arguments in each for param in self.params(*arguments)]
            cursor.execute(" UNION ALL ".join(parts), params)
            rows = cursor.fetchall()
        return [tuple(_converted(row, self._statement, connection)) for row in rows]

    def send(self, *arguments: Argument) -> Reply:
        """Carry it out at the latest with the next statement or COMMIT; then its rows are known."""
        return self._send(arguments)


class PreparedUpdate(_Prepared):
    """An UPDATE with arguments. `build` returns the rows and their new values by field."""

    def __init__(
        self,
        build: Callable[..., tuple[QuerySet[Any, Any], dict[str, Any]]],
        *kinds: type[Argument],
    ) -> None:
        super().__init__(build, *kinds)  # type: ignore[arg-type]

    def __call__(self, *arguments: Argument) -> int:
        """Carry it out; return how many rows it found."""
        with connection_for_write(self._model).cursor() as cursor:
            cursor.execute(self._statement.sql, self.params(*arguments))
            return int(cursor.rowcount)

    def send_one(self, *arguments: Argument) -> None:
        """Carry it out at the latest with the next statement, or before COMMIT.

        Raises UnexpectedRows there unless it finds one row: for what a locked row has shown.
        """
        connection = connection_for_write(self._model)
        send_later(connection, self._statement.sql, self.params(*arguments), Reply(expected=1))

    @cached_property
    def _compiler(self) -> SQLCompiler:
        rows, values = self._build(*self._placeholders)  # type: ignore[misc]
        query = rows.query.chain(UpdateQuery)
        query.add_update_values(values)
        compiler: SQLCompiler = query.get_compiler(DEFAULT_DB_ALIAS)
        return compiler


def connection_for_write(model: type[Model]) -> Any:
    """The connection to the database that Django's routers choose."""
    return connections[router.db_for_write(model) or DEFAULT_DB_ALIAS]


def stored_moment(moment: datetime) -> str:
    """A time as Django hands it to the driver, in UTC as everywhere, by a sixth of the calls."""
    if moment.tzinfo is UTC:
        return str(moment.replace(tzinfo=None))
    return str(connections[DEFAULT_DB_ALIAS].ops.adapt_datetimefield_value(moment))


def _placeholder(kind: type[Argument], index: int) -> Argument:
    if kind is int:
        return PLACEHOLDER - index
    if kind is SmallInteger:
        return SMALL_PLACEHOLDER - index
    if kind is str:
        return f"{TEXT_PLACEHOLDER}{index}"
    if kind is Decimal:
        return Decimal(PLACEHOLDER - index)
    return datetime(FIRST_YEAR + index, 1, 1, tzinfo=UTC)


def _stored(argument: Argument) -> Any:
    """As fields hand it to the driver."""
    if type(argument) in AS_THEY_ARE:
        return argument
    if isinstance(argument, int):
        return int(argument)  # drivers do not know members of an enum
    if isinstance(argument, str):
        return str(argument)
    if isinstance(argument, datetime):
        return stored_moment(argument)
    return argument


def _converted(row: Sequence[Any], statement: _Statement, connection: Any) -> Sequence[Any]:
    if not statement.converters:
        return row
    values = list(row)
    for column, converters, expression in statement.converters:
        for convert in converters:
            values[column] = convert(values[column], expression, connection)
    return values


def _instance(model: type[Row], row: Sequence[Any], statement: _Statement, alias: str) -> Row:
    columns = statement.columns
    found = model.from_db(alias, columns, row[: len(columns)])
    for name, column in statement.annotations:
        setattr(found, name, row[column])
    return found
