"""Forms and formsets that compare what they showed with what is stored now."""

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import Manager, Model, QuerySet
from django.forms.formsets import DELETION_FIELD_NAME
from django.forms.utils import ErrorDict
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from luffy_api.common.edit_conflicts.authors import entries_since, name_author
from luffy_api.common.edit_conflicts.snapshots import Snapshot, digest
from luffy_api.common.edit_conflicts.wording import deleted_name, shown_value

if TYPE_CHECKING:
    BaseForm = forms.ModelForm[Any]
    BaseFormSet = forms.BaseModelFormSet[Any, Any]
    BaseInlineFormSet = forms.BaseInlineFormSet[Any, Any, Any]
else:
    BaseForm = forms.ModelForm
    BaseFormSet = forms.BaseModelFormSet
    BaseInlineFormSet = forms.BaseInlineFormSet

SNAPSHOT, CHOICE, ASKED = "snapshot", "decision", "asked"
THEIRS, MINE = "theirs", "mine"


class SnapshotField(forms.CharField):
    """Hidden; shows what is stored now, also on a form that was sent."""

    widget = forms.HiddenInput

    def __init__(self, initial: Any) -> None:
        super().__init__(required=False, initial=initial)

    def bound_data(self, data: Any, initial: Any) -> Any:
        """Hook of Django: what was sent is not shown again."""
        return initial

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Hook of Django: it is no value of the row."""
        return False


class EditedForm(BaseForm):
    """Mixin before the ModelForm of a row. `opened_with` and `since` belong to the form as sent.

    A formset sets `opened_with`; a form of its own reads it from its hidden field. `parent` is the
    row on whose page an inline row stands.
    """

    opened_with: Snapshot = Snapshot()
    parent: Model | None = None
    is_gone = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.in_conflict: list[str] = []
        self.kept: set[str] = set()

    @property
    def is_stored(self) -> bool:
        """Whether it is about a row that existed when the page was opened."""
        return self.instance.pk is not None and not self.instance._state.adding

    def stored_values(self) -> dict[str, object]:
        """What the row holds, by the names of fields that a browser may change."""
        ignored = {self._meta.model._meta.pk.name, DELETION_FIELD_NAME, SNAPSHOT}
        return {
            name: self.get_initial_for_field(field, name)
            for name, field in self.fields.items()
            if name not in ignored
            and not field.disabled
            and not isinstance(field, forms.models.InlineForeignKeyField)
        }

    @property
    def changed_data(self) -> list[str]:  # type: ignore[override]
        """Without what was decided for the others, and without rows that are gone.

        Browsers send every line end as CRLF: a text that is stored with LF is not another one.
        """
        if self.is_gone:
            return []
        changed = [name for name in super().changed_data if name not in self.kept]
        return [name for name in changed if not self._has_same_lines(name)]

    def _has_same_lines(self, name: str) -> bool:
        stored, sent = self.get_initial_for_field(self.fields[name], name), self[name].data
        if not (isinstance(stored, str) and isinstance(sent, str)):
            return False
        return stored.replace("\r\n", "\n") == sent.replace("\r\n", "\n")

    def full_clean(self) -> None:
        """A row that is gone has nothing to check once its user knows."""
        super().full_clean()
        if self.is_bound and self.is_gone and self._was_asked(""):
            self._errors = ErrorDict(renderer=self.renderer)
            self.cleaned_data = {}

    def _clean_fields(self) -> None:
        """Decisions come before all rules that look at several fields."""
        super()._clean_fields()  # type: ignore[misc]
        if not self.is_stored:
            return
        if self.is_gone:
            # Django looks for it in the table, too.
            self.errors.pop(self._meta.model._meta.pk.name, None)
            self.add_error(None, self._ask_about_deletion())
        elif not self.cleaned_data.get(DELETION_FIELD_NAME):
            for name, stored in self.stored_values().items():
                self._compare(name, stored)

    def changed_by_others(self) -> list[str]:
        """Names of fields that hold something else than the page showed."""
        return [
            name
            for name, stored in self.stored_values().items()
            if self.opened_with.digest_of(self.instance.pk, name) != digest(stored)
        ]

    def _compare(self, name: str, stored: object) -> None:
        shown, now = self.opened_with.digest_of(self.instance.pk, name), digest(stored)
        mine = digest(self.cleaned_data[name]) if name in self.cleaned_data else None
        decision = self.data.get(self.add_prefix(f"{name}-{CHOICE}"))
        if self._lost_file(name, decision):
            self.in_conflict.append(name)
            self.add_error(name, self._ask(name, stored, untouched=False, lost=True))
            return
        if mine == now:
            return
        undecided = self._was_asked(name) and decision not in {THEIRS, MINE}
        if shown != now or undecided:
            self.in_conflict.append(name)
            self.add_error(name, self._ask(name, stored, untouched=mine == shown))
        elif self._was_asked(name) and decision == THEIRS:
            self._keep(name)

    def _was_asked(self, name: str) -> bool:
        return self.add_prefix(f"{name}-{ASKED}") in self.data

    def _lost_file(self, name: str, decision: str | None) -> bool:
        """Whether a file was decided for that the browser has not sent again.

        No browser keeps a chosen file when a form comes back.
        """
        if not (self._was_asked(name) and decision == MINE):
            return False
        is_file = isinstance(self.fields[name], forms.FileField)
        is_sent = self.add_prefix(name) in self.files or self.cleaned_data.get(name) is False
        return is_file and not is_sent

    def _keep(self, name: str) -> None:
        self.errors.pop(name, None)
        self.cleaned_data[name] = self._stored_value(name)
        self.kept.add(name)

    def _stored_value(self, name: str) -> Any:
        try:
            self.instance._meta.get_field(name)
        except FieldDoesNotExist:
            return self.get_initial_for_field(self.fields[name], name)
        value = getattr(self.instance, name)
        return value.all() if isinstance(value, Manager) else value

    @cached_property
    def _log(self) -> Sequence[Any]:
        rows = [self.instance, *([self.parent] if self.parent else [])]
        return entries_since(rows, self.opened_with.taken_at)

    def _ask(self, name: str, stored: object, *, untouched: bool, lost: bool = False) -> SafeString:
        field = self.fields[name]
        context = {
            "author": name_author(self._log, str(field.label or name)),
            "theirs": shown_value(field, stored),
            "choice": self.add_prefix(f"{name}-{CHOICE}"),
            "asked": self.add_prefix(f"{name}-{ASKED}"),
            "untouched": untouched,
            "lost": lost,
            "is_file": isinstance(field, forms.FileField),
        }
        return render_to_string("admin/edit_conflict.html", context)

    def _said(self) -> str:
        """The first text, or chosen row, that the browser has sent of this row."""
        values = (self.cleaned_data.get(name) for name in self.fields)
        return next((str(each) for each in values if each and isinstance(each, str | Model)), "")

    def _ask_about_deletion(self) -> SafeString:
        context = {
            "author": name_author(self._log),
            "row": deleted_name(self.instance, said=self._said()),
            "asked": self.add_prefix(f"-{ASKED}"),
        }
        return render_to_string("admin/edit_conflict_deleted.html", context)


class EditedPageForm(EditedForm):
    """The form of a page, which carries its own snapshot."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_stored:
            stored = Snapshot.of({self.instance.pk: self.stored_values()})
            self.opened_with = Snapshot.load(self.data.get(self.add_prefix(SNAPSHOT)))
            self.fields[SNAPSHOT] = SnapshotField(initial=stored.dump())


