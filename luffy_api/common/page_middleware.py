"""Layers that only pages need; requests of the API pass them by.

The API knows a student by a token in a header and reads no cookie: it has no session, no form to
protect, no message to show, and its answers are no documents. Together these layers cost several
times what a bare view does. Only what pages of the back office call has sessions.
"""

import re
from collections.abc import Callable
from typing import Any

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.middleware.csrf import CsrfViewMiddleware
from django.urls import reverse
from django_permissions_policy import PermissionsPolicyMiddleware
from whitenoise.middleware import WhiteNoiseMiddleware

API = "/api/"
# A page that describes the API; it loads scripts, so it needs the policy of a page.
API_PAGES = "/api/v1/docs/"
# What pages of the back office call: it knows staff by the cookie of their session.
STAFF_API = re.compile(
    r"/api/v1/(?:course/(?:upload/|section/\d+/(?:media|subtitles)/|\d+/outline/)|text/)", re.ASCII
)

# Of every answer of the API: whoever opens one as a document gets an empty, dead page.
API_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Frame-Options": "DENY",
}


def is_api(request: HttpRequest) -> bool:
    """Whether it is a request of the API that reads no cookie, and not of a page about it."""
    path = request.path_info
    if not path.startswith(API) or path.startswith(API_PAGES):
        return False
    return STAFF_API.match(path) is None


class ApiHeadersMiddleware:
    """Sets the headers that are the same for every answer of the API."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Hook of Django."""
        response = self.get_response(request)
        if is_api(request):
            for name, value in API_HEADERS.items():
                response.headers[name] = value
        return response


class PagesOnly:
    """Mixed in before a middleware that requests of the API pass by."""

    def __call__(self: Any, request: HttpRequest) -> Any:
        """Hook of Django."""
        if is_api(request):
            return self.get_response(request)
        return super().__call__(request)  # type: ignore[misc]


class PageStaticFilesMiddleware(PagesOnly, WhiteNoiseMiddleware):  # type: ignore[misc]
    """Files of the app and of the back office, without what the build leaves for the server alone.

    `spa` writes the app's document for each page; as it is it would be one more home page.
    """

    def add_file_to_dictionary(self, url: str, path: str, stat_cache: Any = None) -> None:
        """Hook of WhiteNoise, called for each file when the process starts."""
        if url != "/index.html" and not url.startswith("/.vite/"):
            super().add_file_to_dictionary(url, path, stat_cache=stat_cache)


class PagePermissionsPolicyMiddleware(PagesOnly, PermissionsPolicyMiddleware):
    """PERMISSIONS_POLICY."""


class PageSessionMiddleware(PagesOnly, SessionMiddleware):
    """Sessions of the back office."""


class PageAuthenticationMiddleware(PagesOnly, AuthenticationMiddleware):
    """`request.user` of a session."""


class PageMessageMiddleware(PagesOnly, MessageMiddleware):
    """Messages of the back office."""


class PageFrameOptionsMiddleware(PagesOnly, XFrameOptionsMiddleware):
    """X_FRAME_OPTIONS, under a name that simpleui does not remove from MIDDLEWARE."""


class PageCsrfMiddleware(PagesOnly, CsrfViewMiddleware):
    """CSRF tokens of forms. Views of the API are exempt, since they read no cookie."""

    def process_view(
        self, request: HttpRequest, callback: Any, callback_args: Any, callback_kwargs: Any
    ) -> Any:
        """Hook of Django."""
        if is_api(request):
            return None
        return super().process_view(request, callback, callback_args, callback_kwargs)


class PageContentSecurityPolicyMiddleware(PagesOnly, CSPMiddleware):
    """CONTENT_SECURITY_POLICY, with BACK_OFFICE_SCRIPT_SRC as `script-src` below /admin/."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        """Hook of django-csp: the policy of one response."""
        parts = super().get_policy_parts(request, response, report_only)
        if request.path_info.startswith(reverse("admin:index")):
            parts.replace = {"script-src": settings.BACK_OFFICE_SCRIPT_SRC}
        return parts
