"""Headers that keep a browser from being turned against its user."""

from collections.abc import Callable

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.urls import reverse


class FrameOptionsMiddleware(XFrameOptionsMiddleware):
    """Django's own, under a name that simpleui does not remove from MIDDLEWARE."""


class ContentSecurityPolicyMiddleware(CSPMiddleware):
    """The strict policy everywhere; a looser `script-src` for the back office only."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        """django-csp's hook for changing the policy of one answer."""
        parts = super().get_policy_parts(request, response, report_only)
        if request.path_info.startswith(reverse("admin:index")):
            parts.replace = {"script-src": settings.BACK_OFFICE_SCRIPT_SRC}
        return parts


class PermissionsPolicyMiddleware:
    """No page of the shop needs these devices."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(), payment=()"
        return response
