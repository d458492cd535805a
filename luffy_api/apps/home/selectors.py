"""Queries of the home page."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from luffy_api.apps.course.models import Course
from luffy_api.apps.course.selectors import CourseCard, listed_courses, load_cards
from luffy_api.apps.home.models import Banner
from luffy_api.common.models import CatalogueQuerySet

MAX_BANNERS = 8
LISTING_COURSES = 4


@dataclass(frozen=True)
class Listing:
    """The courses of one kind that come first; none where nothing of the kind is listed."""

    kind: Course.Kind
    courses: Sequence[CourseCard]


def banners() -> CatalogueQuerySet[Banner]:
    """The visible banners in display order, at most MAX_BANNERS. One query."""
    return Banner.objects.visible()[:MAX_BANNERS]


def listings() -> list[Listing]:
    """The first LISTING_COURSES courses of every kind, in the order of kinds. Five queries."""
    rows = {
        kind: list(listed_courses().filter(kind=kind)[:LISTING_COURSES]) for kind in Course.Kind
    }
    cards = iter(load_cards([course for courses in rows.values() for course in courses]))
    return [Listing(kind, list(islice(cards, len(courses)))) for kind, courses in rows.items()]
