"""OpenAPI: the token header as a security scheme; `apps.py` imports this module."""

from luffy_api.common.schema import ApiKeyScheme


class TokenScheme(ApiKeyScheme):  # type: ignore[no-untyped-call]
    """drf-spectacular's description of TokenAuthentication."""

    target_class = "luffy_api.apps.user.authentication.TokenAuthentication"
    name = "jwt"
    location = "header"
    key = "Authorization"
    description = "`jwt <token>`"
