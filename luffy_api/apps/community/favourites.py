"""Students keep courses to find them again: 我的收藏."""

from django.db import transaction

from luffy_api.apps.community.exceptions import TooManyFavourites
from luffy_api.apps.community.models import Favourite, FavouriteQuerySet
from luffy_api.apps.course import access
from luffy_api.apps.course.exceptions import CourseNotFound
from luffy_api.apps.course.locks import lock_writer
from luffy_api.apps.course.models import Course
from luffy_api.common.transactions import retry_deadlocks

# Of listed courses, so that what a student sees is what counts.
MAX_FAVOURITES = 500


@retry_deadlocks
@transaction.atomic
def add(*, user_id: int, course_id: int) -> None:
    """Keep a course of the catalogue; one that is kept already stays as it is.

    Raises CourseNotFound, TooManyFavourites. The student is locked, so that requests at the same
    moment cannot exceed the limit together.
    """
    lock_writer(user_id)
    own = Favourite.objects.filter(user=user_id)
    if own.filter(course__id=course_id).exists():
        return
    if not Course.objects.listed().filter(pk=course_id).exists():
        raise CourseNotFound
    if own.listed().count() >= MAX_FAVOURITES:
        raise TooManyFavourites(MAX_FAVOURITES)
    Favourite.objects.create(user_id=user_id, course_id=course_id)


def remove(*, user_id: int, course_id: int) -> None:
    """Keep the course no more; nothing happens to one that is not kept."""
    Favourite.objects.filter(user=user_id, course__id=course_id).delete()


def erase(user_id: int) -> None:
    """Delete all of a student's, in the transaction that closes the account."""
    Favourite.objects.filter(user=user_id).delete()


def is_kept(*, user_id: int, course_id: int) -> bool:
    """Whether the student keeps the course. One query; two, if not.

    Raises CourseNotFound for one that the student neither keeps nor may see.
    """
    if Favourite.objects.filter(user=user_id, course__id=course_id).exists():
        return True
    access.require_visible(course_id=course_id, user_id=user_id)
    return False


def kept_by(user_id: int) -> FavouriteQuerySet:
    """What 我的收藏 shows, the latest first."""
    return Favourite.objects.filter(user=user_id).listed().order_by("-id")


def count_of(course_id: int) -> int:
    """How many students keep the course. One query, by an index."""
    return Favourite.objects.filter(course=course_id).count()
