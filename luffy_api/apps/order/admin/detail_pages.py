"""Pages of single rows with more on them than the row's own fields."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from luffy_api.common.admin import ReadOnlyAdmin


class DetailPageAdmin(ReadOnlyAdmin):
    """The template of a row's page gets what `detail_context` returns."""

    def detail_context(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        """Hook: what the template needs for a row that the request's user may see."""
        return {}

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Django's page with that context."""
        context = dict(extra_context or {})
        row = self.get_object(request, object_id)
        if row is not None and self.has_view_permission(request, row):
            context |= self.detail_context(request, row)
        return super().change_view(request, object_id, form_url, context)
