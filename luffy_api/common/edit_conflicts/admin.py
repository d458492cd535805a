"""Edit conflicts on the pages of a ModelAdmin."""

from itertools import chain
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.admin.models import LogEntry
from django.db.models import Prefetch, QuerySet, prefetch_related_objects
from django.forms import BaseModelFormSet, ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from luffy_api.common.choosers import ChoosersMixin, named_rows
from luffy_api.common.edit_conflicts.authors import deletion_of, name_author
from luffy_api.common.edit_conflicts.forms import (
    EditedForm,
    EditedFormSet,
    EditedInlineFormSet,
    EditedPageForm,
    has_conflicts,
)
from luffy_api.common.edit_conflicts.inline_rows import OwnRowsFormSet
from luffy_api.common.locks import lock_for_form
from luffy_api.common.moment_pages import MomentsMixin
from luffy_api.common.readable_pages import ReadableTextsMixin

if TYPE_CHECKING:
    BaseAdmin = admin.ModelAdmin[Any]
    BaseInline = admin.TabularInline[Any, Any]
    BaseFormSet = BaseModelFormSet[Any, Any]
else:
    BaseAdmin = admin.ModelAdmin
    BaseInline = admin.TabularInline
    BaseFormSet = BaseModelFormSet

ADVICE = "您打开本页之后，有人修改了这里的内容。请在标出的地方逐项选择，然后再保存一次。"


class _EditedListFormSet(EditedFormSet, BaseFormSet):
    """Rows of a list."""


class EditConflictsAdmin(ChoosersMixin, BaseAdmin):
    """Mixin of ModelAdmins: whoever saves learns of what others have changed meanwhile."""

    def __init__(self, model: Any, admin_site: Any) -> None:
        super().__init__(model, admin_site)
        self.form = type(self.form.__name__, (EditedPageForm, self.form), {})

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Any:
        """Hook of Django: whoever saves locks the row first, in the transaction of the page."""
        if request.method == "POST" and object_id.isdecimal():
            lock_for_form(self.model._base_manager.filter(pk=object_id))
        row: Any = super().get_object(request, object_id, from_field)
        if row is not None:
            prefetch_related_objects([row], *self._chosen_rows(request))
        return row

    def _get_obj_does_not_exist_redirect(
        self, request: HttpRequest, opts: Any, object_id: str
    ) -> HttpResponse:
        """Hook of Django: who has deleted the row, while it was open here or before."""
        entry, kind, here = deletion_of(self.model, object_id), opts.verbose_name, ""
        if entry is None and (entry := self.deletion_above(object_id)):
            kind, here = entry.content_type, f"，连同这里的{opts.verbose_name}"
        if entry is None:
            return super()._get_obj_does_not_exist_redirect(request, opts, object_id)  # type: ignore[misc, no-any-return]
        lost = "，您填写的内容没有保存" if request.method == "POST" else ""
        named = getattr(kind, "name", kind)
        text = f"{name_author([entry])}删除了{named}「{entry.object_repr}」{here}{lost}。"
        self.message_user(request, text, messages.WARNING)
        listed = f"admin:{opts.app_label}_{opts.model_name}_changelist"
        return HttpResponseRedirect(reverse(listed, current_app=self.admin_site.name))

    def deletion_above(self, object_id: str) -> LogEntry | None:
        """Hook: the entry of who has deleted what the row was a part of."""
        return None

    def _chosen_rows(self, request: HttpRequest) -> list[Any]:
        """What the choosers for several rows show, which the form reads from the row."""
        names = self.get_autocomplete_fields(request)
        fields = [self.opts.get_field(name) for name in names]
        return [
            Prefetch(field.name, queryset=named_rows(field.remote_field.model))  # type: ignore[union-attr]
            for field in fields
            if field.many_to_many
        ]

    def get_formset_kwargs(
        self, request: HttpRequest, obj: Any, inline: Any, prefix: str
    ) -> dict[str, Any]:
        """Hook of Django: and then the inline rows."""
        kwargs: dict[str, Any] = super().get_formset_kwargs(request, obj, inline, prefix)  # type: ignore[misc]
        if request.method == "POST" and obj.pk:
            name = inline.get_formset(request, obj).fk.name
            lock_for_form(inline.model._base_manager.filter(**{name: obj.pk}))
        return kwargs

    def get_inline_formsets(self, *args: Any, **kwargs: Any) -> list[Any]:
        """Hook of Django: each form beside its own row."""
        made: list[Any] = super().get_inline_formsets(*args, **kwargs)  # type: ignore[misc]
        return [OwnRowsFormSet(each) for each in made]

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> Any:
        """Hook of Django: say at the top of the page what is asked."""
        form = context["adminform"].form
        rows = (each.formset.forms for each in context.get("inline_admin_formsets", ()))
        if has_conflicts([form, *chain.from_iterable(rows)]):
            form.add_error(None, ADVICE)
        return super().render_change_form(request, context, *args, **kwargs)

    # The list, where some columns can be changed: rows are locked, compared and written in the
    # transaction of repeated_pages.py.

    def _get_list_editable_queryset(self, request: HttpRequest, prefix: str) -> QuerySet[Any]:
        rows: QuerySet[Any] = super()._get_list_editable_queryset(request, prefix)  # type: ignore[misc]
        lock_for_form(rows)
        return rows

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Hook of Django, which pairs forms that were sent with the rows that are listed now."""
        answer: HttpResponse = super().changelist_view(request, extra_context)
        changelist: Any = (getattr(answer, "context_data", None) or {}).get("cl")
        formset = getattr(changelist, "formset", None)
        if formset is not None and formset.is_bound:
            changelist.result_list = [form.instance for form in formset.forms]
        return answer

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> Any:
        """Hook of Django."""
        form = type("EditedListForm", (EditedForm, ModelForm), {})
        return super().get_changelist_form(request, **{"form": form, **kwargs})

    def get_changelist_formset(self, request: HttpRequest, **kwargs: Any) -> Any:
        """Hook of Django."""
        return super().get_changelist_formset(request, **{"formset": _EditedListFormSet, **kwargs})


class EditConflictsInline(ReadableTextsMixin, MomentsMixin, ChoosersMixin, BaseInline):
    """The same for rows on the page of another row."""

    formset = EditedInlineFormSet

    def __init__(self, parent_model: Any, admin_site: Any) -> None:
        super().__init__(parent_model, admin_site)
        self.form = type(self.form.__name__, (EditedForm, self.form), {})
