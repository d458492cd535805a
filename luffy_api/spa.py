"""The single-page app: one document for all of its paths, and a true 404 for every other one."""

import json
import re
import time
from collections.abc import Callable, Mapping
from functools import lru_cache, wraps
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import Resolver404, path, re_path, resolve
from django.utils.html import escape, json_script
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import conditional_page, require_safe

from luffy_api.apps.course.models import Course
from luffy_api.apps.school.current_site import current_site
from luffy_api.apps.school.models.site import DEFAULT_NAME
from luffy_api.apps.school.selectors import SitePage
from luffy_api.apps.school.serializers import SiteSerializer
from luffy_api.page_answers import NOTHING, PageAnswers, page_answers
from luffy_api.page_heads.head import NEEDS_SCRIPTS, PageHead, write
from luffy_api.page_heads.subjects import NOT_FOUND, SUBJECTS, Subject

# What luffy_web/index.html says as long as nothing else is known; the page's and the school's own
# words take its place.
TITLE = f"<title>{DEFAULT_NAME}</title>"
DESCRIPTION = f'content="{DEFAULT_NAME}：免费课、实战课与轻课，一步一步学会编程。"'
ICON = '<link rel="icon" type="image/svg+xml" href="/favicon.svg" />'
WORKER = '<meta name="service-worker" content="/sw.js" />'
HEAD, SITE = "<!-- head -->", "<!-- site -->"
LINKS, ANSWERS = "<!-- links -->", "<!-- answers -->"
WITHOUT_SCRIPTS = f"<noscript>{NEEDS_SCRIPTS}</noscript>"
NOT_BUILT = "网站前端尚未构建，请在项目目录运行 ./scripts/start。"
_PLACES = (TITLE, DESCRIPTION, ICON, WORKER, HEAD, SITE, LINKS, WITHOUT_SCRIPTS, ANSWERS)
PLACES = re.compile(f"({'|'.join(map(re.escape, _PLACES))})")
ENTRY = "index.html"
SAFE_METHODS = frozenset({"GET", "HEAD"})


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
    """The app's document; its router shows the page, of which `shows` is the module.

    404 for what a visitor does not find. The app is in it all the same: whoever owns a course that
    was withdrawn sees its page.
    """
    answers = page_answers(request, shows, arguments)
    subject = Subject(request.GET.dict(), arguments, answers.answers, answers.is_missing)
    site = current_site.page()
    head = SUBJECTS[shows](subject, site)
    response = _document(site, head, answers)
    if links := _links(f"src/pages/{shows}Page.vue"):
        response["Link"] = links
    return response


