"""OpenAPI: the token header as a security scheme; `apps.py` imports this module."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """drf-spectacular's description of TokenAuthentication."""

    target_class = "luffy_api.apps.user.authentication.TokenAuthentication"
    name = "jwt"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        """An API key in a header, since `jwt` is no registered HTTP authentication scheme."""
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`jwt <token>`",
        }
