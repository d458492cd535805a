"""The back office's log (LogEntry), written in the transaction of what it tells.

What Django's own forms change is logged by Django, in their transaction; audit_admin.py adds the
values from before and after. Each entry that a request of the back office causes has the address
that the request came from, beside it: LogEntry has no column for it.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import Model

EXPORTED = "导出"
# The key of `[label, before, after]` beside Django's own in its structure of a message.
VALUES = "values"
Change = list[str]

_address: ContextVar[str] = ContextVar("audit_address", default="")
_writers: list[Callable[[Sequence[LogEntry], str], None]] = []


def note_addresses_with(writer: Callable[[Sequence[LogEntry], str], None]) -> None:
    """`writer(entries, address)` keeps where entries came from, in their transaction."""
    _writers[:] = [writer]


@contextmanager
def acting_from(address: str) -> Iterator[None]:
    """What is logged inside came from this IP address."""
    token = _address.set(address)
    try:
        yield
    finally:
        _address.reset(token)


def note_address(entries: Sequence[LogEntry]) -> None:
    """Keep the address of entries that were just written; nothing outside of a request."""
    address = _address.get()
    known = [entry for entry in entries if entry.pk is not None]
    if address and known:
        for write in _writers:
            write(known, address)


def name_of(row: Model) -> str:
    """How the log calls a row. It outlives accounts: `logged_name` has no name of a student."""
    return str(getattr(row, "logged_name", None) or row)


def log_change(row: Model, *, user_id: int, message: str) -> None:
    """Enter what a user did about a row; it stands in the 历史 of the row's page."""
    _log(row, user_id, message, CHANGE)


def log_values(row: Model, *, user_id: int, values: Sequence[Change]) -> None:
    """The same as the page of the row would enter it: `[label, before, after]`, in words."""
    changed = {"fields": [label for label, _, _ in values]}
    message = [{"changed": changed, VALUES: list(values)}]
    _log(row, user_id, json.dumps(message, ensure_ascii=False), CHANGE)


def log_addition(row: Model, *, user_id: int, message: str) -> None:
    """The same for a row that the user has added."""
    _log(row, user_id, message, ADDITION)


def log_deletion(row: Model, *, user_id: int, message: str) -> None:
    """The same for a row that the user has deleted."""
    _log(row, user_id, message, DELETION)


def log_rows(entries: Iterable[tuple[Model, bool, str]], *, user_id: int) -> None:
    """Enter many at once: row, whether the user has added it, message."""
    rows = [
        _entry(row, user_id, message, ADDITION if is_new else CHANGE)
        for row, is_new, message in entries
    ]
    if not _address.get() or connection.features.can_return_rows_from_bulk_insert:
        LogEntry.objects.bulk_create(rows)
    else:
        for row in rows:
            row.save(force_insert=True)
    note_address(rows)


def log_export(model: type[Model], *, user_id: int, name: str) -> None:
    """Enter that a user has taken a file with this name; the table is that of `model`."""
    entry = LogEntry(
        user_id=user_id,
        content_type=ContentType.objects.get_for_model(model, for_concrete_model=False),
        object_repr=name[:200],
        action_flag=CHANGE,
        change_message=f"{EXPORTED} {name}",
    )
    _save(entry)


def log_upload(*, user_id: int, name: str, message: str) -> None:
    """Enter that a user has stored a file that belongs to no row yet."""
    entry = LogEntry(
        user_id=user_id, object_repr=name[:200], action_flag=ADDITION, change_message=message
    )
    _save(entry)


def _log(row: Model, user_id: int, message: str, flag: int) -> None:
    _save(_entry(row, user_id, message, flag))


def _save(entry: LogEntry) -> None:
    entry.save(force_insert=True)
    note_address([entry])


def _entry(row: Model, user_id: int, message: str, flag: int) -> LogEntry:
    return LogEntry(
        user_id=user_id,
        content_type=ContentType.objects.get_for_model(row),
        object_id=str(row.pk),
        object_repr=name_of(row)[:200],
        action_flag=flag,
        change_message=message,
    )
