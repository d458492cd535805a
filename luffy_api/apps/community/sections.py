"""Which sections a student learns: there they ask, answer and write notes."""

from functools import partial

from luffy_api.apps.community.exceptions import NoTimeMark
from luffy_api.apps.course.access import SectionWithAccess, WatchableSections
from luffy_api.apps.course.exceptions import NotEnrolled, SectionNotFound
from luffy_api.apps.course.models import CourseSection
from luffy_api.apps.promotion.membership import member_access

_SECTIONS = WatchableSections(
    lambda sections: sections.select_related("chapter").only(
        "name", "section_type", "free_trail", "duration", "chapter__course"
    )
)


def learnable(*, section_id: int, user_id: int | None) -> SectionWithAccess:
    """The section with its chapter, for who may learn it as it is played. One query.

    A member opens a course of the type VIP by it. Raises SectionNotFound, AuthenticationRequired,
    NotEnrolled.
    """
    return member_access.opening_section(
        partial(_SECTIONS.get, section_id=section_id, user_id=user_id),
        section_id=section_id,
        user_id=user_id,
    )


def is_open(*, section_id: int, user_id: int) -> bool:
    """Whether this user could learn the section as things are now; opens nothing. One query."""
    try:
        _SECTIONS.get(section_id=section_id, user_id=user_id)
    except (SectionNotFound, NotEnrolled):
        return False
    return True


def time_mark(section: CourseSection, position: int | None) -> int | None:
    """The second of the section's video, not beyond its end where that is known.

    Raises NoTimeMark for a section that has no video.
    """
    if position is None:
        return None
    if section.section_type != CourseSection.SectionType.VIDEO:
        raise NoTimeMark
    return min(position, section.duration) if section.duration else position
