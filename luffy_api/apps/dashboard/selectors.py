"""Reads of the back office's own pages."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper

from luffy_api.apps.course.exceptions import CourseNotFound, SectionNotFound
from luffy_api.apps.course.models import (
    Course,
    CourseChapter,
    CourseSection,
    CourseSectionQuerySet,
)
from luffy_api.apps.course.models.outline import has_matter
from luffy_api.apps.video import selectors as video_selectors
from luffy_api.apps.video.selectors import SectionMedia


@dataclass(frozen=True)
class SectionLine:
    """A section with its video's state; `has_text` of a document, an exercise or a quiz."""

    section: CourseSection
    media: SectionMedia
    has_text: bool


@dataclass(frozen=True)
class ChapterLine:
    """A chapter with its sections in their order."""

    chapter: CourseChapter
    sections: list[SectionLine] = field(default_factory=list)


def outline(*, course_id: int) -> list[ChapterLine]:
    """Everything of a course that is not deleted, shown or hidden, in order.

    Three queries. Raises CourseNotFound.
    """
    if not Course.objects.not_deleted().filter(pk=course_id).exists():
        raise CourseNotFound
    chapters = CourseChapter.objects.not_deleted().filter(course_id=course_id)
    lines = {row.pk: ChapterLine(row) for row in chapters.order_by("chapter", "id")}
    for row in _sections(course_id).order_by("orders", "id"):
        # One whose chapter was added between the two queries.
        if line := lines.get(row.chapter_id):
            line.sections.append(_line(row))
    return list(lines.values())


def outline_section(*, course_id: int, section_id: int) -> SectionLine:
    """One section of it. One query. Raises SectionNotFound."""
    row = _sections(course_id).filter(pk=section_id).first()
    if row is None:
        raise SectionNotFound
    return _line(row)


def media_of(*, course_id: int, section_ids: Collection[int]) -> list[SectionMedia]:
    """The states of videos of a course; sections that are not there any more are left out.

    One query.
    """
    rows = _living(course_id).filter(pk__in=section_ids).only("is_playable", "duration")
    return [video_selectors.media(row) for row in video_selectors.with_media(rows)]


def numbers_of_chapters(*, course_id: int) -> list[CourseChapter]:
    """The chapters in order, with id and number. One query."""
    rows = CourseChapter.objects.not_deleted().filter(course_id=course_id)
    return list(rows.only("chapter").order_by("chapter", "id"))


def _living(course_id: int) -> CourseSectionQuerySet:
    return CourseSection.objects.not_deleted().filter(
        chapter__course_id=course_id, chapter__is_delete=False
    )


def _sections(course_id: int) -> CourseSectionQuerySet:
    has_text = ExpressionWrapper(has_matter(), output_field=BooleanField())
    rows = _living(course_id).annotate(has_text=has_text).defer("content", "answer")
    return video_selectors.with_media(rows)


def _line(section: CourseSection) -> SectionLine:
    row: Any = section
    return SectionLine(section, video_selectors.media(section), bool(row.has_text))
