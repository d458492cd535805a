"""What the back office's pages have in common."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import CharField, ImageField, Model, QuerySet
from django.db.models.fields.files import FieldFile
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from luffy_api.common.file_checks import check_picture

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
    TabularInline = admin.TabularInline[Any, Any]
else:
    ModelAdmin = admin.ModelAdmin
    TabularInline = admin.TabularInline

NOTHING = "-"


def picture(file: FieldFile | None, *, height: int = 36) -> SafeString | str:
    """A preview of a stored image."""
    if not file:
        return NOTHING
    style = f"height:{height}px;border-radius:4px"
    return format_html('<img src="{}" alt="" loading="lazy" style="{}">', file.url, style)


def bury(row: Any) -> None:
    """Deletes a row softly; its unique names are free again for a new row."""
    row.is_delete = True
    for field in row._meta.concrete_fields:
        if field.unique and isinstance(field, CharField):
            mark = f"~{row.pk}"
            name = getattr(row, field.attname)
            setattr(row, field.attname, name[: (field.max_length or 0) - len(mark)] + mark)
    row.save()


class AliveInline(TabularInline):
    """Rows of a catalogue below their parent, without the softly deleted ones."""

    extra = 0
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Deleted rows do not come back as empty lines."""
        return super().get_queryset(request).filter(is_delete=False)


class CatalogueAdmin(ModelAdmin):
    """A table of the catalogue: ranked, shown or hidden in bulk, deleted softly."""

    formfield_overrides = {ImageField: {"validators": [check_picture]}}
    actions = ["show", "hide"]
    list_per_page = 20
    empty_value_display = NOTHING

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """What is softly deleted is gone for admins as well."""
        return super().get_queryset(request).filter(is_delete=False)

    @admin.action(description="展示", permissions=["change"])
    def show(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Students see the rows."""
        self._set_shown(request, queryset, True)

    @admin.action(description="隐藏", permissions=["change"])
    def hide(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Students do not see the rows."""
        self._set_shown(request, queryset, False)

    def _set_shown(self, request: HttpRequest, queryset: QuerySet[Any], shown: bool) -> None:
        rows = list(queryset)
        for row in rows:
            row.is_show = shown
            row.save(update_fields=["is_show", "updated_time"])
        self.after_change(rows)
        self.message_user(request, f"已{'展示' if shown else '隐藏'} {len(rows)} 条")

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """One row, softly."""
        self._bury([obj])

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Many rows, softly."""
        self._bury(list(queryset))

    def _bury(self, rows: list[Any]) -> None:
        for row in rows:
            bury(row)
        self.after_change(rows)

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """For the confirmation page: nothing else is deleted; `kept_by` may forbid it."""
        count = {str(self.opts.verbose_name_plural): len(objs)}
        denied = set() if self.has_delete_permission(request) else {str(self.opts.verbose_name)}
        protected = [f"{obj}：{reason}" for obj in objs for reason in self.kept_by(obj)]
        return [str(obj) for obj in objs], count, denied, protected

    def kept_by(self, obj: Any) -> Iterable[str]:
        """Names of living rows that need this one."""
        return []

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Lines that were ticked for deletion are deleted softly."""
        formset.save(commit=False)
        for row, _ in formset.changed_objects:
            row.save()
        for row in formset.new_objects:
            row.save()
        for row in formset.deleted_objects:
            bury(row)
        formset.save_m2m()

    def after_change(self, rows: list[Any]) -> None:
        """Rows were shown, hidden or deleted in bulk."""


class ReadOnlyAdmin(ModelAdmin):
    """A table that only the program writes."""

    list_per_page = 20
    empty_value_display = NOTHING

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Never."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Never."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Never."""
        return False


class SuperuserOnly:
    """Goes before a ModelAdmin: no right that a role could be given opens these tables."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        """In the menu."""
        return is_superuser(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The list and the forms, and choosing one of the rows on another form."""
        return is_superuser(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A new row."""
        return is_superuser(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A changed row."""
        return is_superuser(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A row less."""
        return is_superuser(request)


def is_superuser(request: HttpRequest) -> bool:
    """Whoever may do everything, while the account is active."""
    return bool(request.user.is_active and request.user.is_superuser)  # type: ignore[union-attr]
