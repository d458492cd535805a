"""Reads of ratings: pages of a course's, and a student's own."""

from dataclasses import dataclass
from typing import ClassVar

from luffy_api.apps.community.models import CourseRatings, Rating, RatingQuerySet
from luffy_api.apps.community.models.ratings import STARS
from luffy_api.apps.community.ratings import may_rate
from luffy_api.apps.course import access
from luffy_api.apps.user.models import User


@dataclass(frozen=True)
class RatingList:
    """The shown ratings of a course, of so many stars (None: all), newest first; for a paginator.

    They are counted by the row that is written with each of them, so a page costs the same with a
    million ratings.
    """

    course_id: int
    stars: int | None = None
    by_stars: tuple[int, ...] = (0,) * len(STARS)
    # For Django's paginator.
    ordered: ClassVar[bool] = True

    def count(self) -> int:
        """How many there are. No query."""
        return sum(self.by_stars) if self.stars is None else self.by_stars[self.stars - STARS[0]]

    def __getitem__(self, part: slice) -> list[Rating]:
        """The ratings of a page with their students. Two queries: ids from an index, then rows.

        A page of the second half is counted from the end, so that at most half of them are skipped.
        """
        found, count = self._rows().values_list("pk", flat=True), self.count()
        first, last = part.start or 0, min(part.stop, count)
        if first > count - last:
            ids = list(found.reverse()[count - last : count - first])[::-1]
        else:
            ids = list(found[part])
        rows = Rating.objects.select_related("user").in_bulk(ids)
        return [rows[pk] for pk in ids if pk in rows]

    def _rows(self) -> RatingQuerySet:
        rows = Rating.objects.shown().filter(course=self.course_id).order_by("-id")
        return rows if self.stars is None else rows.filter(stars=self.stars)


@dataclass(frozen=True)
class OwnRating:
    """What a student may say of a course, and has said."""

    may_rate: bool
    rating: Rating | None


def course_ratings(*, course_id: int, stars: int | None = None) -> RatingList:
    """The shown ratings of a course, with their numbers. One query."""
    row = CourseRatings.objects.filter(pk=course_id).first() or CourseRatings(pk=course_id)
    return RatingList(course_id, stars, tuple(row.by_stars.values()))


def own_rating(*, user_id: int, course_id: int) -> OwnRating:
    """The student's own rating in whatever state. Two queries, four for a stranger.

    Raises CourseNotFound for a course that the student may neither rate nor see.
    """
    allowed = may_rate(user_id=user_id, course_id=course_id)
    if not allowed:
        access.require_visible(course_id=course_id, user_id=user_id)
    rating = Rating.objects.filter(user=user_id, course=course_id).first()
    return OwnRating(allowed, rating)


def masked_name(user: User) -> str:
    """A student as others see them: the first character of the name; a closed account says so."""
    name = str(user)
    return f"{name[0]}**" if user.closed_at is None else name
