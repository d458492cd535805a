"""Queries of the home page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from luffy_api.apps.course import card_fragments
from luffy_api.apps.course.card_fragments import Fragment
from luffy_api.apps.course.models import Course
from luffy_api.apps.home.models import Banner
from luffy_api.common.models import CatalogueQuerySet
from luffy_api.common.prepared_query import PreparedValues, SmallInteger

MAX_BANNERS = 8
LISTING_COURSES = 4


@dataclass(frozen=True)
class Listing:
    """The courses of one kind that come first; none where nothing of the kind is listed."""

    kind: Course.Kind
    courses: Sequence[Fragment]


def banners() -> CatalogueQuerySet[Banner]:
    """The visible banners in display order, at most MAX_BANNERS. One query."""
    return Banner.objects.visible()[:MAX_BANNERS]


def listings() -> list[Listing]:
    """The first LISTING_COURSES courses of every kind, in the order of kinds.

    One query, and those of the cards that are not known.
    """
    rows = sorted(_FIRST.all_of(*((kind.value,) for kind in Course.Kind)))
    cards = card_fragments.load_listed([pk for *_, pk in rows])
    return [
        Listing(kind, [cards[pk] for of, _, pk in rows if of == kind and pk in cards])
        for kind in Course.Kind
    ]


def _first(kind: int) -> "QuerySet[Course, Any]":
    courses = Course.objects.listed().filter(kind=kind).order_by("orders", "id")
    return courses.values_list("kind", "orders", "pk")[:LISTING_COURSES]


_FIRST = PreparedValues(_first, SmallInteger)
