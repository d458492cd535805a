"""The outline of a course as staff arrange it: new chapters and sections, and their order.

Whoever sends an order says which one the page showed. Where the stored one is another by then,
nothing is written and OutlineChanged says who has changed it: of two people who drag at the same
moment one is told. An order that is stored already is no conflict, so a request may be repeated.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.db import transaction
from django.db.models import Max, Model

from luffy_api.apps.course import bulk_writes, services
from luffy_api.apps.course.exceptions import (
    ChapterNotFound,
    CourseNotFound,
    OutlineChanged,
    OutlineInvalid,
)
from luffy_api.apps.course.locks import lock_chapters, lock_courses, lock_sections
from luffy_api.apps.course.models import CatalogueEvent, Course, CourseChapter, CourseSection
from luffy_api.common import audit_log
from luffy_api.common.edit_conflicts.authors import entries_since, name_author
from luffy_api.common.edit_conflicts.wording import EMPTY
from luffy_api.common.transactions import retry_deadlocks

# What the columns take on every database.
MAX_CHAPTER = 2**15 - 1
MAX_ORDERS = 2**31 - 1
# Rows whose log is read to say who has changed the outline.
MAX_ASKED = 50
# Sections that the log names when their order changes.
MAX_TOLD = 5


@dataclass(frozen=True)
class Order:
    """Ids in the order that the page showed (`seen`), and in the one that they are to have."""

    seen: Sequence[int]
    wanted: Sequence[int]


@retry_deadlocks
@transaction.atomic
def add_chapter(*, course_id: int, name: str, user_id: int) -> CourseChapter:
    """Add a chapter behind the last one. Raises CourseNotFound."""
    lock_courses([course_id])
    _course(course_id)
    others = CourseChapter.objects.not_deleted().filter(course_id=course_id)
    last = others.aggregate(last=Max("chapter"))["last"] or 0
    chapter = CourseChapter(course_id=course_id, chapter=min(last + 1, MAX_CHAPTER), name=name)
    chapter.save()
    audit_log.log_addition(chapter, user_id=user_id, message="在课程页新建")
    return chapter


@retry_deadlocks
@transaction.atomic
def add_section(
    *, course_id: int, chapter_id: int, name: str, section_type: int, user_id: int
) -> CourseSection:
    """Add a section behind the last one of a chapter. Raises CourseNotFound, ChapterNotFound."""
    _course(course_id)
    if not lock_chapters(course_id, [chapter_id]):
        raise ChapterNotFound
    others = CourseSection.objects.not_deleted().filter(chapter_id=chapter_id)
    last = others.aggregate(last=Max("orders"))["last"] or 0
    section = CourseSection(
        chapter_id=chapter_id,
        name=name,
        section_type=section_type,
        orders=min(last + 1, MAX_ORDERS),
    )
    section.save()
    services.recount_sections(course_id)
    audit_log.log_addition(section, user_id=user_id, message="在课程页新建")
    return section


@retry_deadlocks
@transaction.atomic
def order_chapters(*, course_id: int, order: Order, user_id: int, read_at: datetime) -> None:
    """Bring all chapters of a course into an order; their numbers follow it.

    Raises CourseNotFound, OutlineInvalid, and OutlineChanged with who has changed them since the
    page read them.
    """
    course = _course(course_id)
    _check_ids(order.seen, order.wanted)
    chapters = {row.pk: row for row in lock_chapters(course_id)}
    stored = sorted(chapters.values(), key=lambda row: (row.chapter, row.pk))
    shown = [row.pk for row in stored]
    if shown == list(order.wanted):
        return
    if shown != list(order.seen):
        known = CourseChapter.objects.filter(course_id=course_id, pk__in=order.seen)
        _refuse_strangers(known.count(), order.seen, "有章节不属于该课程")
        raise OutlineChanged(_author(read_at, [course, *stored], known))
    numbers = _numbers([row.chapter for row in stored], len(stored))
    entries: list[tuple[Model, bool, str]] = [(course, False, "调整了章节的顺序")]
    changed = []
    for pk, number in zip(order.wanted, numbers, strict=True):
        row = chapters[pk]
        if row.chapter != number:
            entries.append((row, False, f"第几章：{row.chapter} → {number}"))
            row.chapter = number
            changed.append(row)
    if changed:
        bulk_writes.update(changed, {"chapter"}, _subjects(course_id))
        audit_log.log_rows(entries, user_id=user_id)


@retry_deadlocks
@transaction.atomic
def order_sections(
    *, course_id: int, orders: dict[int, Order], user_id: int, read_at: datetime
) -> None:
    """Bring the sections of chapters, by the chapters' ids, into an order; they may change places.

    Every section of these chapters is in one of them before and after. Raises as `order_chapters`,
    and ChapterNotFound.
    """
    course = _course(course_id)
    seen = [pk for order in orders.values() for pk in order.seen]
    _check_ids(seen, [pk for order in orders.values() for pk in order.wanted])
    chapters = {row.pk: row for row in lock_chapters(course_id, orders)}
    if len(chapters) != len(orders):
        raise ChapterNotFound
    sections = {row.pk: row for row in lock_sections(orders)}
    stored = _by_chapter(orders, sections.values())
    shown = {pk: [row.pk for row in rows] for pk, rows in stored.items()}
    if shown == {pk: list(order.wanted) for pk, order in orders.items()}:
        return
    if shown != {pk: list(order.seen) for pk, order in orders.items()}:
        known = CourseSection.objects.filter(chapter__course_id=course_id, pk__in=seen)
        _refuse_strangers(known.count(), seen, "有课时不属于该课程")
        gone = known.exclude(pk__in=sections)
        new = [row for pk, row in sections.items() if pk not in seen]
        raise OutlineChanged(_author(read_at, [course, *chapters.values()], [*gone, *new]))
    changed, entries = _arrange(chapters, sections, stored, orders)
    if changed:
        bulk_writes.update(changed, {"chapter", "orders"}, _subjects(course_id))
        services.recount_sections(course_id)
        audit_log.log_rows(entries, user_id=user_id)


def _arrange(
    chapters: dict[int, CourseChapter],
    sections: dict[int, CourseSection],
    stored: dict[int, list[CourseSection]],
    orders: dict[int, Order],
) -> tuple[list[CourseSection], list[tuple[Model, bool, str]]]:
    """Put chapter and rank into the sections; those that changed, and what the log says."""
    changed: list[CourseSection] = []
    entries: list[tuple[Model, bool, str]] = []
    for chapter_id, order in orders.items():
        ranks = _numbers([row.orders for row in stored[chapter_id]], len(order.wanted), first=1)
        touched = list(order.wanted) != list(order.seen)
        for pk, rank in zip(order.wanted, ranks, strict=True):
            row = sections[pk]
            if row.chapter_id != chapter_id:
                told = f"从「{chapters[row.chapter_id]}」移到「{chapters[chapter_id]}」"
                entries.append((row, False, told))
            if touched and (row.chapter_id, row.orders) != (chapter_id, rank):
                row.chapter_id, row.orders = chapter_id, rank
                changed.append(row)
        if touched:
            told = f"调整了课时的排序：{_moved(stored[chapter_id], order, sections)}"
            entries.append((chapters[chapter_id], False, told))
    return changed, entries


def _moved(
    stored: Sequence[CourseSection], order: Order, sections: dict[int, CourseSection]
) -> str:
    """The names before and after, from the first to the last place where they differ."""
    before, after = list(stored), [sections[pk] for pk in order.wanted]
    while before and after and before[0] == after[0]:
        del before[0], after[0]
    while before and after and before[-1] == after[-1]:
        del before[-1], after[-1]
    return f"{_names(before)} → {_names(after)}"


def _names(rows: Sequence[CourseSection]) -> str:
    told = "、".join(f"「{row.name}」" for row in rows[:MAX_TOLD])
    rest = f" 等 {len(rows)} 节" if len(rows) > MAX_TOLD else ""
    return f"{told}{rest}" or EMPTY


def _course(course_id: int) -> Course:
    course = Course.objects.not_deleted().filter(pk=course_id).first()
    if course is None:
        raise CourseNotFound
    return course


def _by_chapter(
    chapter_ids: Iterable[int], sections: Iterable[CourseSection]
) -> dict[int, list[CourseSection]]:
    """The sections of each chapter as they are shown."""
    found: dict[int, list[CourseSection]] = {pk: [] for pk in chapter_ids}
    for row in sorted(sections, key=lambda row: (row.orders, row.pk)):
        found[row.chapter_id].append(row)
    return found


def _check_ids(seen: Sequence[int], wanted: Sequence[int]) -> None:
    if len(set(seen)) != len(seen) or len(set(wanted)) != len(wanted):
        raise OutlineInvalid("同一项在顺序中出现了两次，请刷新页面后再试")
    if set(seen) != set(wanted):
        raise OutlineInvalid("顺序中缺少或多出了内容，请刷新页面后再试")


def _refuse_strangers(known: int, seen: Sequence[int], message: str) -> None:
    if known != len(seen):
        raise OutlineInvalid(message)


def _numbers(stored: list[int], count: int, first: int | None = None) -> list[int]:
    """Rising numbers for `count` rows: those that are there, if they are that many and differ.

    Else from `first`, by default from the lowest that is there.
    """
    if len(stored) == count and len(set(stored)) == count:
        return sorted(stored)
    start = first if first is not None else min(stored[0], MAX_CHAPTER + 1 - count)
    return list(range(start, start + count))


def _author(read_at: datetime, rows: Iterable[Model], others: Iterable[Model]) -> str:
    asked = [*islice(rows, MAX_ASKED), *islice(others, MAX_ASKED)]
    return name_author(entries_since(asked, read_at))


def _subjects(course_id: int) -> set[tuple[int, int]]:
    return {(CatalogueEvent.Subject.COURSE, course_id)}
