"""Reads of the membership of one student, and of the terms that are sold."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max
from django.utils import timezone

from luffy_api.apps.course.models import Course
from luffy_api.apps.promotion.exceptions import TermNotFound
from luffy_api.apps.promotion.models import MembershipPeriod, MembershipTerm
from luffy_api.common.models import CatalogueQuerySet


@dataclass(frozen=True)
class Offer:
    """The terms in display order, and how many courses they open."""

    terms: list[MembershipTerm]
    course_count: int


@dataclass(frozen=True)
class Membership:
    """When it ends (UTC), None without one; and what was bought of it, the newest first."""

    ends_at: datetime | None
    periods: list[MembershipPeriod]


def ends_at(user_id: int, now: datetime) -> datetime | None:
    """When the membership of a user ends (UTC), None without one at `now`. One query."""
    live = MembershipPeriod.objects.live(now).filter(user=user_id).order_by()
    latest: datetime | None = live.aggregate(latest=Max("ends_at"))["latest"]
    return latest


def membership(user_id: int) -> Membership:
    """The membership of a student. One query."""
    now = timezone.now()
    periods = list(MembershipPeriod.objects.filter(user=user_id).order_by("-number"))
    live = [each.ends_at for each in periods if each.ended_at is None and each.ends_at > now]
    return Membership(max(live, default=None), periods)


def offer() -> Offer:
    """What the page of memberships sells. Two queries."""
    vip = Course.objects.on_sale().filter(course_type=Course.CourseType.VIP)
    return Offer(terms(), vip.count())


def sold_terms() -> CatalogueQuerySet[MembershipTerm]:
    """What is sold, in display order."""
    return MembershipTerm.objects.visible()


def terms() -> list[MembershipTerm]:
    """The same as a list. One query."""
    return list(sold_terms())


def term(term_id: int) -> MembershipTerm:
    """A term that is sold. One query. Raises TermNotFound."""
    found = sold_terms().filter(pk=term_id).first()
    if found is None:
        raise TermNotFound
    return found
