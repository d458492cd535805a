"""OpenAPI: the back office's session as a security scheme; `apps.py` imports this module."""

from luffy_api.common.schema import ApiKeyScheme


class StaffSessionScheme(ApiKeyScheme):  # type: ignore[no-untyped-call]
    """drf-spectacular's description of StaffSession."""

    target_class = "luffy_api.common.staff_session.StaffSession"
    name = "staff"
    location = "cookie"
    key = "sessionid"
    description = "The back office's session; changes need `X-CSRFToken` too."
