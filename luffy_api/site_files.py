"""Small files at the root of the site that browsers and crawlers ask for by their names."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    JsonResponse,
)
from django.http.response import HttpResponseBase
from django.urls import path
from django.utils.cache import get_conditional_response
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from luffy_api import sitemaps
from luffy_api.apps.school import icons
from luffy_api.apps.school.current_site import current_site

# What nobody finds by a search engine. The other addresses of the API are read by pages.
DISALLOWED = (
    *("/admin/", "/user/", "/pay/", "/files/"),
    *("/api/v1/user/", "/api/v1/order/", "/api/v1/docs/", "/api/v1/schema/"),
)
# As --paper and --accent in luffy_web/src/styles/tokens.css.
PAPER = "#faf7f2"
# In WEB_DIST.
WORKER, NO_WORKER = "service-worker.js", "no-service-worker.js"
# Seconds.
HOUR = 3600
# A name below an icon has room for so many characters.
SHORT_NAME = 12


@csrf_exempt
@cache_control(public=True, max_age=HOUR)
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What crawlers may read (RFC 9309), and where all addresses stand."""
    lines = [
        "User-agent: *",
        *(f"Disallow: {each}" for each in DISALLOWED),
        "",
        f"Sitemap: {settings.PUBLIC_URL}/sitemap.xml",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@csrf_exempt
@cache_control(public=True, max_age=HOUR)
@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """What a phone needs to put the shop on its home screen (Web App Manifest)."""
    site = current_site.page().settings
    content: dict[str, Any] = {
        "id": "/",
        "name": site.name,
        "short_name": site.name[:SHORT_NAME],
        "lang": "zh-CN",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": PAPER,
        "theme_color": PAPER,
        "icons": [
            {"src": f"/icons/{size}.png", "sizes": f"{size}x{size}", "type": "image/png"}
            for size in (192, 512)
        ],
    }
    if site.description:
        content["description"] = site.description
    return JsonResponse(
        content,
        content_type="application/manifest+json",
        json_dumps_params={"ensure_ascii": False},
    )


@csrf_exempt
@require_safe
def icon(request: HttpRequest, *, size: int) -> HttpResponseBase:
    """The school's icon in one of its sizes."""
    if size not in icons.SIZES:
        raise Http404
    found = icons.icon(size)
    response = get_conditional_response(request, etag=found.etag)
    if response is None:
        response = HttpResponse(found.png, content_type="image/png")
    response["ETag"] = found.etag
    response["Cache-Control"] = f"public, max-age={HOUR}"
    return response


@csrf_exempt
@cache_control(no_cache=True)
@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """The app's service worker, or one that takes it away (SERVICE_WORKER)."""
    name = WORKER if settings.SERVICE_WORKER else NO_WORKER
    try:
        script = Path(settings.WEB_DIST, name).read_bytes()
    except FileNotFoundError:
        raise Http404 from None
    return HttpResponse(script, content_type="text/javascript; charset=utf-8")


@csrf_exempt
@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """What browsers ask for by themselves in the back office and at the cashier."""
    own = current_site.page().settings.favicon
    return HttpResponseRedirect(own.url if own else "/favicon.svg")


urlpatterns = [
    path("robots.txt", robots),
    path("site.webmanifest", manifest),
    path("sw.js", service_worker),
    path("icons/<int:size>.png", icon),
    path("favicon.ico", favicon),
    path("sitemap.xml", sitemaps.index),
    path("sitemap-pages.xml", sitemaps.pages),
    path("sitemap-courses-<int:part>.xml", sitemaps.courses),
]
