"""Documents and exercises: Markdown of the back office as HTML that is safe to show."""

from dataclasses import dataclass

from luffy_api.apps.course import access
from luffy_api.apps.course.models import CourseSection
from luffy_api.apps.learning.exceptions import NotPlayable
from luffy_api.libs.markdown import document_to_html


@dataclass(frozen=True)
class Content:
    """Safe HTML; `answer_html` is blank when there is none, and shown only when asked for."""

    section_type: int
    html: str
    answer_html: str


def read(*, section_id: int, user_id: int | None) -> Content:
    """The text of a document or an exercise, for who may watch the section.

    Raises SectionNotFound, AuthenticationRequired, NotEnrolled, NotPlayable.
    """
    section = access.watchable_section(section_id=section_id, user_id=user_id)
    if section.section_type == CourseSection.SectionType.VIDEO or not section.content.strip():
        raise NotPlayable
    exercise = section.section_type == CourseSection.SectionType.EXERCISE
    answer = section.answer if exercise else ""
    return Content(
        section.section_type,
        document_to_html(section.content, part="text"),
        document_to_html(answer, part="answer"),
    )
