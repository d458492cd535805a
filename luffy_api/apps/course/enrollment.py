"""Giving and taking back the right to courses."""

from collections.abc import Collection

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest

from luffy_api.apps.course import selectors
from luffy_api.apps.course.exceptions import CourseNotFound, NotFree, NotOnSale
from luffy_api.apps.course.models import Course, Enrollment
from luffy_api.common.transactions import retry_deadlocks


def enroll(*, user_id: int, course_id: int, source: Enrollment.Source) -> bool:
    """Gives the right to one course; False if the user had it already."""
    return bool(enroll_in_all(user_id=user_id, course_ids=[course_id], source=source))


@retry_deadlocks
@transaction.atomic(savepoint=False)  # nobody goes on after half of it
def enroll_in_all(
    *,
    user_id: int,
    course_ids: Collection[int],
    source: Enrollment.Source,
    out_trade_no: str = "",
) -> set[int]:
    """Gives the right to courses and counts the student; which of them the user had not before.

    The courses are locked before the rights are written: the foreign key would share that lock
    among many students, who then all wait for each other when they count themselves (MariaDB:
    1213). Four queries, however many courses.
    """
    _lock(course_ids)
    rights = Enrollment.objects.filter(user_id=user_id, course_id__in=course_ids)
    given = set(course_ids) - set(rights.values_list("course_id", flat=True))
    Enrollment.objects.bulk_create(
        Enrollment(user_id=user_id, course_id=pk, source=source, out_trade_no=out_trade_no)
        for pk in sorted(given)
    )
    Course.objects.filter(pk__in=given).update(students=F("students") + 1)
    return given


def _lock(course_ids: Collection[int]) -> None:
    """Until the transaction ends, in one order for everybody."""
    rows = Course.objects.select_for_update().filter(pk__in=course_ids).order_by("pk")
    list(rows.values_list("pk", flat=True))


@retry_deadlocks
@transaction.atomic
def end_enrollments(*, out_trade_no: str) -> int:
    """Takes back what an order gave; how many courses that were. What else gave them stays."""
    given = Enrollment.objects.filter(source=Enrollment.Source.ORDER, out_trade_no=out_trade_no)
    ended = 0
    for course_id in list(given.order_by("course_id").values_list("course_id", flat=True)):
        _lock([course_id])
        deleted, _ = given.filter(course_id=course_id).delete()
        if deleted:
            fewer = Greatest(F("students"), 1) - 1
            Course.objects.filter(pk=course_id).update(students=fewer)
        ended += bool(deleted)
    return ended


def join_free_course(*, user_id: int, course_id: int) -> bool:
    """Joins a course whose real price is 0 now.

    Raises CourseNotFound, NotOnSale, NotFree. Joining twice is fine.
    """
    course = Course.objects.visible_to(user_id).with_owned(user_id).filter(pk=course_id).first()
    if course is None:
        raise CourseNotFound
    if course.owned:
        return False
    if course.status != Course.Status.ONLINE:
        raise NotOnSale
    selectors.attach_offers([course])
    if course.offer.real_price > 0:
        raise NotFree
    return enroll(user_id=user_id, course_id=course_id, source=Enrollment.Source.FREE)
