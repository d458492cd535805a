"""Base classes of the back office's ModelAdmins."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import CharField, ImageField, Model, QuerySet
from django.db.models.fields.files import FieldFile
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from luffy_api.common import batches
from luffy_api.common.admin_pages import OwnPages
from luffy_api.common.bulk_steps import BulkSteps, steps_page
from luffy_api.common.deep_pages import LongList
from luffy_api.common.edit_conflicts.admin import EditConflictsAdmin
from luffy_api.common.file_checks import check_picture
from luffy_api.common.inline_pages import PagedInline

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
    TabularInline = admin.TabularInline[Any, Any]
else:
    ModelAdmin = admin.ModelAdmin
    TabularInline = admin.TabularInline

NOTHING = "-"


def picture(file: FieldFile | None, *, height: int = 36) -> SafeString | str:
    """An `<img>` of a stored image, `height` in CSS pixels; NOTHING without a file."""
    if not file:
        return NOTHING
    style = f"height:{height}px;border-radius:4px"
    return format_html('<img src="{}" alt="" loading="lazy" style="{}">', file.url, style)


def soft_delete(row: Any) -> None:
    """Sets `is_delete` and frees unique text values for a new row by appending `~id` to them."""
    row.is_delete = True
    written = {"is_delete", "updated_time"}
    for field in row._meta.concrete_fields:
        if field.unique and isinstance(field, CharField):
            mark = f"~{row.pk}"
            name = getattr(row, field.attname)
            setattr(row, field.attname, name[: (field.max_length or 0) - len(mark)] + mark)
            written.add(field.name)
    row.save(update_fields=written)


class SoftDeleteInline(PagedInline, TabularInline):
    """An inline of CatalogueModel rows that hides softly deleted ones."""

    extra = 0
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Without softly deleted rows."""
        return super().get_queryset(request).filter(is_delete=False)


class CatalogueAdmin(EditConflictsAdmin, ModelAdmin):
    """The admin of a CatalogueModel: bulk actions show and hide, deletion is soft."""

    formfield_overrides = {ImageField: {"validators": [check_picture]}}
    actions = ["show", "hide"]
    list_per_page = 20
    empty_value_display = NOTHING

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Without softly deleted rows."""
        return super().get_queryset(request).filter(is_delete=False)

    @batches.takes_all
    @admin.action(description="展示", permissions=["change"])
    def show(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """Bulk action: sets `is_show`."""
        return self._set_shown(request, queryset, True)

    @batches.takes_all
    @admin.action(description="隐藏", permissions=["change"])
    def hide(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """Bulk action: clears `is_show`."""
        return self._set_shown(request, queryset, False)

    def _set_shown(
        self, request: HttpRequest, queryset: QuerySet[Any], shown: bool
    ) -> HttpResponse | None:
        steps, word = BulkSteps.of(request, queryset), "展示" if shown else "隐藏"
        for keys in steps.batches():
            rows = batches.set_shown(
                self.model, keys, shown, message=word, user_id=staff_id(request)
            )
            self.after_change(rows)
            steps.note(keys, done=len(rows), refused=len(keys) - len(rows))
        if not steps.is_over:
            return steps_page(request, self, steps, word)
        self.message_user(request, f"已{word} {steps.done} 条")
        return None

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Django's hook for the delete page: soft deletion."""
        self._soft_delete([obj])

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Django's hook for the bulk action: soft deletion."""
        self._soft_delete(list(queryset))

    def _soft_delete(self, rows: list[Any]) -> None:
        for row in rows:
            soft_delete(row)
        self.after_change(rows)

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """Django's hook for the confirmation page: nothing cascades; `protected_by` may refuse."""
        count = {str(self.opts.verbose_name_plural): len(objs)}
        denied = set() if self.has_delete_permission(request) else {str(self.opts.verbose_name)}
        protected = [f"{obj}：{reason}" for obj in objs for reason in self.protected_by(obj)]
        return [str(obj) for obj in objs], count, denied, protected

    def protected_by(self, obj: Any) -> Iterable[str]:
        """Names of rows that are not deleted and need this one; any forbids the deletion."""
        return []

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Django's hook for inlines: rows ticked for deletion are deleted softly."""
        formset.save(commit=False)
        for row, _ in formset.changed_objects:
            row.save()
        for row in formset.new_objects:
            row.save()
        for row in formset.deleted_objects:
            # Somebody else may have been first.
            if not row.is_delete and not getattr(row, "deleted_for_good", False):
                soft_delete(row)
        formset.save_m2m()

    def after_change(self, rows: list[Any]) -> None:
        """Hook: called with rows that were shown or hidden, batch by batch, or deleted in bulk.

        Of those that were shown or hidden long texts are not loaded.
        """


class ReadOnlyAdmin(OwnPages, LongList, ModelAdmin):
    """The admin of a table that only the program writes: view permission at most."""

    list_per_page = 20
    empty_value_display = NOTHING

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class ReadOnlyInline(TabularInline):
    """Rows of such a table on the page of another row."""

    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class SuperuserOnly:
    """Mixin before a ModelAdmin: superusers only, whatever permissions a group has."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_superuser(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_superuser(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_superuser(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_superuser(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_superuser(request)


def is_superuser(request: HttpRequest) -> bool:
    """Whether the request's user is an active superuser."""
    return bool(request.user.is_active and request.user.is_superuser)  # type: ignore[union-attr]


def staff_id(request: HttpRequest) -> int:
    """The id of the request's user, who is logged in wherever the back office asks."""
    assert request.user.pk is not None
    return int(request.user.pk)
