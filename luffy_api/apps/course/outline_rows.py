"""One chapter or section on the page of its course: its name, and its end.

Whoever changes one says what the page showed; see `outline`.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from luffy_api.apps.course import on_sale, services
from luffy_api.apps.course.exceptions import ChapterNotFound, OutlineChanged, SectionNotFound
from luffy_api.apps.course.locks import lock_chapters, lock_sections
from luffy_api.apps.course.models import CourseChapter, CourseSection
from luffy_api.common import audit_log
from luffy_api.common.admin import soft_delete
from luffy_api.common.edit_conflicts.authors import entries_since, name_author
from luffy_api.common.transactions import retry_deadlocks

Row = CourseChapter | CourseSection


@retry_deadlocks
@transaction.atomic
def rename_chapter(
    *, course_id: int, chapter_id: int, name: str, was: str, user_id: int, read_at: datetime
) -> None:
    """Give a chapter another name. Raises ChapterNotFound, OutlineChanged."""
    chapter = _chapter(course_id, chapter_id)
    _rename(chapter, name, was, "章节标题", user_id, read_at)


@retry_deadlocks
@transaction.atomic
def rename_section(
    *, course_id: int, section_id: int, name: str, was: str, user_id: int, read_at: datetime
) -> None:
    """Give a section another name. Raises SectionNotFound, OutlineChanged."""
    section = _section(course_id, section_id)
    _rename(section, name, was, "课时标题", user_id, read_at)


@retry_deadlocks
@transaction.atomic
def remove_chapter(
    *,
    course_id: int,
    chapter_id: int,
    was: str,
    sections: Sequence[int],
    user_id: int,
    read_at: datetime,
) -> str:
    """Delete a chapter that has these sections, in any order; they go with it.

    Return what the course on sale lacks then, "" for nothing. Raises ChapterNotFound and
    OutlineChanged.
    """
    chapter = _chapter(course_id, chapter_id)
    stored = lock_sections([chapter_id])
    if chapter.name != was or {row.pk for row in stored} != set(sections):
        raise OutlineChanged(name_author(entries_since([chapter, *stored[:50]], read_at)))
    return _remove(chapter, course_id, user_id)


@retry_deadlocks
@transaction.atomic
def remove_section(
    *, course_id: int, section_id: int, was: str, user_id: int, read_at: datetime
) -> str:
    """Delete a section; return as `remove_chapter`. Raises SectionNotFound, OutlineChanged."""
    section = _section(course_id, section_id)
    _compare(section, was, "课时标题", read_at)
    return _remove(section, course_id, user_id)


def _rename(row: Row, name: str, was: str, label: str, user_id: int, read_at: datetime) -> None:
    if row.name == name:
        return
    _compare(row, was, label, read_at)
    row.name = name
    row.save(update_fields=["name", "updated_time"])
    audit_log.log_change(row, user_id=user_id, message=f"{label}：{was} → {name}")


def _compare(row: Row, was: str, label: str, read_at: datetime) -> None:
    if row.name != was:
        raise OutlineChanged(name_author(entries_since([row], read_at), label))


def _remove(row: Row, course_id: int, user_id: int) -> str:
    """What the course on sale lacks then, in Chinese; "" for nothing."""
    soft_delete(row)
    services.recount_sections(course_id)
    audit_log.log_deletion(row, user_id=user_id, message="在课程页删除")
    return "；".join(on_sale.empty_on_sale([course_id]))


def _chapter(course_id: int, chapter_id: int) -> CourseChapter:
    found = lock_chapters(course_id, [chapter_id])
    if not found:
        raise ChapterNotFound
    return found[0]


def _section(course_id: int, section_id: int) -> CourseSection:
    """Locked, with all sections of its chapter."""
    sections = CourseSection.objects.not_deleted().filter(chapter__course_id=course_id)
    chapter_id = sections.filter(pk=section_id).values_list("chapter_id", flat=True).first()
    if chapter_id is None or not lock_chapters(course_id, [chapter_id]):
        raise SectionNotFound
    found = next((row for row in lock_sections([chapter_id]) if row.pk == section_id), None)
    if found is None:
        raise SectionNotFound
    return found
