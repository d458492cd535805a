"""What a course needs to be put on sale (上线), and the writes that change its status.

Whoever sets `Course.status` to ONLINE passes here. A course that is on sale already may stay so,
whatever it lacks; the form of the course takes away nothing that it needs (`new_obstacles`). Of
sections, chapters and quizzes the last may go: students may have them, and a school may be about
to replace them. Whoever takes it is told (`empty_on_sale`).
"""

from collections.abc import Collection

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from luffy_api.apps.course.exceptions import CourseNotFound, NotReadyForSale
from luffy_api.apps.course.locks import lock_courses
from luffy_api.apps.course.models import Course, CourseSection
from luffy_api.common import audit_log
from luffy_api.common.exceptions import DomainError
from luffy_api.common.transactions import retry_deadlocks

NOTHING_TO_LEARN = "还没有可以学习的课时（视频已处理完成，或有文字内容）"
# An import may empty many.
MAX_NAMED = 5
NO_COVER = "还没有封面图片"
NOT_CONFIRMED = "价格是 0 元，课程却不是免费课：请确认以 0 元销售，或填写价格"


def obstacles(course: Course) -> list[str]:
    """Sentences that say why the course, with the values of this instance, cannot be sold.

    One query for a course that has a row.
    """
    return _obstacles(course, has_lessons=_has_something_to_learn(course))


def _obstacles(course: Course, *, has_lessons: bool) -> list[str]:
    found = {
        NOTHING_TO_LEARN: not has_lessons,
        NO_COVER: not course.course_img,
        NOT_CONFIRMED: needs_confirmation(course) and not course.zero_price_confirmed_at,
    }
    return [sentence for sentence, stands in found.items() if stands]


def new_obstacles(course: Course, *, before: Course | None) -> list[str]:
    """What forbids to save this instance: nothing, unless it is on sale then.

    `before` is the row as it is stored, None for a new course. What a course that is on sale lacks
    already is not asked for.
    """
    if course.status != Course.Status.ONLINE:
        return []
    known = obstacles(before) if before and before.status == Course.Status.ONLINE else []
    return [sentence for sentence in obstacles(course) if sentence not in known]


def _has_something_to_learn(course: Course) -> bool:
    sections = CourseSection.objects.visible().playable().filter(chapter__course=course.pk)
    return course.pk is not None and sections.exists()


def empty_on_sale(course_ids: Collection[int]) -> list[str]:
    """A sentence for each of these courses that is on sale with nothing to learn. One query."""
    if not course_ids:
        return []
    learned = CourseSection.objects.visible().playable().filter(chapter__course=OuterRef("pk"))
    courses = Course.objects.not_deleted().filter(pk__in=course_ids, status=Course.Status.ONLINE)
    names = courses.filter(~Exists(learned)).order_by("pk").values_list("name", flat=True)
    return [f"《{name}》已经上线，但{NOTHING_TO_LEARN}" for name in names[:MAX_NAMED]]


def needs_confirmation(course: Course) -> bool:
    """Whether somebody has to confirm the price: it is 0, though the course is no free course."""
    return course.kind != Course.Kind.FREE and course.price == 0


@retry_deadlocks
@transaction.atomic
def set_status(
    *, course_ids: Collection[int], status: Course.Status, user_id: int
) -> dict[int, DomainError]:
    """Put courses on sale, announce or withdraw them, as a member of the staff.

    Return why not by the ids of those that stay as they are: CourseNotFound, and NotReadyForSale
    for 上线. The number of queries does not grow with the courses.
    """
    lock_courses(course_ids)
    rows = Course.objects.not_deleted().filter(pk__in=course_ids).order_by("pk")
    courses = list(rows.defer("brief", "detail"))
    refused: dict[int, DomainError] = {
        pk: CourseNotFound() for pk in course_ids if pk not in {course.pk for course in courses}
    }
    if status == Course.Status.ONLINE:
        refused |= {pk: NotReadyForSale(found) for pk, found in _not_ready(courses).items()}
    changed = [course for course in courses if course.pk not in refused]
    written = Course.objects.filter(pk__in=[course.pk for course in changed])
    written.update(status=status, updated_time=timezone.now())
    Course.after_bulk_update(changed)
    entries = [(course, False, str(status.label)) for course in changed]
    audit_log.log_rows(entries, user_id=user_id)
    return refused


def _not_ready(courses: Collection[Course]) -> dict[int, list[str]]:
    """What forbids to put those on sale that are not; by id. One query."""
    waiting = [course for course in courses if course.status != Course.Status.ONLINE]
    ids = [course.pk for course in waiting]
    sections = CourseSection.objects.visible().playable().filter(chapter__course__in=ids)
    learned = set(sections.order_by().values_list("chapter__course", flat=True).distinct())
    found = {course.pk: _obstacles(course, has_lessons=course.pk in learned) for course in waiting}
    return {pk: reasons for pk, reasons in found.items() if reasons}
