"""A database that is away, as opposed to one that was asked something wrong."""

import sqlite3

from django.db import InterfaceError, OperationalError

RETRY_AFTER_SECONDS = 5

# What MySQL and MariaDB say of themselves, not of a statement: no room for a connection, memory or
# disk; shutting down or read only; the connection or a wait for a lock was ended.
SERVER_FAULTS = frozenset({
    1020, 1021, 1037, 1038, 1040, 1041, 1042, 1043, 1044, 1045, 1047, 1049, 1053, 1129, 1130, 1152,
    1153, 1158, 1159, 1160, 1161, 1184, 1203, 1205, 1213, 1226, 1290, 1317, 1836, 1927, 1969, 3024,
    4031,
})  # fmt: skip
# What their client says when there is no connection.
CLIENT_FAULTS = range(2000, 3000)
PRIMARY_CODE = 0xFF


def is_away(error: BaseException | None) -> bool:
    """Whether trying again later may help; a missing column is an OperationalError too."""
    if isinstance(error, InterfaceError):
        return True
    if not isinstance(error, OperationalError):
        return False
    if isinstance(error.__cause__, sqlite3.OperationalError):
        return error.__cause__.sqlite_errorcode & PRIMARY_CODE != sqlite3.SQLITE_ERROR
    code = next(iter(error.args), None)
    return code in CLIENT_FAULTS or code in SERVER_FAULTS
