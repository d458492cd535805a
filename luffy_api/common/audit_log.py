"""The back office's log (LogEntry), written in the transaction of what it tells.

What Django's own forms change is logged by Django, in their transaction.
"""

from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model


def log_change(row: Model, *, user_id: int, message: str) -> None:
    """Enter what a user did about a row; it stands in the 历史 of the row's page."""
    _log(row, user_id, message, CHANGE)


def log_addition(row: Model, *, user_id: int, message: str) -> None:
    """The same for a row that the user has added."""
    _log(row, user_id, message, ADDITION)


def _log(row: Model, user_id: int, message: str, flag: int) -> None:
    LogEntry.objects.create(
        user_id=user_id,
        content_type=ContentType.objects.get_for_model(row),
        object_id=str(row.pk),
        object_repr=str(row)[:200],
        action_flag=flag,
        change_message=message,
    )
