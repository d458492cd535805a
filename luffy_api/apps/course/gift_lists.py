"""Courses that staff give to whole lists of students, and take back from them.

A list is looked up before anything is written, and once more then. Many are written in batches:
after a kill the same call goes on where it ended, since whoever has the course, or has no gift of
it any more, is passed over.
"""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from luffy_api.apps.course import enrollment, gifts
from luffy_api.apps.course.exceptions import CourseNotFound
from luffy_api.apps.course.locks import lock_students
from luffy_api.apps.course.models import Course
from luffy_api.apps.user import selectors
from luffy_api.apps.user.models import User
from luffy_api.common import audit_log
from luffy_api.common.transactions import retry_deadlocks

MAX_STUDENTS = 1000
# Students of one transaction.
BATCH = 100
_SEPARATORS = re.compile(r"[\n,，;；、\t]+")


@dataclass
class Listed:
    """Who stands on a list: students for whom something would change, others, unknown texts."""

    changed: list[User] = field(default_factory=list)
    unchanged: list[User] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    # How often somebody stood there once more, in whatever notation.
    repeated: int = 0


def split_list(text: str) -> list[str]:
    """The mobiles, user names or e-mails of a pasted list: one in a line, or between commas."""
    return [part for part in map(str.strip, _SEPARATORS.split(text)) if part]


def find_to_give(
    identities: Sequence[str], *, course_id: int, ends_at: datetime | None = None
) -> Listed:
    """What a gift to all of them until `ends_at` would do; nothing is written.

    Four queries at most. Accounts that are closed or deactivated count as unknown.
    """
    users = selectors.find_by_identities(set(identities))
    active = {text: user for text, user in users.items() if user.is_active}
    rows = gifts.owned_until(course_id, ends_at).filter(
        user__in={user.pk for user in active.values()}
    )
    enrolled = set(rows.values_list("user_id", flat=True))
    return _sort(identities, active, lambda user: user.pk not in enrolled)


def find_to_take(identities: Sequence[str], *, course_id: int) -> Listed:
    """What a return by all of them would do; nothing is written. Four queries at most.

    Unchanged is who does not have the course without having paid for it.
    """
    users = selectors.find_by_identities(set(identities))
    holders = _holders([user.pk for user in users.values()], course_id)
    return _sort(identities, users, lambda user: user.pk in holders)


def give_to_all(
    *,
    user_ids: Collection[int],
    course_id: int,
    ends_at: datetime | None,
    staff_id: int,
    reason: str,
) -> int:
    """Give a course to many students; return how many of them did not have it.

    Raises CourseNotFound, GiftEndsInThePast.
    """
    course = gifts.require_course(course_id, ends_at)
    return sum(
        _give_batch(batch, course, ends_at, staff_id, reason) for batch in _batches(user_ids)
    )


def take_from_all(
    *, user_ids: Collection[int], course_id: int, staff_id: int, reason: str
) -> tuple[int, int]:
    """End the gifts of a course of many students, and those of a free course that they have joined.

    Return how many had one, and how many of these have lost the course: who has bought it keeps
    it. Raises CourseNotFound.
    """
    course = Course.objects.filter(pk=course_id).first()
    if course is None:
        raise CourseNotFound
    results = [_take_batch(batch, course, staff_id, reason) for batch in _batches(user_ids)]
    lost = [each for batch in results for each in batch]
    return len(lost), sum(lost)


@retry_deadlocks
@transaction.atomic
def _give_batch(
    user_ids: Sequence[int], course: Course, ends_at: datetime | None, staff_id: int, reason: str
) -> int:
    lock_students(user_ids)
    owned = gifts.owned_until(course.pk, ends_at).filter(user__in=user_ids)
    enrolled = owned.values("user")
    active = User.objects.filter(pk__in=user_ids, is_active=True).exclude(pk__in=enrolled)
    students = list(active.order_by("pk"))
    for student in students:
        enrollment.enroll(
            user_id=student.pk, course_id=course.pk, source=gifts.GIFT, ends_at=ends_at
        )
    message = gifts.gift_told(course, ends_at, reason)
    audit_log.log_rows([(each, False, message) for each in students], user_id=staff_id)
    return len(students)


@retry_deadlocks
@transaction.atomic
def _take_batch(user_ids: Sequence[int], course: Course, staff_id: int, reason: str) -> list[bool]:
    """Of each student who had a gift whether the course is lost."""
    lock_students(user_ids)
    holders = _holders(user_ids, course.pk)
    students = list(User.objects.filter(pk__in=holders).order_by("pk"))
    lost = [
        bool(enrollment.end_unpaid_grants(user_id=student.pk, course_id=course.pk))
        for student in students
    ]
    entries = [
        (student, False, gifts.return_told(course, lost=is_lost, reason=reason))
        for student, is_lost in zip(students, lost, strict=True)
    ]
    audit_log.log_rows(entries, user_id=staff_id)
    return lost


def _holders(user_ids: Sequence[int], course_id: int) -> set[int]:
    grants = enrollment.unpaid_grants(user_ids=user_ids).filter(course=course_id)
    return set(grants.values_list("user_id", flat=True))


def _batches(user_ids: Collection[int]) -> list[list[int]]:
    ordered = sorted(set(user_ids))
    return [ordered[start : start + BATCH] for start in range(0, len(ordered), BATCH)]


def _sort(
    identities: Sequence[str], users: dict[str, User], changes: Callable[[User], bool]
) -> Listed:
    found, seen = Listed(), set()
    for text in identities:
        user = users.get(text)
        known = user.pk if user else text
        if known in seen:
            found.repeated += 1
            continue
        seen.add(known)
        if user is None:
            found.unknown.append(text)
        else:
            (found.changed if changes(user) else found.unchanged).append(user)
    return found
