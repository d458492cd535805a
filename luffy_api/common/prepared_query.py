"""Statements whose compilation to SQL costs more than their execution."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import cached_property, partial
from types import SimpleNamespace
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections, models, router
from django.db.models import Field, Model, QuerySet
from django.db.models.constants import OnConflict
from django.db.models.sql import InsertQuery, UpdateQuery
from django.db.models.sql.compiler import SQLCompiler
from django.utils import timezone

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

    def _params(self, arguments: tuple[Argument, ...]) -> list[Any]:
        """Those of the statement with these arguments."""
        if len(arguments) != len(self._placeholders):
            raise ValueError("an argument too many or too few")
        params = list(self._statement.params)
        for place, argument in self._statement.places:
            params[place] = _stored(arguments[argument])
        return params

    def _fetch(self, arguments: tuple[Argument, ...], alias: str) -> Sequence[Sequence[Any]]:
        """What the database has, converted."""
        params = self._params(arguments)
        if any(isinstance(each, int) and abs(each) > MAX_BIGINT for each in arguments):
            return ()
        connection = connections[alias]
        with connection.cursor() as cursor:
            cursor.execute(self._statement.sql, params)
            rows = cursor.fetchall()
        return [_converted(row, self._statement, connection) for row in rows] if rows else ()


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
            params = [param for arguments in each for param in self._params(arguments)]
            cursor.execute(" UNION ALL ".join(parts), params)
            rows = cursor.fetchall()
        return [tuple(_converted(row, self._statement, connection)) for row in rows]

    def send(self, *arguments: Argument) -> Reply:
        """Carry it out at the latest with the next statement or COMMIT; then its rows are known."""
        connection = connections[_alias_for_write(self._model)]
        reply = Reply(partial(_converted, statement=self._statement, connection=connection))
        send_later(connection, self._statement.sql, self._params(arguments), reply)
        return reply


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
        alias = _alias_for_write(self._model)
        with connections[alias].cursor() as cursor:
            cursor.execute(self._statement.sql, self._params(arguments))
            return int(cursor.rowcount)

    def send_one(self, *arguments: Argument) -> None:
        """Carry it out at the latest with the next statement, or before COMMIT.

        Raises UnexpectedRows there unless it finds one row: for what a locked row has shown.
        """
        connection = connections[_alias_for_write(self._model)]
        send_later(connection, self._statement.sql, self._params(arguments), Reply(expected=1))

    @cached_property
    def _compiler(self) -> SQLCompiler:
        rows, values = self._build(*self._placeholders)  # type: ignore[misc]
        query = rows.query.chain(UpdateQuery)
        query.add_update_values(values)
        compiler: SQLCompiler = query.get_compiler(DEFAULT_DB_ALIAS)
        return compiler


# What fields of exactly these classes hand to the driver as it is.
PLAIN: dict[type, type] = {
    models.BigIntegerField: int,
    models.BooleanField: bool,
    models.CharField: str,
    models.ForeignKey: int,
    models.IntegerField: int,
    models.SmallIntegerField: int,
    models.TextField: str,
}


class Columns(SimpleNamespace):
    """A row for an INSERT, by the names of its columns. An instance takes ten times as long."""


class PreparedInsert(Generic[Row]):
    """INSERT of rows of a model, compiled once per process and number of rows.

    It writes what `bulk_create` writes: no `save` of the model is called. Rows that are there
    already, by `unique_fields`, get the `update_fields` of the new ones, if there are any.
    """

    def __init__(
        self,
        model: type[Row],
        *,
        unique_fields: Sequence[str] = (),
        update_fields: Sequence[str] = (),
    ) -> None:
        self._model = model
        self._unique_fields, self._update_fields = unique_fields, update_fields
        self._sql: dict[int, str] = {}
        self._sql_if: dict[PreparedValues, str] = {}

    def columns(self, **values: Any) -> Columns:
        """A row with these columns, and the defaults of the others."""
        made = {name: make() for name, make in self._made_defaults if name not in values}
        return Columns(**{**self._defaults, **made, **values})

    def one(self, row: Row) -> Row:
        """Insert a row, which gets its primary key. Raises IntegrityError."""
        alias = _alias_for_write(self._model)
        row.pk = self._execute([row], alias)
        row._state.adding, row._state.db = False, alias
        return row

    def many(self, rows: Sequence[Row | Columns]) -> None:
        """Insert rows, whose primary keys stay unknown; no query for none. Raises IntegrityError.

        No more than a request has: a statement has as many parameters as their columns.
        """
        if rows:
            self._execute(rows, _alias_for_write(self._model))

    def send(self, rows: Sequence[Row | Columns]) -> None:
        """Insert rows like `many`, at the latest with the next statement or COMMIT.

        Where the database takes several statements at once they are one round trip. So it is there
        that IntegrityError is raised.
        """
        if rows:
            connection = connections[_alias_for_write(self._model)]
            send_later(connection, self._sql_for(rows, connection), self._values(rows, connection))

    def one_if(self, row: Row | Columns, condition: PreparedValues, *arguments: Argument) -> bool:
        """Insert a row if `condition` finds one row, by one statement; return whether it does."""
        connection = connections[_alias_for_write(self._model)]
        sql = self._sql_if.get(condition) or self._compile_if(condition, connection)
        values = self._values([row], connection)
        with connection.cursor() as cursor:
            cursor.execute(sql, [*values, *condition._params(arguments)])
            return bool(cursor.rowcount)

    def _compile_if(self, condition: PreparedValues, connection: Any) -> str:
        quote = connection.ops.quote_name
        columns = ", ".join(quote(str(field.column)) for field in self._fields)
        marks = ", ".join(["%s"] * len(self._fields))
        # Names and marks only; every value is a parameter.
        target = f"INSERT INTO {quote(self._model._meta.db_table)} ({columns})"
        sql = f"{target} SELECT {marks} FROM ({condition._statement.sql}) found"  # noqa: S608  # nosec B608
        self._sql_if[condition] = sql
        return sql

    @cached_property
    def _fields(self) -> list["Field[Any, Any]"]:
        meta = self._model._meta
        return [field for field in meta.local_concrete_fields if field is not meta.auto_field]

    @cached_property
    def _columns(self) -> list["_Column"]:
        return [_Column(field) for field in self._fields]

    @cached_property
    def _defaults(self) -> dict[str, Any]:
        """Those that are the same for every row."""
        return {each.attname: each.get_default() for each in self._fields if not _is_made(each)}

    @cached_property
    def _made_defaults(self) -> list[tuple[str, Callable[[], Any]]]:
        return [(each.attname, each.get_default) for each in self._fields if _is_made(each)]

    def _execute(self, rows: Sequence[Row | Columns], alias: str) -> Any:
        connection = connections[alias]
        sql = self._sql_for(rows, connection)
        with connection.cursor() as cursor:
            cursor.execute(sql, self._values(rows, connection))
            return cursor.lastrowid

    def _sql_for(self, rows: Sequence[Row | Columns], connection: Any) -> str:
        return self._sql.get(len(rows)) or self._compile(rows, connection)

    def _compile(self, rows: Sequence[Row | Columns], connection: Any) -> str:
        query = InsertQuery(self._model)
        if self._update_fields:
            field = self._model._meta.get_field
            with_target = connection.features.supports_update_conflicts_with_target
            query = InsertQuery(
                self._model,
                on_conflict=OnConflict.UPDATE,
                update_fields=[field(name) for name in self._update_fields],
                unique_fields=[field(name) for name in self._unique_fields if with_target],
            )
        query.insert_values(self._fields, [*rows])  # type: ignore[list-item]
        [(sql, _)] = query.get_compiler(connection=connection).as_sql()
        self._sql[len(rows)] = str(sql)
        return str(sql)

    def _values(self, rows: Sequence[Row | Columns], connection: Any) -> list[Any]:
        now = timezone.now()
        stamp = connection.ops.adapt_datetimefield_value(now)
        values = []
        for row in rows:
            for column in self._columns:
                if column.is_stamp:
                    setattr(row, column.name, now)
                    values.append(stamp)
                else:
                    values.append(column.value_of(row, connection))
        return values


class _Column:
    """Prepares the values of a column as its field does, by fewer calls for the common fields."""

    def __init__(self, field: "Field[Any, Any]") -> None:
        kind = type(field)
        self._field, self.name = field, field.attname
        self._plain, self._is_time = PLAIN.get(kind), kind is models.DateTimeField
        self._is_read = self._is_time or kind.pre_save is Field.pre_save
        # When a row is written; `add` is so of every INSERT.
        self.is_stamp = self._is_time and (field.auto_now or field.auto_now_add)  # type: ignore[attr-defined]

    def value_of(self, row: Any, connection: Any) -> Any:
        """What is handed to the driver."""
        value = getattr(row, self.name) if self._is_read else self._field.pre_save(row, True)
        if type(value) is self._plain:
            return value
        if value is None and (self._plain or self._is_time):
            return None
        if self._is_time and type(value) is datetime and value.tzinfo is UTC:
            return connection.ops.adapt_datetimefield_value(value)
        return self._field.get_db_prep_save(value, connection)


def _is_made(field: "Field[Any, Any]") -> bool:
    """Whether each row gets a default of its own."""
    return field.has_default() and callable(field.default)


def _alias_for_write(model: type[Model]) -> str:
    return router.db_for_write(model) or DEFAULT_DB_ALIAS


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
    if isinstance(argument, int):
        return int(argument)  # drivers do not know members of an enum
    if isinstance(argument, str):
        return str(argument)
    if isinstance(argument, datetime):
        return connections[DEFAULT_DB_ALIAS].ops.adapt_datetimefield_value(argument)
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
