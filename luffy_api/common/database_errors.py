"""Tells an unavailable database from a wrong statement, by the driver's error codes."""

import sqlite3

from django.db import InterfaceError, OperationalError

RETRY_AFTER_SECONDS = 5

# Error codes of MySQL and MariaDB that concern the server, not the statement: no connection, memory
# or disk left; shutting down or read-only; a connection or a lock wait was ended.
SERVER_ERRORS = frozenset({
    1020, 1021, 1037, 1038, 1040, 1041, 1042, 1043, 1044, 1045, 1047, 1049, 1053, 1129, 1130, 1152,
    1153, 1158, 1159, 1160, 1161, 1184, 1203, 1205, 1213, 1226, 1290, 1317, 1836, 1927, 1969, 3024,
    4031,
})  # fmt: skip
# Error codes of their client library: there is no connection.
CLIENT_ERRORS = range(2000, 3000)
# SQLite puts the primary result code into the low byte of an extended one.
PRIMARY_CODE = 0xFF


def is_unavailable(error: BaseException | None) -> bool:
    """Whether the same statement may succeed later: not so for a missing column or table."""
    if isinstance(error, InterfaceError):
        return True
    if not isinstance(error, OperationalError):
        return False
    if isinstance(error.__cause__, sqlite3.OperationalError):
        return error.__cause__.sqlite_errorcode & PRIMARY_CODE != sqlite3.SQLITE_ERROR
    code = next(iter(error.args), None)
    return code in CLIENT_ERRORS or code in SERVER_ERRORS
