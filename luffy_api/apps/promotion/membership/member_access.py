"""Access for who learns a course or its sections; a member opens a VIP course by learning it.

Whatever is for who has a course asks here, and not `course.access`, unless it is nothing that one
learns with. Whoever has the course already pays for no query more.
"""

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from luffy_api.apps.course import access
from luffy_api.apps.course.access import SectionWithAccess
from luffy_api.apps.course.exceptions import NotEnrolled
from luffy_api.apps.course.models import Course
from luffy_api.apps.promotion.membership import opened

Result = TypeVar("Result")


def watchable_section(*, section_id: int, user_id: int | None) -> SectionWithAccess:
    """`access.watchable_section`, for whose course a member joins it."""
    return opening_section(
        partial(access.watchable_section, section_id=section_id, user_id=user_id),
        section_id=section_id,
        user_id=user_id,
    )


def owned_course(*, course_id: int, user_id: int | None) -> Course:
    """`access.owned_course`, which a member joins."""
    return opening_course(
        partial(access.owned_course, course_id=course_id, user_id=user_id),
        course_id=course_id,
        user_id=user_id,
    )


def require_enrollment(*, course_id: int, user_id: int) -> None:
    """`access.require_enrollment`, whose course a member joins."""
    opening_course(
        partial(access.require_enrollment, course_id=course_id, user_id=user_id),
        course_id=course_id,
        user_id=user_id,
    )


def opening_section(read: Callable[[], Result], *, section_id: int, user_id: int | None) -> Result:
    """What `read` returns of a section, after joining its course where a membership allows it.

    Raises NotEnrolled like `read` where it does not.
    """
    return _opening(read, partial(opened.join_by_section, section_id=section_id), user_id)


def opening_course(read: Callable[[], Result], *, course_id: int, user_id: int | None) -> Result:
    """The same of a course."""
    return _opening(read, partial(opened.join_if_member, course_id=course_id), user_id)


def _opening(read: Callable[[], Result], join: Callable[..., bool], user_id: int | None) -> Result:
    try:
        return read()
    except NotEnrolled:
        if user_id is None or not join(user_id=user_id):
            raise
        return read()
