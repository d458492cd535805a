"""Forms of the back office, which take no name that nobody can see."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.admin.options import BaseModelAdmin
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from luffy_api.common.readable_text import UNREADABLE, has_something_to_read

if TYPE_CHECKING:
    BaseAdmin = BaseModelAdmin[Any]
else:
    BaseAdmin = BaseModelAdmin


class ReadableTextsMixin(BaseAdmin):
    """Before every ModelAdmin of the site (admin_site.py), and of inlines that are edited."""

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Hook of Django: a text that has to be there has to say something."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(field, forms.CharField) and field.required:
            field.validators.append(_require_readable)
        return field


def _require_readable(text: str) -> None:
    if not has_something_to_read(text):
        raise ValidationError(UNREADABLE)
