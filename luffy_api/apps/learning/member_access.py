"""A member who looks into a section of a VIP course opens the course by that."""

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from luffy_api.apps.course import access
from luffy_api.apps.course.access import SectionWithAccess
from luffy_api.apps.course.exceptions import NotEnrolled
from luffy_api.apps.promotion.membership import opened

Result = TypeVar("Result")


def watchable_section(*, section_id: int, user_id: int | None) -> SectionWithAccess:
    """`access.watchable_section`, for whose course a member joins it."""
    return opening_courses(
        partial(access.watchable_section, section_id=section_id, user_id=user_id),
        section_id=section_id,
        user_id=user_id,
    )


def opening_courses(read: Callable[[], Result], *, section_id: int, user_id: int | None) -> Result:
    """What `read` returns of a section, after joining its course where a membership allows it.

    Whoever has the course already pays for no query more. Raises NotEnrolled like `read` where it
    does not.
    """
    try:
        return read()
    except NotEnrolled:
        if user_id is None or not opened.join_by_section(user_id=user_id, section_id=section_id):
            raise
        return read()
