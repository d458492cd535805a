"""The back office of the school's settings: one form."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from luffy_api.apps.school.models import SchoolSettings
from luffy_api.common.admin import ModelAdmin


@admin.register(SchoolSettings)
class SchoolSettingsAdmin(ModelAdmin):
    """学校设置: the form of the single row stands where other models have a list."""

    fieldsets = [
        ("退款", {"fields": ["refund_days", "refund_watched_percent"]}),
        ("线下收款", {"fields": ["offline_confirm_above"]}),
    ]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The form of the single row."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        SchoolSettings.objects.get_or_create(pk=SchoolSettings.ONLY_PK)
        return self.change_view(request, str(SchoolSettings.ONLY_PK), extra_context=extra_context)
