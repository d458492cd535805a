"""Inline rows as a page shows them: each form beside its own row, whether that is still there.

Django pairs the forms that were sent with the rows that are stored, in their order. Where somebody
has deleted one meanwhile, all others stand under the name of the next, and the last are missing.
"""

from collections.abc import Iterator
from typing import Any

from django.contrib.admin.helpers import InlineAdminForm, InlineAdminFormSet
from django.contrib.admin.utils import flatten_fieldsets

from luffy_api.common.edit_conflicts.wording import deleted_name


class GoneRow:
    """What a page needs of a row that is gone: its key and its name."""

    def __init__(self, row: Any) -> None:
        self.pk = row.pk
        self._name = deleted_name(row)

    def __str__(self) -> str:
        return self._name


class OwnRowsFormSet(InlineAdminFormSet):
    """Django's, without that pairing."""

    def __init__(self, made: InlineAdminFormSet) -> None:
        vars(self).update(vars(made))

    def __iter__(self) -> Iterator[InlineAdminForm]:
        """Hook of Django: those of stored rows, then those for new ones."""
        stored = self.formset.initial_forms
        yield from map(self._row, stored)
        known = {id(form) for form in stored}
        yield from (each for each in super().__iter__() if id(each.form) not in known)

    def _row(self, form: Any) -> InlineAdminForm:
        others = [] if self.has_change_permission else flatten_fieldsets(self.fieldsets)
        readonly = [*self.readonly_fields, *others]
        gone = getattr(form, "is_gone", False)
        original: Any = GoneRow(form.instance) if gone else form.instance
        return InlineAdminForm(
            self.formset,
            form,
            self.fieldsets,
            self.prepopulated_fields,
            original,
            readonly,
            model_admin=self.opts,
            view_on_site_url=None if gone else self.opts.get_view_on_site_url(original),
        )
