"""A page of the back office that asks before it does something: facts, a form and one button."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest
from django.template.response import TemplateResponse

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
else:
    ModelAdmin = admin.ModelAdmin


def confirmation(
    request: HttpRequest, model_admin: ModelAdmin, *, title: str, **context: Any
) -> TemplateResponse:
    """The page; 200 also when `form` has errors. `facts` are names and values, `back` a URL.

    `button` is what the button says, by default the title.
    """
    context |= model_admin.admin_site.each_context(request)
    context |= {"title": title, "opts": model_admin.opts}
    return TemplateResponse(request, "admin/confirmation.html", context)
