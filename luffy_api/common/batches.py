"""Bulk actions of the back office on as many rows as a list has, a short transaction for each few.

Between two of them others write: SQLite has one writer at a time. What takes longer than a request
should goes on in another one (bulk_steps.py).
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.db import models, transaction
from django.utils import timezone

from luffy_api.common import audit_log
from luffy_api.common.locks import locked
from luffy_api.common.models import CatalogueModel
from luffy_api.common.transactions import retry_deadlocks

# Rows of one transaction, as of an import.
BATCH = 500

Action = TypeVar("Action", bound=Callable[..., Any])


def takes_all(action: Action) -> Action:
    """Decorator of a bulk action that goes by batches: it has no limit (list_lookups.py)."""
    action.takes_all = True  # type: ignore[attr-defined]
    return action


@retry_deadlocks
@transaction.atomic
def set_shown(
    model: type[CatalogueModel], keys: Sequence[int], shown: bool, *, message: str, user_id: int
) -> list[Any]:
    """Show or hide rows that are not deleted, and log each; return them, without long texts."""
    texts = [field.name for field in model._meta.concrete_fields if _is_text(field)]
    found = model._default_manager.filter(pk__in=keys, is_delete=False).order_by("pk")
    rows = locked(found.defer(*texts))
    written = model._default_manager.filter(pk__in=[row.pk for row in rows])
    written.update(is_show=shown, updated_time=timezone.now())
    model.after_bulk_update(rows)
    audit_log.log_rows([(row, False, message) for row in rows], user_id=user_id)
    return rows


def _is_text(field: Any) -> bool:
    return isinstance(field, models.TextField)