class EditedFormSet(BaseFormSet):
    """Mixin before a model formset of EditedForms; its management form carries the snapshot."""

    @cached_property
    def opened_with(self) -> Snapshot:
        """As it was sent."""
        return Snapshot.load(self.data.get(f"{self.prefix}-{SNAPSHOT}"))

    @cached_property
    def management_form(self) -> Any:
        """Django's, with what is stored now."""
        form = super().management_form
        form.fields[SNAPSHOT] = SnapshotField(initial=self._dump)
        return form

    def _dump(self) -> str:
        rows = [form for form in self.initial_forms if form.is_stored and not form.is_gone]
        return Snapshot.of({form.instance.pk: form.stored_values() for form in rows}).dump()

    def _existing_object(self, pk: Any) -> Any:
        """Hook of Django: also a row that was deleted, or moved elsewhere, meanwhile.

        What stands for a row that was deleted for good has nothing but its primary key.
        """
        model: Any = self.model
        if isinstance(pk, int) and abs(pk) >= 2**63:
            # No database has such a key, or takes it in a question.
            return model()
        found = super()._existing_object(pk)  # type: ignore[misc]
        found = found or self._rows().filter(pk=pk).first()
        if found is None:
            found = model(pk=pk)
            found._state.adding = False
            found.deleted_for_good = True
        return found

    def delete_existing(self, obj: Any, commit: bool = True) -> None:
        """Hook of Django: what is not there needs no deletion."""
        if not getattr(obj, "deleted_for_good", False):
            super().delete_existing(obj, commit=commit)  # type: ignore[misc]

    def _rows(self) -> QuerySet[Any]:
        """Every row of the table, deleted ones too."""
        model: Any = self.model
        rows: QuerySet[Any] = model._base_manager.all()
        return rows

    def _construct_form(self, i: int, **kwargs: Any) -> Any:
        form = super()._construct_form(i, **kwargs)  # type: ignore[misc]
        form.opened_with, form.parent = self.opened_with, getattr(self, "instance", None)
        if self.is_bound and form.is_stored:
            form.is_gone = form.instance.pk not in self._object_dict  # type: ignore[attr-defined]
        return form

    def clean(self) -> None:
        """Rows that are deleted here, and were changed by others since, are asked about once."""
        super().clean()
        for form in self.deleted_forms:
            if form._was_asked(DELETION_FIELD_NAME) or not form.changed_by_others():
                continue
            # The form has put what was sent into its instance. Nobody is asked about no row.
            if row := self._rows().filter(pk=form.instance.pk).first():
                raise ValidationError(self._ask_about_change(form, row))

    def _ask_about_change(self, form: Any, row: Any) -> SafeString:
        context = {
            "author": name_author(form._log),
            "row": str(row),
            "fields": [str(form.fields[name].label) for name in form.changed_by_others()],
            "asked": form.add_prefix(f"{DELETION_FIELD_NAME}-{ASKED}"),
        }
        return render_to_string("admin/edit_conflict_changed.html", context)


class EditedInlineFormSet(EditedFormSet, BaseInlineFormSet):
    """Rows on the page of another row."""


def has_conflicts(forms_of_page: Iterable[Any]) -> bool:
    """Whether a field of one of these forms waits for a decision."""
    return any(getattr(form, "in_conflict", None) for form in forms_of_page)
