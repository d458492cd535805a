"""How stored values and deleted rows are named to people."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.files.base import File
from django.utils.formats import localize
from django.utils.timezone import localtime

EMPTY = "（空）"
MAX_SHOWN, MAX_NAME = 200, 30
MAX_ROWS_SHOWN = 5


def deleted_name(row: Any, *, said: str = "") -> str:
    """The name of a deleted row: without what a soft deletion appends to it (common/admin.py).

    Of one that is gone for good nothing is known but what somebody has `said` of it.
    """
    if getattr(row, "deleted_for_good", False):
        short = said if len(said) <= MAX_NAME else f"{said[:MAX_NAME]}…"
        named = f"“{short}”" if said else ""
        return f"{row._meta.verbose_name}{named}（编号 {row.pk}）"
    return str(row).removesuffix(f"~{row.pk}")


def shown_value(field: Any, value: object) -> str:
    """A stored value as people read it, MAX_SHOWN characters at most.

    A field may have a method `shown_value(value)` that knows better what people call it.
    """
    text = _shown(field, value) or EMPTY
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}…"


def _shown(field: Any, value: object) -> str:
    if own := getattr(field, "shown_value", None):
        return str(own(value))
    if isinstance(field, forms.FileField):
        return _shown_file(value)
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(field, forms.ModelMultipleChoiceField):
        return _shown_rows(field, value)
    if isinstance(field, forms.ModelChoiceField):
        return _shown_rows(field, [value] if value else [])
    if isinstance(value, datetime):
        value = localtime(value)
    choices = {str(key): str(label) for key, label in getattr(field, "choices", ())}
    return choices.get(str(value)) or ("" if value is None else str(localize(value)))


def _shown_file(value: object) -> str:
    """The name of a file; nothing for False, which takes one away."""
    return (value.name or "").rpartition("/")[2] if isinstance(value, File) else str(value or "")


def _shown_rows(field: Any, value: Any) -> str:
    pks = [getattr(row, "pk", row) for row in value or ()]
    rows = field.queryset.filter(pk__in=pks[:MAX_ROWS_SHOWN])
    rest = f" 等 {len(pks)} 项" if len(pks) > MAX_ROWS_SHOWN else ""
    return "、".join(map(field.label_from_instance, rows)) + rest
