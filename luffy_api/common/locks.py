"""Rows that are locked until the transaction ends, on one server and in a cluster of several."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import QuerySet
from django.db.transaction import TransactionManagementError
from django.utils import timezone

from luffy_api.common.models import TimestampedModel
from luffy_api.common.prepared_query import Argument, PreparedQuery, SentRows

Row = TypeVar("Row", bound=TimestampedModel)


def locked(rows: QuerySet[Row]) -> list[Row]:
    """The rows in the order of the query, locked until the surrounding transaction ends.

    Row locks are local to a node of a cluster. There the rows are written too: of transactions on
    two nodes that lock one row the second fails at COMMIT, is repeated, and sees what the first has
    done.
    """
    return _written(list(rows.select_for_update()))


class PreparedLock(Generic[Row]):
    """The same for a queryset that is compiled once, see PreparedQuery."""

    def __init__(self, build: Callable[..., QuerySet[Row]], *kinds: type[Argument]) -> None:
        def locking(*arguments: Argument) -> QuerySet[Row]:
            return build(*arguments).select_for_update()

        self._query: PreparedQuery[Row] = PreparedQuery(locking, *kinds)

    def first(self, *arguments: Argument) -> Row | None:
        """The first row, locked, or None. Needs a transaction."""
        _require_transaction()
        return next(iter(_written(self._query.all(*arguments))), None)

    def send(self, *arguments: Argument) -> "SentLock[Row]":
        """Lock at the latest with the next statement; the row is known then. Needs a transaction.

        So it is one round trip for the lock, and what is to be read under it.
        """
        _require_transaction()
        return SentLock(self._query.send(*arguments))


@dataclass(frozen=True, slots=True)
class SentLock(Generic[Row]):
    """What was locked by a statement that was sent, to be read once, behind the next statement."""

    _found: SentRows[Row]

    def first(self) -> Row | None:
        """The first row, or None. Raises RuntimeError as long as no statement followed it."""
        return next(iter(_written(self._found.all())), None)


def _require_transaction() -> None:
    if not connection.in_atomic_block:
        raise TransactionManagementError("a lock needs a transaction")


def _written(found: list[Row]) -> list[Row]:
    if found and locks_are_local():
        now = timezone.now()
        rows = type(found[0])._default_manager.filter(pk__in=[row.pk for row in found])
        rows.update(updated_time=now)
        for row in found:
            row.updated_time = now
    return found


def locks_are_local() -> bool:
    """Whether this is a node of a cluster, where rows that are guarded by a lock must be written.

    To build the query takes longer than the rest of a lock, so it is done only there.
    """
    return bool(getattr(connection, "is_node", False))


def lock_for_form(rows: QuerySet[Any]) -> None:
    """Lock the rows that a form shows, before it is compared with them; needs a transaction.

    On two nodes of a cluster both forms may pass. Then they write the same row, and the second
    COMMIT fails.
    """
    list(rows.order_by("pk").select_for_update().values_list("pk", flat=True))
