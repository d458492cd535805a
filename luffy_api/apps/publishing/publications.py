"""Sees every write to a published table and adds a Publication to its transaction.

It looks at statements, not at models: forms, bulk actions, `QuerySet.update`, deletions that
cascade and plain SQL are all the same here. What another program writes is seen by nobody; answers
have a greatest age for that (`versions.MAX_ANSWER_AGE`).
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.db.models import Model
from django.utils import timezone

from luffy_api.apps.publishing.models import Publication
from luffy_api.apps.publishing.versions import versions
from luffy_api.common.transactions import retry_deadlocks

Execute = Callable[..., Any]

# The table that a statement changes, as all of Django's backends write it.
_WRITE = re.compile(
    r"\s*(?:INSERT (?:OR \w+ |IGNORE )?INTO|REPLACE INTO|UPDATE|DELETE FROM)\s+[`\"]?(\w+)", re.I
)
_FIRST_LETTERS = frozenset("IiRrUuDd")
_INSERT = "INSERT INTO luffy_publication (kind, created_time) VALUES (%s, %s)"

_tables: set[str] = set()
_only_students: ContextVar[bool] = ContextVar("only_students", default=False)


def register(*models: type[Model]) -> None:
    """Rows of these models, and the links of their many-to-many fields, are public."""
    for model in models:
        _tables.add(model._meta.db_table)
        _tables.update(field.m2m_db_table() for field in model._meta.local_many_to_many)


def watch_connections() -> None:
    """Watch the primary database, in whatever thread and command it is opened."""
    connection_created.connect(_watch_connection, dispatch_uid="publishing")


@contextmanager
def numbers_of_students() -> Iterator[None]:
    """What the block writes are numbers of students; they may be some seconds old.

    However many transactions there are, it is published once, at the end.
    """
    token = _only_students.set(True)
    try:
        yield
    finally:
        _only_students.reset(token)
        publish(Publication.Kind.STUDENTS)


def publish(kind: Publication.Kind = Publication.Kind.CONTENT) -> None:
    """Say that something public has changed which is in no registered table."""
    connection = connections[DEFAULT_DB_ALIAS]
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    # A failed INSERT of the ORM would end the transaction, see `_publish_once`.
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [kind, now])
    transaction.on_commit(versions.expire)


def _watch_connection(connection: BaseDatabaseWrapper, **_: Any) -> None:
    """Django's signal. A connection object is opened again and again."""
    wrappers = connection.execute_wrappers
    if connection.alias == DEFAULT_DB_ALIAS and _see not in wrappers:
        wrappers.insert(0, _see)


def _see(execute: Execute, sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
    if not _is_public(sql) or _only_students.get():
        return execute(sql, params, many, context)
    connection: BaseDatabaseWrapper = context["connection"]
    # An INSERT returns its id, which a COMMIT would cut off. Those of published models have a
    # transaction around them; of another one the row follows at once.
    if connection.in_atomic_block or str(sql).lstrip()[:1] in "Ii":
        result = execute(sql, params, many, context)
        _publish_once(connection)
        return result
    return _execute_and_publish(execute, sql, params, many, context)


@retry_deadlocks
@transaction.atomic
def _execute_and_publish(
    execute: Execute, sql: Any, params: Any, many: bool, context: dict[str, Any]
) -> Any:
    result = execute(sql, params, many, context)
    _publish_once(context["connection"])
    return result


def _is_public(sql: Any) -> bool:
    table = _written_table(str(sql))
    return table is not None and table in _tables


@lru_cache(maxsize=1000)
def _written_table(text: str) -> str | None:
    """Many statements come again and again."""
    if text.lstrip()[:1] not in _FIRST_LETTERS:
        return None
    found = _WRITE.match(text)
    return found[1] if found else None


def _publish_once(connection: BaseDatabaseWrapper) -> None:
    """Add a row to the transaction, unless one was added that has not been rolled back since.

    Django forgets what was to run after the commit together with the savepoint that it belongs to.
    """
    if any(entry[1] == versions.expire for entry in connection.run_on_commit):
        return
    try:
        publish()
    except DatabaseError:
        # A migration writes published tables before there is one of publications.
        if connection.needs_rollback or _has_table(connection):
            raise


def _has_table(connection: BaseDatabaseWrapper) -> bool:
    return Publication._meta.db_table in connection.introspection.table_names()
