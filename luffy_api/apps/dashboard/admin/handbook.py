"""The handbook for the people of a school, docs/handbook.zh.md, as a page of the back office."""

from functools import cache

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.templatetags.static import static

from luffy_api.libs.markdown import own_text_to_html

HANDBOOK = settings.BASE_DIR / "docs/handbook.zh.md"
# Where the text finds its pictures, which are static files below the same name.
PICTURES = "images/"


def handbook(request: HttpRequest) -> HttpResponseBase:
    """The page, for all who may enter the back office."""
    context = {**admin.site.each_context(request), "title": "使用手册", "text": _html()}
    return render(request, "admin/handbook.html", context)


@cache
def _html() -> str:
    text = HANDBOOK.read_text(encoding="utf-8")
    return own_text_to_html(text, picture_url=lambda path: static(path.removeprefix(PICTURES)))
