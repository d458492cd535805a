"""Which sections a student learns: there they ask, answer and write notes."""

from luffy_api.apps.community.exceptions import NoTimeMark
from luffy_api.apps.course.access import SectionWithAccess, WatchableSections
from luffy_api.apps.course.models import CourseSection

_SECTIONS = WatchableSections(
    lambda sections: sections.select_related("chapter").only(
        "name", "section_type", "free_trail", "chapter__course"
    )
)


def learnable(*, section_id: int, user_id: int | None) -> SectionWithAccess:
    """The section with its chapter, for who may learn it as it is played. One query.

    Raises SectionNotFound, AuthenticationRequired, NotEnrolled.
    """
    return _SECTIONS.get(section_id=section_id, user_id=user_id)


def check_position(section: CourseSection, position: int | None) -> None:
    """Raises NoTimeMark for a second of a section that has no video."""
    if position is not None and section.section_type != CourseSection.SectionType.VIDEO:
        raise NoTimeMark
