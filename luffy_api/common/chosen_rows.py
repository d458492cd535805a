"""Inlines of rows that each name a row of another table, and that are deleted for good."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import QuerySet
from django.forms.widgets import Script
from django.http import HttpRequest

from luffy_api.common.admin import TabularInline
from luffy_api.common.choosers import Chooser
from luffy_api.common.edit_conflicts.admin import EditConflictsInline
from luffy_api.common.edit_conflicts.forms import EditedInlineFormSet

if TYPE_CHECKING:
    ModelForm = forms.ModelForm[Any]
else:
    ModelForm = forms.ModelForm


class KnownChooser(Chooser):
    """Offers what its row names only, which is loaded already: no query for each row."""

    known: Any = None

    def optgroups(self, name: str, value: Any, attrs: Any = None) -> Any:
        """Hook of Django: what is chosen."""
        if self.known is None or [*map(str, value)] != [str(self.known.pk)]:
            return super().optgroups(name, value, attrs)
        option = self.create_option(name, self.known.pk, str(self.known), True, 0)
        return [(None, [option], 0)]


class ChosenRowForm(ModelForm):
    """A row that names a course."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "course" not in self.fields:
            return
        widget: Any = self.fields["course"].widget
        # The button of a row that deletes is about the row, not about the course.
        widget.can_add_related = widget.can_change_related = widget.can_delete_related = False
        if self.instance.course_id:
            getattr(widget, "widget", widget).known = self.instance.course


class ForGoodFormSet(EditedInlineFormSet):
    """Rows that are deleted for good, unlike those of the catalogue."""

    def get_unique_error_message(self, unique_check: Any) -> str:
        """Hook of Django: it would say the name of the column."""
        return "有两行选了同一门课程，每门课程只能出现一次"

    def save(self, commit: bool = True) -> Any:
        """Save the rows. Two that exchange their courses would each find the other's taken.

        So what changes its course, or goes, is out of the way before the first row is written; a
        row that stays is inserted again with its id.
        """
        changed = [
            form.instance.pk
            for form in self.initial_forms
            if form in self.deleted_forms or "course" in form.changed_data
        ]
        if commit and changed:
            owner = {self.fk.name: self.instance}
            model: Any = self.model
            model._base_manager.filter(pk__in=changed, **owner).delete()
        return super().save(commit)


class ChosenRowsInline(EditConflictsInline, TabularInline):
    """Such rows, `max_num` at most, in the order of their `orders`: they can be moved."""

    class Media:
        css = {"all": ["/back-office/rowOrder.css"]}
        js = [Script("/back-office/rowOrder.js", type="module")]

    # For luffy_web/src/backOffice/orderRows.ts.
    classes = ["rows-in-order"]

    form = ChosenRowForm
    formset = ForGoodFormSet
    autocomplete_fields = ["course"]
    extra = 1

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Hook of Django: what a page would not show is refused.

        Whoever may only look sends no rows, and would have more than the none that may be added.
        """
        limited = self.has_add_permission(request, obj)
        return super().get_formset(request, obj, **{"validate_max": limited, **kwargs})

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Hook of Django: with what their choosers show."""
        return super().get_queryset(request).select_related("course")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Hook of Django."""
        kwargs.setdefault("widget", KnownChooser(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
