"""Keeps `Course.is_listed` and `Course.current_price` right, which lists filter and order by.

They are computed by the database from the rows as they are: in each transaction that writes some of
these (`models.derived`), when a discount begins or ends (`apply_due`, every few seconds), and for
whatever was written in another way (`repair`, every minute). Nobody is charged by them.
"""

import logging
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Case, F, Q, QuerySet, Value, When
from django.utils import timezone

from luffy_api.apps.course import course_list
from luffy_api.apps.course.locks import lock_discount
from luffy_api.apps.course.models import Course, CourseDiscount
from luffy_api.apps.course.models.courses import is_listed_course
from luffy_api.apps.course.pricing_sql import real_price
from luffy_api.common.prepared_query import PreparedUpdate
from luffy_api.common.transactions import retry_deadlocks

logger = logging.getLogger(__name__)

# Courses that are repaired in one transaction.
BATCH = 1000


def compute(courses: Q | int) -> int:
    """Compute the columns of these courses, in the caller's transaction if there is one.

    One UPDATE without a look at what they hold: it waits for whoever is writing one of the courses
    and sees what that one has committed. Of all courses (`Q()`) only those that are wrong. For one,
    by its id, it is compiled once per process, which takes longer than to carry it out.
    """
    course_list.forget()
    transaction.on_commit(course_list.forget, robust=True)
    if isinstance(courses, int):
        return _compute_one(timezone.now(), courses)
    if not courses:
        return sum(compute(Q(pk__in=ids)) for ids in _in_batches(differences(timezone.now())))
    return Course.objects.filter(courses).update(**_computed(timezone.now()))


def differences(now: datetime) -> QuerySet[Any]:
    """Courses whose columns hold something else than what is computed at `now` (UTC)."""
    right = {f"right_{name}": value for name, value in _computed(now).items()}
    wrong = ~Q(is_listed=F("right_is_listed")) | ~Q(current_price=F("right_current_price"))
    return Course.objects.alias(**right).filter(wrong)


def repair() -> int:
    """Correct all courses and all discounts that are not as they should be; return how many.

    Safe to run at any time and concurrently.
    """
    now = timezone.now()
    repaired = 0
    for discount in CourseDiscount.objects.filter(Q(ends_at__gt=now) | Q(next_change_at__lte=now)):
        if discount.next_change_at != discount.next_change(now):
            repaired += _apply(discount.pk)
    for ids in _in_batches(differences(now)):
        repaired += _compute_by_id(ids)
    if repaired:
        logger.info("%d derived values of courses and discounts were repaired", repaired)
    return repaired


def apply_due() -> int:
    """Bring discounts that began or ended into the prices of their courses; return how many.

    Safe to run at any time and concurrently. One query when nothing is due.
    """
    due = CourseDiscount.objects.due(timezone.now()).order_by("pk")
    return sum(_apply(pk) for pk in due.values_list("pk", flat=True))


@retry_deadlocks
@transaction.atomic
def _apply(discount_id: int) -> int:
    """The prices with the next change, so that it stays due until they are right."""
    discount = lock_discount(discount_id)
    if discount is None:
        return 0
    discount.schedule(timezone.now())
    for ids in _in_batches(Course.objects.filter(discounts=discount_id)):
        compute(Q(pk__in=ids))
    return 1


@retry_deadlocks
@transaction.atomic
def _compute_by_id(ids: list[int]) -> int:
    return compute(Q(pk__in=ids))


def _in_batches(courses: QuerySet[Any]) -> Iterator[list[int]]:
    """Ids in their order, so that no two who write several courses deadlock."""
    ids = list(courses.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), BATCH):
        yield ids[start : start + BATCH]


def _computed(now: datetime) -> dict[str, Any]:
    listed = Case(When(is_listed_course(), then=Value(True)), default=Value(False))
    return {"is_listed": listed, "current_price": real_price(now)}


_compute_one = PreparedUpdate(
    lambda now, pk: (Course.objects.filter(pk=pk), _computed(now)), datetime, int
)
