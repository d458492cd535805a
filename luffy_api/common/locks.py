"""Rows that are locked until the transaction ends, on one server and in a cluster of several."""

from datetime import datetime
from typing import TypeVar

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from luffy_api.common.models import TimestampedModel

Row = TypeVar("Row", bound=TimestampedModel)


def locked(rows: QuerySet[Row]) -> list[Row]:
    """The rows in the order of the query, locked until the surrounding transaction ends.

    Row locks are local to a node of a cluster. There the rows are written too: of transactions on
    two nodes that lock one row the second fails at COMMIT, is repeated, and sees what the first has
    done.
    """
    found = list(rows.select_for_update())
    if found:
        now = write_where_locks_are_local(
            rows.model._default_manager.filter(pk__in=[row.pk for row in found])
        )
        for row in found:
            row.updated_time = now or row.updated_time
    return found


def write_where_locks_are_local(rows: QuerySet[Row]) -> datetime | None:
    """Write rows that are guarded by a lock, on a node of a cluster; return the moment.

    Elsewhere nothing is done, and there is no query.
    """
    if not getattr(connection, "is_node", False):
        return None
    now = timezone.now()
    rows.update(updated_time=now)
    return now
