"""Endpoints of the API that the back office's pages call, by its session."""

from typing import Any

from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request


class StaffSession(SessionAuthentication):
    """The back office's cookie with its CSRF token. A visitor gets 401, as everywhere."""

    def authenticate_header(self, request: Request) -> str:
        """Without one DRF would answer 403 to visitors."""
        return "Session"


def is_staff_with(user: Any, *rights: str) -> bool:
    """Whether the user works in the back office, and has all of these rights (`app.codename`)."""
    return bool(user and user.is_active and user.is_staff and user.has_perms(rights))
