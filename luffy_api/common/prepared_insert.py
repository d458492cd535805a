"""INSERT of rows of a model, compiled to SQL once per process; others are in prepared_query."""

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import models
from django.db.models import Field, Model
from django.db.models.constants import OnConflict
from django.db.models.sql import InsertQuery
from django.utils import timezone

from luffy_api.common.prepared_query import (
    Argument,
    PreparedValues,
    connection_for_write,
    stored_moment,
)
from luffy_api.common.replies import Reply, send_later

Row = TypeVar("Row", bound=Model)

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


class Columns(dict[str, Any]):
    """A row for an INSERT: what the driver is handed, by the names of its columns.

    An instance takes ten times as long.
    """


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
        """A row with these columns, and the defaults of the others; KeyError for an unknown one."""
        row, columns = Columns(self._defaults), self._columns
        for name, value in values.items():
            row[name] = columns[name].stored(value)
        for name, make in self._made_defaults:
            if name not in values:
                row[name] = columns[name].stored(make())
        return row

    def one(self, row: Row) -> Row:
        """Insert a row, which gets its primary key. Raises IntegrityError."""
        connection = connection_for_write(self._model)
        row.pk = self._execute([row], connection)
        row._state.adding, row._state.db = False, connection.alias
        return row

    def many(self, rows: Sequence[Row | Columns]) -> None:
        """Insert rows, whose primary keys stay unknown; no query for none. Raises IntegrityError.

        No more than a request has: a statement has as many parameters as their columns.
        """
        if rows:
            self._execute(rows, connection_for_write(self._model))

    def send(self, rows: Sequence[Row | Columns]) -> None:
        """Insert rows like `many`, at the latest with the next statement or COMMIT.

        Where the database takes several statements at once they are one round trip. So it is there
        that IntegrityError is raised.
        """
        if rows:
            connection = connection_for_write(self._model)
            send_later(connection, self._sql_for(rows, connection), self._values(rows))

    def one_if(self, row: Row | Columns, condition: PreparedValues, *arguments: Argument) -> bool:
        """Insert a row if `condition` finds one row, by one statement; return whether it does."""
        connection = connection_for_write(self._model)
        sql = self._sql_if.get(condition) or self._compile_if(condition, connection)
        values = self._values([row])
        with connection.cursor() as cursor:
            cursor.execute(sql, [*values, *condition.params(*arguments)])
            return bool(cursor.rowcount)

    def send_if(self, row: Row | Columns, condition: PreparedValues, *arguments: Argument) -> Reply:
        """The same at the latest with the next statement; the count of the reply is known then."""
        connection, reply = connection_for_write(self._model), Reply()
        sql = self._sql_if.get(condition) or self._compile_if(condition, connection)
        send_later(connection, sql, [*self._values([row]), *condition.params(*arguments)], reply)
        return reply

    def _compile_if(self, condition: PreparedValues, connection: Any) -> str:
        quote = connection.ops.quote_name
        columns = ", ".join(quote(str(field.column)) for field in self._fields)
        marks = ", ".join(["%s"] * len(self._fields))
        # Names and marks only; every value is a parameter.
        target = f"INSERT INTO {quote(self._model._meta.db_table)} ({columns})"
        sql = f"{target} SELECT {marks} FROM ({condition.sql}) found"  # noqa: S608  # nosec B608
        self._sql_if[condition] = sql
        return sql

    @cached_property
    def _fields(self) -> list["Field[Any, Any]"]:
        meta = self._model._meta
        return [field for field in meta.local_concrete_fields if field is not meta.auto_field]

    @cached_property
    def _columns(self) -> dict[str, "_Column"]:
        return {field.attname: _Column(field) for field in self._fields}

    @cached_property
    def _stamps(self) -> list[str]:
        return [name for name, column in self._columns.items() if column.is_stamp]

    @cached_property
    def _defaults(self) -> dict[str, Any]:
        """What is the same in every row; None for the others, in the order of the columns."""
        return {
            each.attname: None if _is_made(each) else self._columns[each.attname].stored_default()
            for each in self._fields
        }

    @cached_property
    def _made_defaults(self) -> list[tuple[str, Callable[[], Any]]]:
        return [(each.attname, each.get_default) for each in self._fields if _is_made(each)]

    def _execute(self, rows: Sequence[Row | Columns], connection: Any) -> Any:
        sql = self._sql_for(rows, connection)
        with connection.cursor() as cursor:
            cursor.execute(sql, self._values(rows))
            return cursor.lastrowid

    def _sql_for(self, rows: Sequence[Row | Columns], connection: Any) -> str:
        return self._sql.get(len(rows)) or self._compile(len(rows), connection)

    def _compile(self, count: int, connection: Any) -> str:
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
        query.insert_values(self._fields, [self._model() for _ in range(count)])
        [(sql, _)] = query.get_compiler(connection=connection).as_sql()
        self._sql[count] = str(sql)
        return str(sql)

    def _values(self, rows: Sequence[Row | Columns]) -> list[Any]:
        """The parameters of all rows, which are written now."""
        now = timezone.now()
        stamp = stored_moment(now)
        values: list[Any] = []
        for row in rows:
            if isinstance(row, Columns):
                for name in self._stamps:
                    row[name] = stamp
                values += row.values()
            else:
                values += self._values_of_instance(row, now)
        return values

    def _values_of_instance(self, row: Row, now: datetime) -> list[Any]:
        for name in self._stamps:
            setattr(row, name, now)
        return [column.value_of(row) for column in self._columns.values()]


class _Column:
    """Prepares the values of a column as its field does, by fewer calls for the common fields."""

    def __init__(self, field: "Field[Any, Any]") -> None:
        kind = type(field)
        self._field, self._name = field, field.attname
        self._plain, self._is_time = PLAIN.get(kind), kind is models.DateTimeField
        self._is_amount = kind is models.DecimalField
        self._is_read = self._is_time or kind.pre_save is Field.pre_save
        # When a row is written; `add` is so of every INSERT.
        self.is_stamp = self._is_time and (field.auto_now or field.auto_now_add)  # type: ignore[attr-defined]

    def value_of(self, row: Model) -> Any:
        """What is handed to the driver of an instance."""
        read = self._is_read
        value = getattr(row, self._name) if read else self._field.pre_save(row, True)
        return self.stored(value)

    def stored_default(self) -> Any:
        """The default that is the same for every row."""
        return None if self.is_stamp else self.stored(self._field.get_default())

    def stored(self, value: Any) -> Any:
        """What is handed to the driver."""
        kind = type(value)
        if kind is self._plain:
            return value
        if value is None and (self._plain or self._is_time):
            return None
        if kind is datetime and self._is_time and value.tzinfo is not None:
            return stored_moment(value)
        if kind is Decimal and self._is_amount and value.is_finite():
            return value
        return self._field.get_db_prep_save(value, connection_for_write(self._field.model))


def _is_made(field: "Field[Any, Any]") -> bool:
    """Whether each row gets a default of its own."""
    return field.has_default() and callable(field.default)
