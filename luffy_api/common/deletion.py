"""Deletion of many rows."""

from typing import Any

from django.db.models import QuerySet

from luffy_api.common.transactions import retry_deadlocks

# Rows of one transaction.
CHUNK = 1000


def delete_in_chunks(rows: QuerySet[Any]) -> int:
    """Delete rows in short transactions; return how many were deleted.

    One DELETE of a flood of rows would hold SQLite's only write lock for seconds, and be one huge
    write set on a cluster. The order is given up: each chunk is what the index of the condition
    has first, while under the model's own order it would be searched among all other rows again.
    """
    unordered = rows.order_by().values_list("pk", flat=True)
    deleted = 0
    while pks := list(unordered[:CHUNK]):
        # With the condition: a row may have changed meanwhile.
        deleted += _delete(rows.filter(pk__in=pks))
    return deleted


@retry_deadlocks
def _delete(rows: QuerySet[Any]) -> int:
    return rows.delete()[0]
