"""Every address of the site."""

from typing import Any

from django.apps import apps
from django.contrib import admin
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import include, path, re_path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from luffy_api import file_shortcuts, spa
from luffy_api.apps.dashboard.admin.handbook import handbook
from luffy_api.apps.monitoring.views import ready, show_metrics
from luffy_api.apps.user.admin_passwords import admin_login, admin_password_change
from luffy_api.common import error_views, health

api: list[Any] = [
    path("home/", include("luffy_api.apps.home.urls")),
    path("home/", include("luffy_api.apps.school.urls")),
    path("course/search/", include("luffy_api.apps.search.urls")),
    path("course/", include("luffy_api.apps.course.urls")),
    path("course/", include("luffy_api.apps.learning.urls")),
    path("course/", include("luffy_api.apps.video.urls")),
    path("course/", include("luffy_api.apps.dashboard.urls")),
    path("text/", include("luffy_api.apps.texts.urls")),
    path("user/", include("luffy_api.apps.user.urls")),
    path("inbox/", include("luffy_api.apps.inbox.urls")),
    path("community/", include("luffy_api.apps.community.urls")),
    path("promotion/", include("luffy_api.apps.promotion.urls")),
    path("order/", include("luffy_api.apps.order.urls")),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="schema")),
    re_path(r"", error_views.api_not_found),
]

urlpatterns: list[Any] = [
    path("healthz", health.alive),
    path("readyz", ready),
    path("metrics", show_metrics),
    path("api/v1/", include(api)),
    re_path(r"^api/", error_views.api_not_found),
    # As people type it.
    path("admin", RedirectView.as_view(url="/admin/")),
    path("admin/login/", admin_login),
    path("admin/password_change/", admin.site.admin_view(admin_password_change, cacheable=True)),
    path("admin/handbook/", admin.site.admin_view(handbook), name="handbook"),
    path("admin/", admin.site.urls),
    path("", include("luffy_api.libs.storage.urls")),
    path("", include("luffy_api.site_files")),
]
if apps.is_installed("luffy_api.apps.alipay_sandbox"):
    urlpatterns.append(path("alipay/", include("luffy_api.apps.alipay_sandbox.urls")))
if apps.is_installed("luffy_api.apps.wechatpay_sandbox"):
    urlpatterns.append(path("wechatpay/", include("luffy_api.apps.wechatpay_sandbox.urls")))
urlpatterns.append(path("", include("luffy_api.spa")))


file_shortcuts.register()


def not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """The envelope below /api/, the app's 404 page elsewhere."""
    if request.path_info.startswith("/api/"):
        return error_views.api_not_found(request)
    return spa.not_found(request, exception)


handler400 = error_views.bad_request
handler403 = error_views.forbidden
handler404 = not_found
handler500 = error_views.server_error

admin.site.index_title = "管理后台"
