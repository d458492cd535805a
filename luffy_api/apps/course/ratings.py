"""What a course shows of its ratings, which an app above this one keeps and counts."""

from dataclasses import dataclass
from decimal import Decimal

from luffy_api.apps.course.models import Course
from luffy_api.apps.course.models.courses import UNRATED_SCORE

COLUMNS = ("rating_count", "rating_average", "rating_score")
__all__ = ["COLUMNS", "UNRATED_SCORE", "CourseRating", "write"]


@dataclass(frozen=True)
class CourseRating:
    """Number of ratings, their average (two decimals, 0.00 without any), and the score of 好评."""

    rating_count: int
    rating_average: Decimal
    rating_score: Decimal


def write(course_id: int, rating: CourseRating) -> None:
    """Store what a course shows, in the transaction that has changed its ratings."""
    Course.objects.filter(pk=course_id).update(
        rating_count=rating.rating_count,
        rating_average=rating.rating_average,
        rating_score=rating.rating_score,
    )
