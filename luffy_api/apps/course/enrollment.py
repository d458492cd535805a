"""Enrolling students in courses, and ending it."""

from collections.abc import Collection

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest

from luffy_api.apps.course import access, selectors
from luffy_api.apps.course.exceptions import CourseNotFound, NotFree, NotOnSale
from luffy_api.apps.course.locks import lock_courses
from luffy_api.apps.course.models import Course, Enrollment
from luffy_api.common.transactions import retry_deadlocks


def enroll(*, user_id: int, course_id: int, source: Enrollment.Source) -> bool:
    """Enroll the user in one course. Return False if the user had it already."""
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
    """Enroll the user in courses and count the student; return the ids of those that were new.

    The courses are locked before the enrollments are written: the foreign key would share that
    lock among many students, who then all wait for each other when they count themselves (MariaDB:
    1213). Four queries, however many courses.
    """
    lock_courses(course_ids)
    enrollments = Enrollment.objects.filter(user_id=user_id, course_id__in=course_ids)
    new = set(course_ids) - set(enrollments.values_list("course_id", flat=True))
    Enrollment.objects.bulk_create(
        Enrollment(user_id=user_id, course_id=pk, source=source, out_trade_no=out_trade_no)
        for pk in sorted(new)
    )
    Course.objects.filter(pk__in=new).update(students=F("students") + 1)
    return new


@retry_deadlocks
@transaction.atomic
def end_enrollments(*, out_trade_no: str) -> int:
    """End the enrollments that an order gave, and no others. Return how many there were."""
    given = Enrollment.objects.filter(source=Enrollment.Source.ORDER, out_trade_no=out_trade_no)
    ended = 0
    for course_id in list(given.order_by("course_id").values_list("course_id", flat=True)):
        lock_courses([course_id])
        deleted, _ = given.filter(course_id=course_id).delete()
        if deleted:
            fewer = Greatest(F("students"), 1) - 1
            Course.objects.filter(pk=course_id).update(students=fewer)
        ended += bool(deleted)
    return ended


def join_free_course(*, user_id: int, course_id: int) -> bool:
    """Enroll the user in a course whose real price is 0 now; return False if enrolled already.

    Raises CourseNotFound, NotOnSale, NotFree.
    """
    courses = access.with_access(access.courses_visible_to(user_id), user_id=user_id)
    course = courses.filter(pk=course_id).first()
    if course is None:
        raise CourseNotFound
    if course.owned:
        return False
    if course.status != Course.Status.ONLINE:
        raise NotOnSale
    if selectors.load_offers([course])[course.pk].real_price > 0:
        raise NotFree
    return enroll(user_id=user_id, course_id=course_id, source=Enrollment.Source.FREE)
