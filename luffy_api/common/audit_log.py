"""The back office's log (LogEntry), written in the transaction of what it tells.

What Django's own forms change is logged by Django, in their transaction.
"""

from collections.abc import Iterable

from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model


def log_change(row: Model, *, user_id: int, message: str) -> None:
    """Enter what a user did about a row; it stands in the 历史 of the row's page."""
    _log(row, user_id, message, CHANGE)


def log_addition(row: Model, *, user_id: int, message: str) -> None:
    """The same for a row that the user has added."""
    _log(row, user_id, message, ADDITION)


def log_rows(entries: Iterable[tuple[Model, bool, str]], *, user_id: int) -> None:
    """Enter many at once: row, whether the user has added it, message."""
    LogEntry.objects.bulk_create(
        _entry(row, user_id, message, ADDITION if is_new else CHANGE)
        for row, is_new, message in entries
    )


def _log(row: Model, user_id: int, message: str, flag: int) -> None:
    _entry(row, user_id, message, flag).save(force_insert=True)


def _entry(row: Model, user_id: int, message: str, flag: int) -> LogEntry:
    return LogEntry(
        user_id=user_id,
        content_type=ContentType.objects.get_for_model(row),
        object_id=str(row.pk),
        object_repr=str(row)[:200],
        action_flag=flag,
        change_message=message,
    )
