"""学过这门课的同学还学了: courses of the same students, counted at night.

Of each course the students who came last are looked at, SAMPLE at most, so a best-seller costs no
more than that; whoever has more than MAX_COURSES says nothing of any. A course is shown where
MIN_COMMON students have both, so nobody learns from it what one person has bought. What nearly
everybody has comes after what belongs to the course: the number of common students is divided by
the square root of the number of all students of the other one.

Reads hold no lock, and the rows of a few courses are exchanged in one short transaction each.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from math import sqrt
from typing import NamedTuple

from django.db import transaction
from django.db.models import Count, Value

from luffy_api.apps.course.models import AlsoStudied, Course, Enrollment
from luffy_api.common.transactions import retry_deadlocks

SAMPLE = 2000
MAX_COURSES = 100
MIN_COMMON = 5
# Rows of a course; some may be withdrawn during the day.
KEPT = 8
# Courses whose rows are exchanged in one transaction.
BATCH = 50


class Pair(NamedTuple):
    """Another course, and how many students have both."""

    other_id: int
    common: int


Ranked = dict[int, list[Pair]]


def refresh() -> int:
    """Count anew; return of how many courses the rows have changed. May run twice at once."""
    # Of the others: what is not listed would take the ranks of what is.
    listed = frozenset(Course.objects.listed().order_by().values_list("pk", flat=True))
    students = _students_by_course()
    busy = _busy_students()
    known = AlsoStudied.objects.order_by().values_list("course", flat=True).distinct()
    course_ids = sorted({pk for pk, n in students.items() if n >= MIN_COMMON} | {*known})
    return sum(
        _replace(
            {pk: _ranked(pk, students, busy, listed) for pk in course_ids[start : start + BATCH]}
        )
        for start in range(0, len(course_ids), BATCH)
    )


def listed_ids(course_id: int, *, limit: int) -> list[int]:
    """The listed courses that students of the course have as well, the best first. One query."""
    rows = AlsoStudied.objects.filter(course=course_id, other__is_listed=Value(True))
    return list(rows.order_by("rank").values_list("other", flat=True)[:limit])


def _students_by_course() -> dict[int, int]:
    rows = Enrollment.objects.order_by().values_list("course").annotate(Count("pk"))
    return dict(rows.iterator())


def _busy_students() -> frozenset[int]:
    """Whoever has so many courses, as staff who look at all of them."""
    rows = Enrollment.objects.order_by().values("user").annotate(courses=Count("pk"))
    return frozenset(rows.filter(courses__gt=MAX_COURSES).values_list("user", flat=True))


def _ranked(
    course_id: int,
    students: Mapping[int, int],
    busy: Collection[int],
    listed: Collection[int],
) -> list[Pair]:
    """Two queries."""
    latest = Enrollment.objects.filter(course=course_id).order_by("-id")
    sample = [pk for pk in latest.values_list("user", flat=True)[:SAMPLE] if pk not in busy]
    if len(sample) < MIN_COMMON:
        return []
    theirs = Enrollment.objects.filter(user__in=sample).exclude(course=course_id).order_by()
    counted = theirs.values("course").annotate(common=Count("pk"))
    pairs = counted.filter(common__gte=MIN_COMMON).values_list("course", "common")
    return _best((Pair(*row) for row in pairs if row[0] in listed), students)


def _best(pairs: Iterable[Pair], students: Mapping[int, int]) -> list[Pair]:
    def rank(pair: Pair) -> tuple[float, int]:
        # A course that was bought first since all of them were counted.
        everybody = max(students.get(pair.other_id, 0), pair.common)
        return -pair.common / sqrt(everybody), pair.other_id

    return sorted(pairs, key=rank)[:KEPT]


def _replace(found: Ranked) -> int:
    """Write what differs; return of how many courses it did."""
    before = _rows_of(found)
    changed = {pk: pairs for pk, pairs in found.items() if pairs != before[pk]}
    if changed:
        _write(changed)
    return len(changed)


def _rows_of(course_ids: Collection[int]) -> Mapping[int, Sequence[Pair]]:
    rows = AlsoStudied.objects.filter(course__in=list(course_ids)).order_by("rank")
    by_course: defaultdict[int, list[Pair]] = defaultdict(list)
    for course_id, *pair in rows.values_list("course", "other", "common"):
        by_course[course_id].append(Pair(*pair))
    return by_course


@retry_deadlocks
@transaction.atomic
def _write(found: Ranked) -> None:
    """Readers see the rows of a course as they were, or as they are now.

    Where another process writes the same at this moment, the rows of the first one stay.
    """
    AlsoStudied.objects.filter(course__in=list(found)).delete()
    AlsoStudied.objects.bulk_create(_rows(found), ignore_conflicts=True)


def _rows(found: Ranked) -> Iterator[AlsoStudied]:
    for course_id, pairs in found.items():
        for rank, (other_id, common) in enumerate(pairs, 1):
            yield AlsoStudied(course_id=course_id, other_id=other_id, common=common, rank=rank)