@csrf_exempt
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The app's own 404 page, with the status that search engines and monitors need.

    The address of a page with a slash at its end leads to the page.
    """
    address = request.path_info.rstrip("/")
    if request.method in SAFE_METHODS and address != request.path_info and _is_page(address):
        return _moved(request, address)
    return _not_found(request)


def _moved(request: HttpRequest, address: str) -> HttpResponse:
    """For good, with the query: who has sent a link counts its visitors by it."""
    query = request.META.get("QUERY_STRING", "")
    return HttpResponsePermanentRedirect(f"{address}?{query}" if query else address)


def _is_page(address: str) -> bool:
    try:
        return resolve(address).func in {page, search}
    except Resolver404:
        return False


@csrf_exempt
@gzip_page
@cache_control(no_cache=True)
@require_safe
def _not_found(request: HttpRequest) -> HttpResponse:
    return _document(current_site.page(), NOT_FOUND, NOTHING)


@csrf_exempt
@require_safe
def old_course(request: HttpRequest, *, id: str) -> HttpResponse:
    """The address that courses had before."""
    return _moved(request, f"/course/{int(id)}")


@csrf_exempt
@require_safe
def search(request: HttpRequest, **arguments: object) -> HttpResponse:
    """The page of a search; the word was called `wd` before."""
    if "wd" not in request.GET or "word" in request.GET:
        return page(request, **arguments)
    query = request.GET.copy()
    query["word"] = query.pop("wd")[-1]
    return HttpResponsePermanentRedirect(f"/course/search?{query.urlencode()}")


def _document(site: SitePage, head: PageHead, answers: PageAnswers) -> HttpResponse:
    document = Path(settings.WEB_DIST, ENTRY)
    try:
        found = document.stat()
        pieces = _pieces(document, found.st_mtime_ns, found.st_size)
    except FileNotFoundError:
        # What is not found is not found, whether the pages are built or not.
        missing = 404 if head.is_missing else 503
        return HttpResponse(NOT_BUILT, status=missing, content_type="text/plain; charset=utf-8")
    words = write(head, site)
    own = {
        TITLE: f"<title>{words.title}</title>",
        DESCRIPTION: f'content="{words.description}"',
        HEAD: words.tags,
        LINKS: answers.links,
        WITHOUT_SCRIPTS: f"<noscript>{words.body}</noscript>",
        ANSWERS: answers.scripts,
        **_words(site),
    }
    if not settings.SERVICE_WORKER:
        own[WORKER] = ""
    html = "".join(own.get(piece, piece) for piece in pieces)
    return HttpResponse(html, status=404 if head.is_missing else 200)


@lru_cache(maxsize=2)
def _pieces(document: Path, changed_at: int, size: int) -> list[str]:
    """The document, cut before and after what a page puts its own words for."""
    return PLACES.split(document.read_text(encoding="utf-8"))


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
def _words(site: SitePage) -> Mapping[str, str]:
    """What the school puts into each document: its settings and icon.

    The settings come along, so that header and footer are right before anything is fetched.
    """
    data = SiteSerializer(site).data
    words: dict[str, str] = {SITE: json_script(data, "site")}
    if data["favicon"]:
        words[ICON] = f'<link rel="icon" href="{escape(data["favicon"])}" />'
    return words


# The paths of luffy_web/src/router/routes.ts; a test compares the two tables.
urlpatterns = [
    path("", page, {"shows": "home/Home"}),
    path("all-courses", page, {"shows": "course/CourseList", "kind": None}),
    *(
        path(f"{kind.name.lower()}-course", page, {"shows": "course/CourseList", "kind": int(kind)})
        for kind in Course.Kind
    ),
    path("topics", page, {"shows": "home/Topics"}),
    re_path(r"^topic/(?P<slug>[a-z0-9-]+)$", page, {"shows": "home/Topic"}),
    path("course/search", search, {"shows": "search/Search"}),
    path("course/<int:id>", page, {"shows": "course/Course"}),
    re_path(r"^free/detail/(?P<id>[0-9]{1,18})/?$", old_course),
    path("learn/<int:course>", page, {"shows": "course/Learn"}),
    path("learn/<int:course>/<int:section>", page, {"shows": "course/Learn"}),
    path("packages", page, {"shows": "promotion/Packages"}),
    path("package/<int:id>", page, {"shows": "promotion/Package"}),
    re_path(
        r"^certificate/(?P<number>[0-9A-Za-z]{26})$", page, {"shows": "certificate/Certificate"}
    ),
    path("vip", page, {"shows": "promotion/Vip"}),
    path("cart", page, {"shows": "order/Cart"}),
    path("pay/success", page, {"shows": "order/PaySuccess"}),
    re_path(r"^login/callback/(?P<provider>wechat|alipay)$", page, {"shows": "user/LoginCallback"}),
    path("announcements", page, {"shows": "school/SchoolAnnouncements"}),
    path("announcements/<int:id>", page, {"shows": "school/SchoolAnnouncement"}),
    path("help/<int:id>", page, {"shows": "school/SchoolHelp"}),
    re_path(
        r"^agreement/(?P<kind>terms|privacy|refund)(?:/(?P<version>[0-9]+))?$",
        page,
        {"shows": "school/SchoolAgreement"},
    ),
    path("user", page, {"shows": "user/My"}),
    *(
        path(f"user/{name}", page, {"shows": f"user/My{name.capitalize()}"})
        for name in (
            "courses",
            "certificates",
            "favourites",
            "orders",
            "coupons",
            "invoices",
            "messages",
            "profile",
            "questions",
        )
    ),
    path("user/certificates/<int:course>", page, {"shows": "user/MyCertificates"}),
    path("user/orders/<slug:out_trade_no>", page, {"shows": "user/MyOrder"}),
    re_path(r"^(?!api/|admin/|static/|media/|files/|alipay/|wechatpay/).*$", not_found),
]
