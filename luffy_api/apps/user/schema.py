"""The token header in the OpenAPI document; `apps.py` loads this module."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The header in the OpenAPI document."""

    target_class = "luffy_api.apps.user.authentication.TokenAuthentication"
    name = "jwt"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        """An API key in a header: the scheme word is not a registered one."""
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`jwt <token>`",
        }
