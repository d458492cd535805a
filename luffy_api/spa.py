"""The single-page app: one document for all of its paths, and a true 404 for every other one."""

from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import path, re_path
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import conditional_page, require_safe
from django.views.generic import RedirectView

NOT_BUILT = "网站前端尚未构建，请在项目目录运行 ./scripts/start。"


# Asked for at every visit, but kept: `no-store` would make browsers load a page anew for 返回. The
# document holds nothing secret and nothing of the request, so it may be compressed.
@csrf_exempt
@gzip_page
@conditional_page
@cache_control(no_cache=True)
@require_safe
def page(request: HttpRequest, **kwargs: object) -> HttpResponse:
    """The app's document; its router shows the page."""
    return _document(status=200)


@csrf_exempt
@gzip_page
@cache_control(no_cache=True)
@require_safe
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The app's own 404 page, with the status that search engines and monitors need."""
    return _document(status=404)


def _document(status: int) -> HttpResponse:
    try:
        html = Path(settings.WEB_DIST, "index.html").read_bytes()
    except FileNotFoundError:
        # What is not found is not found, whether the pages are built or not.
        missing = 503 if status == 200 else status
        return HttpResponse(NOT_BUILT, status=missing, content_type="text/plain; charset=utf-8")
    return HttpResponse(html, status=status)


# The paths of luffy_web/src/router/routes.ts; a test compares the two tables.
urlpatterns = [
    path("", page),
    *(path(f"{kind}-course", page) for kind in ("free", "actual", "light")),
    path("course/search", page),
    path("course/<int:id>", page),
    path("learn/<int:course>", page),
    path("learn/<int:course>/<int:section>", page),
    path("pay/success", page),
    *(path(f"user/{name}", page) for name in ("courses", "orders", "invoices", "profile")),
    path("user/orders/<slug:out_trade_no>", page),
    # What browsers ask for by themselves in the back office and at the cashier.
    path("favicon.ico", RedirectView.as_view(url="/favicon.svg")),
    re_path(r"^(?!api/|admin/|static/|media/|files/|alipay/|wechatpay/).*$", not_found),
]
