"""Who changed a row since a moment, by the back office's log."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.contrib.admin.models import DELETION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Q
from django.utils.formats import date_format
from django.utils.timezone import localtime

# A row is read, and its form made, a little after the snapshot says.
MARGIN = timedelta(seconds=5)
NOT_LOGGED = "系统（导入、转码等）"


def entries_since(rows: Sequence[Model], since: datetime) -> list[LogEntry]:
    """The log of these rows, the newest first. One query."""
    about = Q()
    for row in rows:
        kind = ContentType.objects.get_for_model(row)
        about |= Q(content_type=kind, object_id=str(row.pk))
    entries = LogEntry.objects.filter(about, action_time__gte=since - MARGIN)
    return list(entries.select_related("user").order_by("-pk")[:50])


def deletion_of(model: type[Model], object_id: str) -> LogEntry | None:
    """The entry of who has deleted the row of this id, None if nobody is known. One query."""
    kind = ContentType.objects.get_for_model(model)
    entries = LogEntry.objects.filter(
        content_type=kind, object_id=object_id, action_flag=DELETION
    ).select_related("user")
    return entries.order_by("-pk").first()


def name_author(entries: Sequence[LogEntry], label: str = "") -> str:
    """`李四 在 10:31`: of the newest entry that names the field, or of the newest one."""
    told = [entry for entry in entries if label and label in entry.get_change_message()]
    entry = next(iter([*told, *entries]), None)
    if entry is None:
        return NOT_LOGGED
    person = entry.user.get_full_name() or entry.user.get_username()
    return f"{person} 在 {date_format(localtime(entry.action_time), 'H:i')} "
