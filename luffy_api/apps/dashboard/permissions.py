"""Who may see and change what of a course's outline, by the rights of the back office's forms."""

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from luffy_api.apps.course import teaching
from luffy_api.common.staff_session import is_staff_with

SEEN = ("course", "coursechapter", "coursesection")
# What each action needs besides; the page offers nothing else.
RIGHTS = {
    "add_chapter": "course.add_coursechapter",
    "add_section": "course.add_coursesection",
    "order_chapters": "course.change_coursechapter",
    "order_sections": "course.change_coursesection",
    "rename_chapter": "course.change_coursechapter",
    "rename_section": "course.change_coursesection",
    "remove_chapter": "course.delete_coursechapter",
    "remove_section": "course.delete_coursesection",
}
# Of a video to its section, see `video.permissions`.
UPLOAD = "course.change_coursesection"


def may_see_outline(user: Any) -> bool:
    """Whether the user may look at courses, chapters and sections; who may change them may."""
    return is_staff_with(user) and all(
        user.has_perm(f"course.view_{model}") or user.has_perm(f"course.change_{model}")
        for model in SEEN
    )


def outline_rights(user: Any, *, course_id: int) -> dict[str, bool]:
    """What of RIGHTS the user may do to the course, `upload`, and which pages open.

    `open_forms` are those of chapters and sections, `open_quizzes` those of their questions.
    """
    sees = may_see_outline(user)
    rights = {**RIGHTS, "upload": UPLOAD}
    found = {action: sees and is_staff_with(user, right) for action, right in rights.items()}
    if not all(found.values()) and _teaches(user, teaching.CHANGE_OUTLINE, course_id):
        found = dict.fromkeys(found, True)
    opens = user.has_perm("learning.view_quiz") or user.has_perm("learning.change_quiz")
    # Who does not see the forms is its teacher, whose quizzes have pages of their own.
    opens = opens if sees else found["add_section"]
    return {**found, "open_forms": sees, "open_quizzes": opens}


def _teaches(user: Any, right: str, course_id: int) -> bool:
    """Whether it is a course of their own, and the school lets teachers do it."""
    return is_staff_with(user, teaching.SEE, right) and teaching.teaches(
        user_id=user.pk, course_id=course_id
    )


class MayArrangeOutlines(BasePermission):
    """Staff who may see the outline and have the right to what they ask for, or its teacher."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """By the action of the view."""
        needed = RIGHTS.get(getattr(view, "action", None) or "")
        allowed = is_staff_with(request.user, needed) if needed else True
        if allowed and may_see_outline(request.user):
            return True
        right = teaching.CHANGE_OUTLINE if needed else teaching.SEE
        return _teaches(request.user, right, int(view.kwargs["pk"]))
