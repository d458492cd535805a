"""What the pages of a ModelAdmin enter in the audit log: also the values before and after.

They stand in Django's own structure of a message under a key that Django ignores, as
`[label, before, after]` with texts as people read them.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.db.models import FileField, QuerySet
from django.http import HttpRequest

from luffy_api.common import audit_log
from luffy_api.common.audit_log import VALUES, Change
from luffy_api.common.edit_conflicts.wording import EMPTY, shown_value

if TYPE_CHECKING:
    BaseAdmin = admin.ModelAdmin[Any]
else:
    BaseAdmin = admin.ModelAdmin


# Of what goes, as many rows of another table are named.
MAX_RELATED = 50


class AuditedAdmin(BaseAdmin):
    """Mixin before every ModelAdmin of the site (admin_site.py).

    A ModelAdmin may name in `unlogged_values` the fields whose values are nobody's business later,
    such as personal data, which an account may take with it: the log says only that they changed.
    Its `name_related` names rows of other tables, which a row that is deleted has.
    """

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> Any:
        """Hook of Django: its message with the values."""
        message: list[dict[str, Any]] = super().construct_change_message(
            request, form, formsets, add
        )  # type: ignore[assignment]
        hidden = self._hidden_values
        own = list(_additions(form, hidden) if add else _changes(form, hidden))
        if own and message:
            message[0][VALUES] = own
        for word, values in (
            ("added", _values_of_new_rows(formsets or (), hidden)),
            ("changed", _changes_of_rows(formsets or (), hidden)),
        ):
            parts = (each for each in message if "name" in (each.get(word) or {}))
            for part, changes in zip(parts, values, strict=False):
                part[VALUES] = changes
        return message

    @property
    def _hidden_values(self) -> frozenset[str]:
        return getattr(self, "unlogged_values", frozenset())

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Hook of Django."""
        return _with_address(super().log_addition(request, obj, _readable(message)))

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Hook of Django."""
        return _with_address(super().log_change(request, obj, _readable(message)))

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[Any]) -> Any:
        """Hook of Django, called before they go: with what they were."""
        entries = []
        for row in queryset:
            [entry] = super().log_deletions(request, [row])  # type: ignore[arg-type]
            name_related = getattr(self, "name_related", str)
            values = list(values_of(row, self._hidden_values, name_related))
            kind = {"name": str(self.opts.verbose_name), "object": str(row)}
            entry.change_message = _readable([{"deleted": kind, VALUES: values}])
            entry.save(update_fields=["change_message"])
            entries.append(entry)
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
        about = part.get("changed") or part.get("added") or {}
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


def _additions(form: Any, hidden: Iterable[str]) -> Iterator[Change]:
    """What a new row was given beside what every new one has."""
    return ([label, EMPTY, after] for label, _, after in _changes(form, hidden) if after != EMPTY)


def _values_of_new_rows(formsets: Iterable[Any], hidden: Iterable[str]) -> Iterator[list[Change]]:
    """In the order in which Django names the rows that were added."""
    for formset in formsets:
        by_row = {id(form.instance): form for form in formset.forms}
        for row in formset.new_objects:
            form = by_row.get(id(row))
            yield list(_additions(form, hidden)) if form is not None else []


def values_of(
    row: Any, hidden: Iterable[str], name_related: Callable[[Any], str] = str
) -> Iterator[Change]:
    """What a row that is about to go holds, without what is empty, and what nobody has typed."""
    fields = [*row._meta.concrete_fields, *row._meta.many_to_many]
    for field in fields:
        if field.name in hidden or field.primary_key or not field.editable:
            continue
        shown = (
            _related(getattr(row, field.name), name_related)
            if field.many_to_many
            else _stored_value(row, field)
        )
        if shown != EMPTY:
            yield [str(field.verbose_name), shown, EMPTY]


def _related(rows: Any, name_related: Callable[[Any], str]) -> str:
    count = rows.count()
    names = "、".join(name_related(each) for each in rows.all()[:MAX_RELATED])
    return f"{names} 等 {count} 项" if count > MAX_RELATED else names or EMPTY


def _stored_value(row: Any, field: Any) -> str:
    value = getattr(row, field.name)
    if field.choices:
        value = getattr(row, f"get_{field.name}_display")()
    return shown_value(field.formfield() if isinstance(field, FileField) else None, value)


def _changes_of_rows(formsets: Iterable[Any], hidden: Iterable[str]) -> Iterator[list[Change]]:
    """In the order in which Django names the rows that were changed."""
    for formset in formsets:
        by_row = {id(form.instance): form for form in formset.forms}
        for row, _ in formset.changed_objects:
            form = by_row.get(id(row))
            yield list(_changes(form, hidden)) if form is not None else []
