"""The number of students of a course: written by many buyers at once, shown from one column.

Who enrolls somebody adds a row; all rows of a few seconds become one UPDATE of the course. So
`Course.students` is some seconds old, and exact when no row is left.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, F, IntegerField, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce, Greatest

from luffy_api.apps.course.locks import lock_student_changes
from luffy_api.apps.course.models import Course, Enrollment, StudentCountChange
from luffy_api.apps.monitoring import queues
from luffy_api.apps.publishing import publications
from luffy_api.common.prepared_insert import PreparedInsert
from luffy_api.common.transactions import retry_deadlocks

# Rows that are read at once.
BATCH = 1000
# Every process of the web server folds each few seconds, the runner each minute.
WAITING_CHANGES = queues.Queue(
    "student_counts",
    "未计入学习人数的变动",
    StudentCountChange.objects.all,
    "created_time",
    timedelta(minutes=5),
)


_insert = PreparedInsert(StudentCountChange)


def record(*, course_ids: Collection[int], change: int) -> None:
    """Count one student more (1) or fewer (-1) of each course, in the caller's transaction."""
    _insert.send([_insert.columns(course_id=pk, change=change) for pk in sorted(course_ids)])


def fold() -> int:
    """Bring what was recorded into the courses; return how many rows that were.

    Safe to run at any time and concurrently: what somebody else is folding is left to them.
    """
    rows = _oldest()
    if not rows:
        return 0
    with publications.numbers_of_students():
        return _fold(rows)


def compared_with_enrollments() -> QuerySet[Any]:
    """Courses with `counted`, their students with those who are not folded yet, and `enrolled`."""
    of_course = {"course": OuterRef("pk")}
    unfolded = StudentCountChange.objects.filter(**of_course).order_by().values("course")
    enrolled = Enrollment.objects.filter(**of_course).order_by().values("course")
    return Course.objects.annotate(
        counted=F("students") + _or_zero(unfolded.annotate(total=Sum("change"))),
        enrolled=_or_zero(enrolled.annotate(total=Count("pk"))),
    )


def _fold(rows: list[tuple[int, int]]) -> int:
    folded = 0
    while rows:
        by_course = defaultdict(list)
        for pk, course_id in rows:
            by_course[course_id].append(pk)
        done = sum(_fold_course(course_id, by_course[course_id]) for course_id in sorted(by_course))
        folded += done
        if not done or len(rows) < BATCH:
            break
        rows = _oldest()
    return folded


def _or_zero(rows: QuerySet[Any, Any]) -> Coalesce:
    total = Subquery(rows.values("total"), output_field=IntegerField())
    return Coalesce(total, Value(0), output_field=IntegerField())


def _oldest() -> list[tuple[int, int]]:
    rows = StudentCountChange.objects.order_by("pk").values_list("pk", "course_id")
    return list(rows[:BATCH])


@retry_deadlocks
@transaction.atomic
def _fold_course(course_id: int, pks: Collection[int]) -> int:
    """One transaction for each course: it holds the lock of no other one meanwhile."""
    rows = lock_student_changes(pks)
    if not rows:
        return 0
    change = sum(each.change for each in rows)
    # The column is unsigned, so nothing is subtracted from a smaller number.
    students = F("students") + change if change >= 0 else Greatest(F("students"), -change) + change
    Course.objects.filter(pk=course_id).update(students=students)
    StudentCountChange.objects.filter(pk__in=[each.pk for each in rows]).delete()
    return len(rows)
