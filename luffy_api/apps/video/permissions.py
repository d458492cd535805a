"""Who may upload videos: staff of the back office, by its session and not by a student's token."""

from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from luffy_api.common.staff_session import is_staff_with

RIGHT = "course.change_coursesection"


class MayChangeSections(BasePermission):
    """The right that the back office's own form asks for."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Staff with the right to change sections."""
        return is_staff_with(request.user, RIGHT)
