"""The single-page app: one document for all of its paths, and a true 404 for every other one."""

import json
import time
from collections.abc import Callable, Mapping
from functools import lru_cache, wraps
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import path, re_path
from django.utils.html import escape, json_script
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import conditional_page, require_safe
from django.views.generic import RedirectView

from luffy_api.apps.course.models import Course
from luffy_api.apps.school.current_site import current_site
from luffy_api.apps.school.models.site import DEFAULT_NAME
from luffy_api.apps.school.selectors import SitePage
from luffy_api.apps.school.serializers import SiteSerializer
from luffy_api.page_answers import NOTHING, PageAnswers, page_answers

# What luffy_web/index.html says as long as nothing else is known; the school's own words take its
# place.
TITLE = f"<title>{DEFAULT_NAME}</title>"
DESCRIPTION = f'content="{DEFAULT_NAME}：免费课、实战课与轻课，一步一步学会编程。"'
ICON = '<link rel="icon" type="image/svg+xml" href="/favicon.svg" />'
SITE = "<!-- site -->"
LINKS, ANSWERS = "<!-- links -->", "<!-- answers -->"
NOT_BUILT = "网站前端尚未构建，请在项目目录运行 ./scripts/start。"
ENTRY = "index.html"


def with_time(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Have the document's scripts know the server's time, which `Date` does not tell them.

    Of a 304, too: the answers in a document that is kept are as new as this header.
    """

    @wraps(view)
    def told(*args: Any, **kwargs: Any) -> HttpResponse:
        response = view(*args, **kwargs)
        response["Server-Timing"] = f'now;desc="{time.time():.0f}"'
        return response

    return told


# Asked for at every visit, but kept: `no-store` would make browsers load a page anew for 返回. The
# document holds nothing secret, so it may be compressed, although it repeats the word of a search.
@csrf_exempt
@gzip_page
@with_time
@conditional_page
@cache_control(no_cache=True)
@require_safe
def page(request: HttpRequest, *, shows: str, **arguments: object) -> HttpResponse:
    """The app's document; its router shows the page, of which `shows` is the module."""
    answers = page_answers(request, shows, arguments)
    response = _document(status=200, answers=answers)
    if links := _links(f"src/pages/{shows}Page.vue"):
        response["Link"] = links
    return response


@csrf_exempt
@gzip_page
@cache_control(no_cache=True)
@require_safe
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The app's own 404 page, with the status that search engines and monitors need."""
    return _document(status=404)


def _document(status: int, answers: PageAnswers = NOTHING) -> HttpResponse:
    try:
        html = Path(settings.WEB_DIST, ENTRY).read_text(encoding="utf-8")
    except FileNotFoundError:
        # What is not found is not found, whether the pages are built or not.
        missing = 503 if status == 200 else status
        return HttpResponse(NOT_BUILT, status=missing, content_type="text/plain; charset=utf-8")
    own_words = _words(current_site.page())
    for default, own in [*own_words, (LINKS, answers.links), (ANSWERS, answers.scripts)]:
        html = html.replace(default, own, 1)
    return HttpResponse(html, status=status)


def _links(module: str) -> str:
    """The header that has a browser load a page's scripts and styles beside those of the document.

    Without it they are asked for when the router has come, one round trip later.
    """
    manifest = Path(settings.WEB_DIST, ".vite", "manifest.json")
    try:
        return _links_of(manifest, manifest.stat().st_mtime_ns, module)
    except FileNotFoundError:
        return ""


@lru_cache(maxsize=64)
def _links_of(manifest: Path, changed_at: int, module: str) -> str:
    chunks: dict[str, Any] = json.loads(manifest.read_bytes())
    of_document = _needed(chunks, ENTRY, {})
    own = [chunks[name] for name in _needed(chunks, module, {}) if name not in of_document]
    scripts = [f"</{chunk['file']}>; rel=modulepreload" for chunk in own]
    sheets = [sheet for chunk in own for sheet in chunk.get("css", ())]
    styles = [f"</{sheet}>; rel=preload; as=style; crossorigin" for sheet in sheets]
    return ", ".join([*scripts, *styles])


def _needed(chunks: Mapping[str, Any], name: str, found: dict[str, None]) -> dict[str, None]:
    """Adds the names of a chunk, and of all that it imports at once, in order."""
    if name in chunks and name not in found:
        found[name] = None
        for imported in chunks[name].get("imports", ()):
            _needed(chunks, imported, found)
    return found


@lru_cache(maxsize=1)
def _words(site: SitePage) -> list[tuple[str, str]]:
    """What stands in the document, and what the school puts there.

    The settings come along, so that header and footer are right before anything is fetched.
    """
    data = SiteSerializer(site).data
    name, description = escape(data["name"]), escape(data["description"])
    words = [
        (TITLE, f"<title>{name}</title>"),
        (DESCRIPTION, f'content="{name}：{description}"' if description else f'content="{name}"'),
        (SITE, json_script(data, "site")),
    ]
    if data["favicon"]:
        words.append((ICON, f'<link rel="icon" href="{escape(data["favicon"])}" />'))
    return words


# The paths of luffy_web/src/router/routes.ts; a test compares the two tables.
urlpatterns = [
    path("", page, {"shows": "home/Home"}),
    *(
        path(f"{kind.name.lower()}-course", page, {"shows": "course/CourseList", "kind": int(kind)})
        for kind in Course.Kind
    ),
    path("course/search", page, {"shows": "search/Search"}),
    path("course/<int:id>", page, {"shows": "course/Course"}),
    path("learn/<int:course>", page, {"shows": "course/Learn"}),
    path("learn/<int:course>/<int:section>", page, {"shows": "course/Learn"}),
    path("pay/success", page, {"shows": "order/PaySuccess"}),
    path("announcements", page, {"shows": "school/SchoolAnnouncements"}),
    path("announcements/<int:id>", page, {"shows": "school/SchoolAnnouncement"}),
    path("help/<int:id>", page, {"shows": "school/SchoolHelp"}),
    re_path(
        r"^agreement/(?:terms|privacy|refund)(?:/[0-9]+)?$",
        page,
        {"shows": "school/SchoolAgreement"},
    ),
    *(
        path(f"user/{name}", page, {"shows": f"user/My{name.capitalize()}"})
        for name in ("courses", "orders", "invoices", "profile")
    ),
    path("user/orders/<slug:out_trade_no>", page, {"shows": "user/MyOrder"}),
    # What browsers ask for by themselves in the back office and at the cashier.
    path("favicon.ico", RedirectView.as_view(url="/favicon.svg")),
    re_path(r"^(?!api/|admin/|static/|media/|files/|alipay/|wechatpay/).*$", not_found),
]
