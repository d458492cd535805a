"""Choosers of the back office: they have a name, and read what was sent before they ask for it."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.forms.utils import flatatt
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

if TYPE_CHECKING:
    BaseAdmin = admin.options.BaseModelAdmin[Any]
    BaseField = forms.ModelMultipleChoiceField[Any]
else:
    BaseAdmin = object
    BaseField = forms.ModelMultipleChoiceField

# Ids with so many digits fit a BIGINT.
MAX_DIGITS = 18


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= MAX_DIGITS


def named_rows(model: type[Model]) -> QuerySet[Any]:
    """All rows with what a chooser shows of them; a course has forty columns, and long texts."""
    rows = model._default_manager.all()
    names = {field.name for field in model._meta.concrete_fields}
    return rows.only("name") if "name" in names else rows


class _Named:
    """For screen readers; the script says why."""

    @property
    def media(self) -> forms.Media:
        """Hook of Django, whose script is named here, too: it puts ours behind it only then."""
        own = forms.Media(js=["admin/js/autocomplete.js", "back_office/choosers.js"])
        return super().media + own  # type: ignore[misc,no-any-return]


class _OnlyIds:
    """Django asks the database for whatever was sent, and what is no id is an error there."""

    def optgroups(self, name: str, value: Any, attrs: Any = None) -> Any:
        """Hook of Django: what is chosen."""
        ids = [each for each in map(str, value) if _is_id(each)]
        return super().optgroups(name, ids, attrs)  # type: ignore[misc]


class Chooser(_OnlyIds, _Named, AutocompleteSelect):
    """For one row."""


class MultipleChooser(_OnlyIds, _Named, AutocompleteSelectMultiple):
    """For several rows: thousands of them, as an activity of a large school has."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Hook of Django, whose every option is a template of its own: seconds for thousands."""
        ids = [each for each in self.format_value(value) if _is_id(each)]
        rows = self.choices.queryset.using(self.db).filter(pk__in=ids)
        options = format_html_join(
            "", '<option value="{}" selected>{}</option>', ((row.pk, str(row)) for row in rows)
        )
        named = {"name": name, **self.build_attrs(self.attrs, attrs), "multiple": True}
        return format_html("<select{}>{}</select>", flatatt(named), options)


class RowsField(BaseField):
    """For thousands of rows: one query, where Django makes one in thought for each of them."""

    def _check_values(self, value: Any) -> QuerySet[Any]:
        """Hook of Django: the rows. Raises ValidationError for what is no id, or none of a row."""
        chosen = {str(each) for each in value}
        for each in chosen:
            if not _is_id(each):
                raise ValidationError(
                    self.error_messages["invalid_pk_value"], "invalid_pk_value", {"pk": each}
                )
        table: QuerySet[Any] = self.queryset  # type: ignore[assignment]
        rows = table.filter(pk__in=map(int, chosen))
        for each in chosen - {str(row.pk) for row in rows}:
            raise ValidationError(
                self.error_messages["invalid_choice"], "invalid_choice", {"value": each}
            )
        return rows


class ChoosersMixin(BaseAdmin):
    """Before a ModelAdmin or an inline: its `autocomplete_fields` have these."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Hook of Django."""
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", Chooser(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Hook of Django."""
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", MultipleChooser(db_field, self.admin_site))
            kwargs.setdefault("form_class", RowsField)
            kwargs.setdefault("queryset", named_rows(db_field.remote_field.model))
        return super().formfield_for_manytomany(db_field, request, **kwargs)
