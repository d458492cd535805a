"""Who may upload videos: staff of the back office, by its session and not by a student's token."""

from rest_framework.authentication import SessionAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

RIGHT = "course.change_coursesection"


class StaffSession(SessionAuthentication):
    """The back office's cookie with its CSRF token. A visitor gets 401, as everywhere."""

    def authenticate_header(self, request: Request) -> str:
        """Without one DRF would answer 403 to visitors."""
        return "Session"


class MayChangeSections(BasePermission):
    """The right that the back office's own form asks for."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Staff with the right to change sections."""
        user = request.user
        return bool(user and user.is_active and user.is_staff and user.has_perm(RIGHT))
