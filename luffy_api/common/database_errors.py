"""Tells apart why a statement failed, by the driver's error codes: an unavailable database, a value
that is taken, or a fault of ours."""

import re
import sqlite3
from functools import cache

from django.db import IntegrityError, InterfaceError, OperationalError, connection, models

from luffy_api.common.database_limits import DatabaseTimeout

RETRY_AFTER_SECONDS = 5

# Error codes of MySQL and MariaDB that concern the server, not the statement: no connection, memory
# or disk left; shutting down or read-only; a connection or a lock wait was ended; a node has left
# its cluster (1047, in the middle of COMMIT 1180).
SERVER_ERRORS = frozenset({
    1020, 1021, 1037, 1038, 1040, 1041, 1042, 1043, 1044, 1045, 1047, 1049, 1053, 1129, 1130, 1152,
    1153, 1158, 1159, 1160, 1161, 1180, 1184, 1203, 1205, 1213, 1226, 1290, 1317, 1836, 1927, 1969,
    3024, 4031,
})  # fmt: skip
# Error codes of their client library: there is no connection.
CLIENT_ERRORS = range(2000, 3000)
# SQLite puts the primary result code into the low byte of an extended one.
PRIMARY_CODE = 0xFF


def is_unavailable(error: BaseException | None) -> bool:
    """Whether the same statement may succeed later: not so for a missing column or table."""
    if isinstance(error, InterfaceError | DatabaseTimeout):
        return True
    if not isinstance(error, OperationalError):
        return False
    if isinstance(error.__cause__, sqlite3.OperationalError):
        return error.__cause__.sqlite_errorcode & PRIMARY_CODE != sqlite3.SQLITE_ERROR
    code = code_of(error)
    return code in CLIENT_ERRORS or code in SERVER_ERRORS


# The whole transaction was rolled back: a deadlock, or a rival on another node of a Galera cluster
# was the first to commit. There any statement may be told so, and COMMIT.
DEADLOCK = 1213
# A node without a majority refuses every statement, COMMIT too, before it begins.
NOT_PREPARED = 1047
# Nothing is left of the transaction, and the same one may succeed now. After other errors of
# COMMIT, such as 1180 or a lost connection, it is not known whether it was carried out.
UNDONE = frozenset({DEADLOCK, NOT_PREPARED})
# On such a node, or a server that has become read-only, a connection stays of no use.
USELESS = frozenset({NOT_PREPARED, 1290, 1836})


def code_of(error: Exception) -> object:
    """The server's code, of Django's error or the driver's; SQLite has texts only."""
    return next(iter(error.args), None)


# MySQL and MariaDB: "Duplicate entry '…' for key 'name'", which MySQL writes as 'table.name'.
DUPLICATE_ENTRY = 1062
KEY_NAME = re.compile(r"for key '(?:[^']*\.)?([^']*)'$")
SQLITE_UNIQUE = "UNIQUE constraint failed: "


def is_taken(error: IntegrityError, model: type[models.Model], *fields: str) -> bool:
    """Whether a row of `model` has these values of its unique `fields` already.

    Anything else that a database refuses is a fault of ours: never tell it to a student as the
    move of a rival.
    """
    columns = {field.column for field in model._meta.concrete_fields if field.name in fields}
    assert len(columns) == len(fields), fields
    table = model._meta.db_table
    if connection.vendor == "sqlite":
        _, _, names = str(error).partition(SQLITE_UNIQUE)
        return frozenset(names.split(", ")) == {f"{table}.{column}" for column in columns}
    code, text = (*error.args, None, "")[:2]
    key = KEY_NAME.search(str(text))
    return code == DUPLICATE_ENTRY and key is not None and _columns(table, key[1]) == columns


@cache
def _columns(table: str, key: str) -> frozenset[str]:
    """The columns of an index, whose name depends on how a migration made it."""
    with connection.cursor() as cursor:
        constraints = connection.introspection.get_constraints(cursor, table)
    found = constraints.get(key)
    return frozenset(found["columns"]) if found else frozenset()
