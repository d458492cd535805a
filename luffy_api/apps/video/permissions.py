"""Who may upload videos: staff of the back office, by its session and not by a student's token."""

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from luffy_api.apps.course import teaching
from luffy_api.apps.course.exceptions import SectionNotFound
from luffy_api.common.staff_session import is_staff_with

RIGHT = "course.change_coursesection"


class MayChangeSections(BasePermission):
    """The right that the back office's own form asks for, or that of teachers (`require_own`)."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Staff with the right to change sections, at least those of their own courses."""
        own = teaching.SEE, teaching.CHANGE_OUTLINE
        return is_staff_with(request.user, RIGHT) or is_staff_with(request.user, *own)


def require_own(user: Any, *, section_id: int) -> None:
    """Raise SectionNotFound for a section of others, unless the user may change any. Who has one of
    the rights of MayChangeSections is meant."""
    if is_staff_with(user, RIGHT):
        return
    if not teaching.teaches_section(user_id=user.pk, section_id=section_id):
        raise SectionNotFound
