"""The back office's session in the OpenAPI document; `apps.py` loads this module."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema


class StaffSessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The cookie in the OpenAPI document."""

    target_class = "luffy_api.apps.video.permissions.StaffSession"
    name = "staff"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        """Changes need the CSRF token in a header as well."""
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": "sessionid",
            "description": "The back office's session; changes need `X-CSRFToken` too.",
        }
