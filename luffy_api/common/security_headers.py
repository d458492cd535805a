"""Security headers where Django's or a library's middleware needs an adjustment."""

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.urls import reverse


class FrameOptionsMiddleware(XFrameOptionsMiddleware):
    """Django's middleware under a name that simpleui does not remove from MIDDLEWARE."""


class ContentSecurityPolicyMiddleware(CSPMiddleware):
    """CONTENT_SECURITY_POLICY, with BACK_OFFICE_SCRIPT_SRC as `script-src` below /admin/."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        """Hook of django-csp: the policy of one response."""
        parts = super().get_policy_parts(request, response, report_only)
        if request.path_info.startswith(reverse("admin:index")):
            parts.replace = {"script-src": settings.BACK_OFFICE_SCRIPT_SRC}
        return parts
