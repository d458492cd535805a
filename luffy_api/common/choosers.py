"""Choosers of the back office: they have a name, and read what was sent before they ask for it."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.core.exceptions import ValidationError
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
        texts = [each for each in map(str, value) if each.isascii() and each.isdecimal()]
        ids = [each for each in texts if len(each) <= MAX_DIGITS]
        return super().optgroups(name, ids, attrs)  # type: ignore[misc]


class Chooser(_OnlyIds, _Named, AutocompleteSelect):
    """For one row."""


class MultipleChooser(_OnlyIds, _Named, AutocompleteSelectMultiple):
    """For several rows: thousands of them, as an activity of a large school has."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Hook of Django, whose every option is a template of its own: seconds for thousands."""
        widget = self.get_context(name, value, attrs)["widget"]
        chosen = (
            (option["value"], option["label"])
            for _, options, _ in widget["optgroups"]
            for option in options
            if option["selected"]
        )
        options = format_html_join("", '<option value="{}" selected>{}</option>', chosen)
        named = flatatt({"name": widget["name"], **widget["attrs"]})
        return format_html("<select{}>{}</select>", named, options)


class RowsField(BaseField):
    """Django's, which hands an id that fits no column to the database."""

    def clean(self, value: Any) -> Any:
        """Hook of Django."""
        for each in value or ():
            if len(str(each)) > MAX_DIGITS:
                raise ValidationError(
                    self.error_messages["invalid_pk_value"], "invalid_pk_value", {"pk": each}
                )
        return super().clean(value)


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
        return super().formfield_for_manytomany(db_field, request, **kwargs)
