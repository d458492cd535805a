"""Pages of a ModelAdmin beside Django's own list and forms."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
    Base = ModelAdmin
else:
    ModelAdmin = admin.ModelAdmin
    Base = object

View = Callable[..., HttpResponseBase]


class OwnPages(Base):
    """Before a ModelAdmin."""

    def own_pages(self) -> dict[str, tuple[View, str]]:
        """Hook: routes below that of the list, each with its view and the last word of its name.

        Only staff reach a view; what else its user needs it asks itself.
        """
        return {}

    def get_urls(self) -> list[URLPattern]:
        """Hook of Django: these come first, so that no route is taken for the id of a row."""
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        own = [
            path(route, self.admin_site.admin_view(view), name=f"{name}_{word}")
            for route, (view, word) in self.own_pages().items()
        ]
        return [*own, *super().get_urls()]


class RowPage(Base):
    """Before a ModelAdmin that shows a row on a page of its own instead of Django's form."""

    def row_page(self, request: HttpRequest, row: Any, /) -> HttpResponse:
        """Hook: the page of a row that the request's user may see."""
        raise NotImplementedError

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Hook of Django, which still answers for rows that are not there, and refuses writes."""
        row = self.get_object(request, object_id)
        is_read = request.method in ("GET", "HEAD")
        if row is None or not is_read or not self.has_view_permission(request, row):
            return super().change_view(request, object_id, form_url, extra_context)
        return self.row_page(request, row)


def own_page(
    request: HttpRequest,
    model_admin: ModelAdmin,
    template: str,
    context: dict[str, Any],
    *,
    status: int = 200,
) -> TemplateResponse:
    """An answer within the frame of the back office."""
    shared = {**model_admin.admin_site.each_context(request), "opts": model_admin.opts}
    return TemplateResponse(request, template, {**shared, **context}, status=status)


def form_page(
    request: HttpRequest, model_admin: ModelAdmin, *, title: str, **context: Any
) -> TemplateResponse:
    """A page with one form; 200 also when `form` has errors.

    `facts` are names and values above it, `warning` is a sentence below it, `button` what the
    button says, by default the title, and `back` is where a second one leads.
    """
    return own_page(request, model_admin, "admin/form_page.html", {"title": title, **context})
