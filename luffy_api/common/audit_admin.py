"""What the pages of a ModelAdmin enter in the audit log: also the values before and after.

They stand in Django's own structure of a message under a key that Django ignores, as
`[label, before, after]` with texts as people read them.
"""

import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.db.models import QuerySet
from django.http import HttpRequest

from luffy_api.common import audit_log
from luffy_api.common.audit_log import VALUES, Change
from luffy_api.common.edit_conflicts.wording import shown_value

if TYPE_CHECKING:
    BaseAdmin = admin.ModelAdmin[Any]
else:
    BaseAdmin = admin.ModelAdmin


class AuditedAdmin(BaseAdmin):
    """Mixin before every ModelAdmin of the site (admin_site.py).

    A ModelAdmin may name in `unlogged_values` the fields whose values are nobody's business later,
    such as personal data, which an account may take with it: the log says only that they changed.
    """

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> Any:
        """Hook of Django: its message with the values."""
        message: list[dict[str, Any]] = super().construct_change_message(
            request, form, formsets, add
        )  # type: ignore[assignment]
        hidden: frozenset[str] = getattr(self, "unlogged_values", frozenset())
        own = [] if add else list(_changes(form, hidden))
        if own and message:
            message[0][VALUES] = own
        parts = (each for each in message if "name" in (each.get("changed") or {}))
        for part, changes in zip(parts, _changes_of_rows(formsets or (), hidden), strict=False):
            part[VALUES] = changes
        return message

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Hook of Django."""
        return _with_address(super().log_addition(request, obj, _readable(message)))

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Hook of Django."""
        return _with_address(super().log_change(request, obj, _readable(message)))

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[Any]) -> Any:
        """Hook of Django; one by one where a database tells no keys of many rows."""
        if connection.features.can_return_rows_from_bulk_insert:
            entries = list(super().log_deletions(request, queryset))
        else:
            entries = [entry for row in queryset for entry in super().log_deletions(request, [row])]  # type: ignore[arg-type]
        audit_log.note_address(entries)
        return entries


def changes_of(message: str) -> Iterator[tuple[str, Change]]:
    """What a stored message says of values: the row of the page it is about ("" for its own).

    Nothing for a message that is a sentence, or of a time before values were kept.
    """
    if not message.startswith("["):
        return
    try:
        parts = json.loads(message)
    except ValueError:
        return
    for part in parts:
        about = part.get("changed") or {}
        name = f"{about['name']}“{about['object']}”" if "name" in about else ""
        for change in part.get(VALUES, ()):
            yield name, change


def _readable(message: Any) -> Any:
    """As Django would store it, but searchable: with Chinese as it is."""
    return json.dumps(message, ensure_ascii=False) if isinstance(message, list) else message


def _with_address(entry: LogEntry | None) -> Any:
    if entry is not None:
        audit_log.note_address([entry])
    return entry


def _changes(form: Any, hidden: Iterable[str]) -> Iterator[Change]:
    for name in form.changed_data:
        field = form.fields.get(name)
        if field is None or name in hidden or isinstance(field.widget, forms.PasswordInput):
            continue
        before = form.get_initial_for_field(field, name)
        after = form.cleaned_data.get(name)
        yield [str(field.label or name), shown_value(field, before), shown_value(field, after)]


def _changes_of_rows(formsets: Iterable[Any], hidden: Iterable[str]) -> Iterator[list[Change]]:
    """In the order in which Django names the rows that were changed."""
    for formset in formsets:
        by_row = {id(form.instance): form for form in formset.forms}
        for row, _ in formset.changed_objects:
            form = by_row.get(id(row))
            yield list(_changes(form, hidden)) if form is not None else []
