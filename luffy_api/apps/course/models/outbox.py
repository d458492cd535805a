"""The outbox of the catalogue: its changed rows, for apps that keep a copy (the search index)."""

from collections.abc import Callable, Collection, Sequence
from typing import Any, TypeAlias

from django.db import models, transaction

from luffy_api.common.models import CatalogueModel

Listener: TypeAlias = Callable[[], None]

_listeners: list[Listener] = []


def on_change(listener: Listener) -> None:
    """Call `listener` after each commit that changed the catalogue; for the apps above this one."""
    _listeners.append(listener)


class CatalogueEvent(models.Model):
    """One changed row, written in the transaction that changed it; a copy must read it again.

    Events are kept for a while after they were processed (`processed_at`), because a copy that is
    being rebuilt at that time needs them, too.
    """

    class Subject(models.IntegerChoices):
        COURSE = 1, "课程"
        CATEGORY = 2, "分类"
        TEACHER = 3, "讲师"

    subject = models.SmallIntegerField(choices=Subject)
    object_id = models.BigIntegerField()
    created_time = models.DateTimeField(auto_now_add=True)
    processed_at = models.DateTimeField(null=True, db_index=True)

    class Meta:
        db_table = "luffy_course_change"

    def __str__(self) -> str:
        return f"{self.get_subject_display()} {self.object_id}"


class OutboxModel(CatalogueModel):
    """A row of the catalogue that writes a CatalogueEvent whenever it is saved or deleted.

    `QuerySet.update`, bulk operations and plain SQL write none: a copy compares itself with the
    catalogue from time to time.
    """

    class Meta:
        abstract = True

    def changed_subjects(self) -> set[tuple[int, int]]:
        """Return (subject, id) of what a copy must read again when this row, as stored, changes."""
        raise NotImplementedError

    @classmethod
    def subjects_of(cls, rows: Sequence[Any]) -> set[tuple[int, int]]:
        """The `changed_subjects` of all these rows."""
        return {subject for row in rows for subject in row.changed_subjects()}

    @classmethod
    def after_bulk_update(cls, rows: Sequence[Any]) -> None:
        """Write the events that `save` writes."""
        write_events(cls.subjects_of(rows))

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the row and write events for where it belonged before and belongs now."""
        with transaction.atomic():
            before = self.changed_subjects()
            super().save(*args, **kwargs)
            write_events(before | self.changed_subjects())

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete the row and write events for where it belonged."""
        with transaction.atomic():
            before = self.changed_subjects()
            deleted = super().delete(*args, **kwargs)
            write_events(before)
            return deleted


def write_events(subjects: Collection[tuple[int, int]]) -> None:
    """Write the events of (subject, id), in the transaction that changes these rows."""
    CatalogueEvent.objects.bulk_create(
        CatalogueEvent(subject=subject, object_id=object_id)
        for subject, object_id in sorted(subjects)
    )
    for listener in _listeners:
        # Robust: the event is committed, and a copy that was not notified now finds it later.
        transaction.on_commit(listener, robust=True)
