"""Documents and exercises: texts of the back office as HTML that is safe to show."""

from dataclasses import dataclass, replace

from luffy_api.apps.course import access
from luffy_api.apps.course.models import CourseSection
from luffy_api.apps.learning import answers, progress
from luffy_api.apps.learning.exceptions import NotPlayable
from luffy_api.apps.promotion.membership import member_access
from luffy_api.libs.markdown import document_to_html
from luffy_api.libs.rich_text.formats import TextFormat, to_html


@dataclass(frozen=True)
class Content:
    """Safe HTML; `answer_html` is blank when there is none, and shown only when asked for.

    `own_answer` is the student's own to an exercise, plain text, blank when there is none.
    """

    section_type: int
    html: str
    answer_html: str
    own_answer: str = ""


def read(*, section_id: int, user_id: int | None) -> Content:
    """The text of a document or an exercise, for who may watch the section.

    Whoever has the course goes on from here; a member opens one of the type VIP by it. Raises
    SectionNotFound, AuthenticationRequired, NotEnrolled, NotPlayable.
    """
    section = member_access.watchable_section(section_id=section_id, user_id=user_id)
    content = _content(section)
    if user_id is None or not section.owned:
        return content
    progress.start(user_id=user_id, section_id=section_id)
    if content.section_type != CourseSection.SectionType.EXERCISE:
        return content
    own = answers.answer_of(user_id=user_id, section_id=section_id)
    return replace(content, own_answer=own)


def read_in_preview(*, section_id: int, course_id: int) -> Content:
    """The same for who holds a preview link of the course, which the caller has checked."""
    sections = access.WHOLE_SECTIONS
    return _content(sections.get_in_preview(section_id=section_id, course_id=course_id))


def _content(section: CourseSection) -> Content:
    kinds = CourseSection.SectionType
    if section.section_type in {kinds.VIDEO, kinds.QUIZ} or not section.content:
        raise NotPlayable
    exercise = section.section_type == kinds.EXERCISE
    answer = section.answer if exercise else ""
    return Content(
        section.section_type,
        shown(section.content, section.content_format, part="text"),
        shown(answer, section.content_format, part="answer"),
    )


def shown(text: str, text_format: str, *, part: str) -> str:
    """A text of a lesson as safe HTML; Markdown of lessons has more than that of other texts."""
    if text_format == TextFormat.MARKDOWN:
        return document_to_html(text, part=part)
    return to_html(text, text_format=text_format)
