"""A page that asks before money moves: facts, a form and one button."""

from typing import Any

from django.http import HttpRequest
from django.template.response import TemplateResponse

from luffy_api.common.admin import ReadOnlyAdmin


def confirmation(
    request: HttpRequest, model_admin: ReadOnlyAdmin, *, title: str, **context: Any
) -> TemplateResponse:
    """The page; 200 also when `form` has errors. `facts` are names and values, `back` a URL."""
    context |= model_admin.admin_site.each_context(request)
    context |= {"title": title, "opts": model_admin.opts}
    return TemplateResponse(request, "admin/order/confirmation.html", context)
