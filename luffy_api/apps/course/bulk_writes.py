"""Writes of many rows of the catalogue in one transaction, for imports.

As `save` does for each row, they write the events for copies of the catalogue and compute what is
derived; a row costs a tenth of that.
"""

from collections.abc import Collection, Sequence
from typing import TypeVar

from django.db import connection
from django.utils import timezone

from luffy_api.apps.course.models.outbox import OutboxModel, write_events

Row = TypeVar("Row", bound=OutboxModel)


def insert(rows: Sequence[Row], subjects: Collection[tuple[int, int]] | None = None) -> None:
    """Insert rows of one model, in the caller's transaction; each gets its primary key.

    `subjects` are those of the events, for rows that would have to ask for theirs.
    """
    if not rows:
        return
    if not connection.features.can_return_rows_from_bulk_insert:
        for row in rows:
            row.save()
        return
    type(rows[0])._default_manager.bulk_create(rows)
    if subjects is None:
        subjects = {subject for row in rows for subject in row.changed_subjects()}
    write_events(subjects)


def update(
    rows: Sequence[Row],
    fields: Collection[str],
    subjects: Collection[tuple[int, int]] | None = None,
) -> None:
    """Write these fields of rows of one model, which the caller's transaction has locked.

    One UPDATE for all of them, and one for what is derived. `subjects` as for `insert`.
    """
    if not rows or not fields:
        return
    for row in rows:
        row.updated_time = timezone.now()
    type(rows[0])._default_manager.bulk_update(rows, {*fields, "updated_time"})
    if subjects is None:
        subjects = {subject for row in rows for subject in row.changed_subjects()}
    write_events(subjects)
