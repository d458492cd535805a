"""Keeps what courses show of their ratings equal to the ratings.

Whoever changes a rating holds the lock of its course (`lock_courses`) and says here what has come
and gone, in the same transaction: the numbers are never older than the rows. `differences` finds
what was written in another way, `repair` corrects it.
"""

from collections.abc import Collection, Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db import transaction
from django.db.models import Count

from luffy_api.apps.community.models import CourseRatings, Rating
from luffy_api.apps.community.models.ratings import STARS
from luffy_api.apps.course import ratings as course_ratings
from luffy_api.apps.course.locks import lock_courses
from luffy_api.apps.course.models import Course
from luffy_api.apps.course.ratings import CourseRating
from luffy_api.common.transactions import retry_deadlocks

# 好评 is ordered by the average that a course would have with so many more ratings of so many
# stars (a Bayesian average): one rating of five stars does not overtake a hundred of 4.8.
PRIOR_RATINGS = 10
PRIOR_STARS = course_ratings.UNRATED_SCORE
# Courses that are repaired in one transaction.
BATCH = 500


def rating_of(by_stars: Mapping[int, int]) -> CourseRating:
    """What a course shows that has so many ratings of each number of stars."""
    count = sum(by_stars.values())
    total = Decimal(sum(stars * number for stars, number in by_stars.items()))
    average = _rounded(total / count, "0.01") if count else Decimal("0.00")
    score = (PRIOR_RATINGS * PRIOR_STARS + total) / (PRIOR_RATINGS + count)
    return CourseRating(count, average, _rounded(score, "0.0001"))


def change(course_id: int, changes: Iterable[tuple[int, int]]) -> None:
    """Add to the numbers of ratings of a course, which the caller has locked.

    `changes` are numbers of stars with 1 or -1. Three queries.
    """
    row = CourseRatings.objects.filter(pk=course_id).first() or CourseRatings(pk=course_id)
    for stars, more in changes:
        name = f"stars_{stars}"
        setattr(row, name, max(0, getattr(row, name) + more))
    _write(row)


@retry_deadlocks
@transaction.atomic
def recount(course_ids: Collection[int]) -> None:
    """Count all ratings of these courses anew."""
    lock_courses(course_ids)
    counted = _counted(course_ids)
    for course_id in sorted(course_ids):
        _write(_row(course_id, counted.get(course_id, {})))


def repair() -> int:
    """Correct what differs from the ratings; return of how many courses that was."""
    wrong = differences()
    for start in range(0, len(wrong), BATCH):
        recount(wrong[start : start + BATCH])
    return len(wrong)


def differences() -> list[int]:
    """Ids of courses that say something else of their ratings than those do. Three queries."""
    counted = _counted()
    kept = {row.pk: row.by_stars for row in CourseRatings.objects.all()}
    wrong = {pk for pk in counted.keys() | kept.keys() if _all(counted, pk) != _all(kept, pk)}
    for pk, *shown in Course.objects.order_by().values_list("pk", *course_ratings.COLUMNS):
        if CourseRating(*shown) != rating_of(counted.get(pk, {})):
            wrong.add(pk)
    return sorted(wrong)


def _write(row: CourseRatings) -> None:
    row.save()
    course_ratings.write(row.pk, rating_of(row.by_stars))


def _counted(course_ids: Collection[int] | None = None) -> dict[int, dict[int, int]]:
    rows: Any = Rating.objects.shown().order_by()
    if course_ids is not None:
        rows = rows.filter(course__in=course_ids)
    counted: dict[int, dict[int, int]] = {}
    for course_id, stars, number in rows.values_list("course", "stars").annotate(n=Count("*")):
        counted.setdefault(course_id, {})[stars] = number
    return counted


def _all(counts: Mapping[int, Mapping[int, int]], course_id: int) -> dict[int, int]:
    found = counts.get(course_id, {})
    return {stars: found.get(stars, 0) for stars in STARS}


def _row(course_id: int, by_stars: Mapping[int, int]) -> CourseRatings:
    return CourseRatings(pk=course_id, **{f"stars_{n}": by_stars.get(n, 0) for n in STARS})


def _rounded(number: Decimal, places: str) -> Decimal:
    return number.quantize(Decimal(places), ROUND_HALF_UP)
