"""An address of a row that there is not: its list says so, where the message is read at once."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

if TYPE_CHECKING:
    BaseAdmin = admin.ModelAdmin[Any]
else:
    BaseAdmin = admin.ModelAdmin


class UnknownIdsAdmin(BaseAdmin):
    """Mixin before every ModelAdmin of the site (admin_site.py)."""

    def _get_obj_does_not_exist_redirect(
        self, request: HttpRequest, opts: Any, object_id: str
    ) -> HttpResponse:
        """Hook of Django, which leads to the first page: a frame that shows no messages.

        They would wait there for the next list that somebody opens.
        """
        answer: HttpResponse = super()._get_obj_does_not_exist_redirect(request, opts, object_id)  # type: ignore[misc]
        if not self.has_view_or_change_permission(request):
            return answer
        listed = f"admin:{opts.app_label}_{opts.model_name}_changelist"
        return HttpResponseRedirect(reverse(listed, current_app=self.admin_site.name))
