"""Tells owners of a course about new sections: each once, those of one time in one message.

The sections with which a course begins are no news: nobody can have bought it without them. Saving
a section writes nothing. A scheduled job finds what can be learned and is not known, waits until
nothing has come for a while, and keeps one message for the course, whose deliveries the inbox
writes in chunks.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from luffy_api.apps.course.models import Course, CourseSection, SectionNotice
from luffy_api.apps.inbox import locks, notifications
from luffy_api.apps.inbox.audiences import Audience
from luffy_api.apps.inbox.models import Kind
from luffy_api.apps.user.models import User
from luffy_api.common.transactions import retry_deadlocks

CHECKPOINT, AUDIENCE_KEY = "sections", "new_section"
# A course is told of when nothing was added for so long, or its first section waits for so long.
PAUSE, LONGEST = timedelta(minutes=10), timedelta(hours=2)
# Courses that are noted in one transaction, and sections that a message names.
CHUNK, NAMED = 200, 5


def tell(now: datetime | None = None) -> int:
    """Note what is new and tell of what is complete; return of how many courses was told.

    Safe at any time and concurrently.
    """
    now = now or timezone.now()
    while _note(now):
        pass
    waiting = SectionNotice.objects.waiting()
    courses = waiting.order_by().values_list("section__chapter__course_id", flat=True)
    return sum(_tell(course_id, now) for course_id in sorted(set(courses)))


def unknown_sections() -> QuerySet[CourseSection]:
    """Sections of shown courses that can be learned now, and of which nobody has taken note."""
    shown = CourseSection.objects.visible().playable().filter(notice=None)
    return shown.filter(chapter__course__in=Course.objects.on_sale())


@retry_deadlocks
@transaction.atomic
def _note(now: datetime) -> bool:
    """Note the sections of a few courses; whether there may be more."""
    locks.lock_checkpoint(CHECKPOINT)
    unknown = unknown_sections().order_by()
    courses = unknown.values_list("chapter__course_id", flat=True).distinct()[:CHUNK]
    chosen = sorted(courses)
    new = list(unknown.filter(chapter__course__in=chosen).values_list("pk", "chapter__course_id"))
    known = SectionNotice.objects.filter(section__chapter__course__in=chosen).order_by()
    begun = set(known.values_list("section__chapter__course_id", flat=True))
    SectionNotice.objects.bulk_create(
        SectionNotice(section_id=pk, seen_at=now, told_at=None if course_id in begun else now)
        for pk, course_id in new
    )
    return len(chosen) == CHUNK


@retry_deadlocks
@transaction.atomic
def _tell(course_id: int, now: datetime) -> bool:
    """Tell the owners of one course, once it is complete; whether that was done."""
    locks.lock_checkpoint(CHECKPOINT)
    waiting = SectionNotice.objects.waiting().filter(section__chapter__course=course_id)
    # What was hidden meanwhile is told of when it is shown again, and hurries nothing.
    shown = CourseSection.objects.visible().filter(notice__in=waiting)
    waiting = waiting.filter(section__in=shown)
    seen = sorted(waiting.values_list("seen_at", flat=True))
    if not seen or not (now - seen[-1] >= PAUSE or now - seen[0] >= LONGEST):
        return False
    wanted = shown.in_order().select_related("chapter__course")
    sections = list(wanted.only("name", "chapter__course__name"))
    _broadcast(sections, waiting)
    SectionNotice.objects.filter(section__in=sections).mark_told(now)
    return True


def _broadcast(sections: Sequence[CourseSection], waiting: QuerySet[SectionNotice]) -> None:
    course = sections[0].chapter.course
    newest = waiting.filter(section__in=sections).latest("seen_at", "pk")
    names = "、".join(f"“{section.name}”" for section in sections[:NAMED])
    rest = f"等 {len(sections)} 个课时" if len(sections) > NAMED else ""
    notifications.broadcast(
        kind=Kind.NEW_SECTION,
        title=f"《{course.name}》更新了 {len(sections)} 个课时",
        text=f"您的课程《{course.name}》有新的课时：{names}{rest}。请到“我的课程”学习。",
        audience=AUDIENCE_KEY,
        audience_id=newest.pk,
        submission=uuid5(NAMESPACE_URL, f"luffy:section:{newest.pk}"),
        link=f"/learn/{course.pk}/{sections[0].pk}",
        parameters={"course": course.name, "count": str(len(sections))},
    )


def _owners(section_id: int) -> QuerySet[User]:
    """Who had the course when the section was first seen; later buyers have bought it with it."""
    found = SectionNotice.objects.filter(pk=section_id).select_related("section__chapter").first()
    if found is None:
        return User.objects.none()
    return User.objects.filter(
        enrollments__course_id=found.section.chapter.course_id,
        enrollments__created_time__lt=found.seen_at,
    )


def _name(section_id: int) -> str | None:
    courses = Course.objects.filter(coursechapters__coursesections=section_id)
    course = courses.only("name").first()
    return f"《{course.name}》的学员" if course else None


AUDIENCE = Audience(AUDIENCE_KEY, "新课时之前的学员", _owners, _name, is_chosen=False)
