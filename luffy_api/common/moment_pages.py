"""Forms of the back office, which take moments that every database and time zone has."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.admin.options import BaseModelAdmin
from django.core.exceptions import ValidationError
from django.http import HttpRequest

if TYPE_CHECKING:
    BaseAdmin = BaseModelAdmin[Any]
else:
    BaseAdmin = BaseModelAdmin

# The first day of the year 1 in Shanghai is none in UTC, in which moments are stored.
MIN_YEAR = 1970
TOO_EARLY = f"请填写 {MIN_YEAR} 年以后的时间。"


class MomentsMixin(BaseAdmin):
    """Before every ModelAdmin of the site (admin_site.py), and of inlines that are edited."""

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Hook of Django."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(field, forms.DateTimeField | forms.SplitDateTimeField):
            field.validators.append(_require_possible)
        return field


def _require_possible(moment: datetime) -> None:
    if moment.year < MIN_YEAR:
        raise ValidationError(TOO_EARLY)
