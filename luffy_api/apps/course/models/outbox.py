"""What has changed in the catalogue, for whoever keeps a copy of it (the search index)."""

from collections.abc import Callable
from typing import Any, TypeAlias

from django.db import models, transaction

from luffy_api.common.models import CatalogueModel

Listener: TypeAlias = Callable[[], None]

_listeners: list[Listener] = []


def on_change(listener: Listener) -> None:
    """Has `listener` called after each commit that changed the catalogue; apps above register."""
    _listeners.append(listener)


class CatalogueEvent(models.Model):
    """One changed row, written in the transaction that changed it; a copy must look at it again.

    Rows stay for a while after they were seen (`processed_at`), because a copy that is being built
    anew must hear of them too.
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
    """A row of the catalogue that leaves a CatalogueEvent whenever it is saved or deleted.

    `QuerySet.update`, bulk operations and SQL by hand leave none: the copy compares itself with
    the catalogue from time to time.
    """

    class Meta:
        abstract = True

    def changes(self) -> set[tuple[int, int]]:
        """(subject, id) of what is different when this row, as the database has it, is."""
        raise NotImplementedError

    def save(self, *args: Any, **kwargs: Any) -> None:
        """With the record of it; where the row was before counts as well."""
        with transaction.atomic():
            before = self.changes()
            super().save(*args, **kwargs)
            _record(before | self.changes())

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """With the record of it."""
        with transaction.atomic():
            before = self.changes()
            deleted = super().delete(*args, **kwargs)
            _record(before)
            return deleted


def _record(changes: set[tuple[int, int]]) -> None:
    CatalogueEvent.objects.bulk_create(
        CatalogueEvent(subject=subject, object_id=object_id)
        for subject, object_id in sorted(changes)
    )
    for listener in _listeners:
        # Robust: the row is written, and a copy that cannot be told now finds it later.
        transaction.on_commit(listener, robust=True)
