"""Reads of packages, each with a fixed number of queries; and what an order of one consists of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from django.db.models import Exists, F, Min, OuterRef, Subquery
from django.utils import timezone

from luffy_api.apps.course import selectors as course_selectors
from luffy_api.apps.course.models import Course
from luffy_api.apps.course.selectors import CourseForSale
from luffy_api.apps.promotion import package_pricing, paths
from luffy_api.apps.promotion.exceptions import PackageNotFound
from luffy_api.apps.promotion.membership import prices
from luffy_api.apps.promotion.models import Package, PackageQuerySet, PackageStep
from luffy_api.apps.promotion.paths import Stage
from luffy_api.apps.promotion.pricing import ZERO
from luffy_api.common.prepared_query import PreparedValues

# Packages in a list, and beside a course.
MAX_LISTED = 100
# Nobody has this id: what everybody may buy.
VISITOR = 0


class PackageLine(NamedTuple):
    """A course of a package, what it costs this student alone, and within the package (yuan).

    `public_share` is what everybody pays for it within the package: a member pays the price for
    members where that is less.
    """

    sold: CourseForSale
    public_share: Decimal

    @property
    def share(self) -> Decimal:
        """What this student pays for it within the package, never more than alone."""
        return min(self.public_share, self.sold.offer.real_price)

    @property
    def vip_amount(self) -> Decimal:
        """What a member pays less for it than everybody within the package."""
        return self.public_share - self.share

    @property
    def for_order(self) -> CourseForSale:
        """The course at that price."""
        offer = replace(self.sold.offer, real_price=self.share)
        return replace(self.sold, offer=offer, vip_amount=self.vip_amount)

    @property
    def is_due(self) -> bool:
        """Whether the student has still to pay it."""
        return not self.sold.owned


@dataclass(frozen=True)
class PackageOffer:
    """A package as one student may buy it now; `missing` of its courses are not sold now."""

    package: Package
    lines: Sequence[PackageLine]
    missing: int

    @cached_property
    def stages(self) -> list[Stage]:
        """Those of a path, without what is not sold now. Two queries, none of any other package."""
        return paths.stages(self.package, [line.sold.course.pk for line in self.lines])

    @property
    def due(self) -> list[PackageLine]:
        """What the student has not yet."""
        return [line for line in self.lines if line.is_due]

    @property
    def owned(self) -> list[int]:
        """The ids of what the student has."""
        return [line.sold.course.pk for line in self.lines if not line.is_due]

    @property
    def total_amount(self) -> Decimal:
        """What the student pays for the rest."""
        return sum((line.share for line in self.due), ZERO)

    @property
    def single_amount(self) -> Decimal:
        """What the rest costs, course by course."""
        return sum((line.sold.offer.real_price for line in self.due), ZERO)

    @property
    def is_personal(self) -> bool:
        """Whether anything of it is another than for a visitor."""
        return any(line.sold.owned or line.sold.vip_amount for line in self.lines)

    @property
    def is_cheaper(self) -> bool:
        """Whether the package costs less than its courses alone, at what this student pays."""
        public = [line.sold.for_everybody().offer.real_price for line in self.lines]
        if not package_pricing.is_cheaper(self.package.price, public):
            return False
        own = not self.due or self.total_amount < self.single_amount
        return own or not any(line.sold.vip_amount for line in self.lines)

    @property
    def why(self) -> str:
        """Why the student cannot buy it now, in Chinese; blank if they can."""
        if self.missing or not self.lines:
            return "套餐中有课程已下架或暂未开放购买，套餐暂时不能购买"
        if not self.due:
            return "您已拥有套餐中的全部课程"
        if free := [line.sold.course.name for line in self.due if not line.share]:
            return f"《{free[0]}》现在免费，请先免费加入这门课程，再购买套餐"
        return ""

    def lines_to_pay(self) -> list[CourseForSale]:
        """The courses of an order of the package, each at its share."""
        return [line.for_order for line in self.due]


def offer(*, package_id: int, user_id: int = VISITOR, is_placing: bool = False) -> PackageOffer:
    """A package that is on sale, for a student or a visitor.

    Three queries, one more for a student if a course has a lower price for members. `is_placing` as
    in `prices.for_sale`. Raises PackageNotFound for any other.
    """
    package = Package.objects.on_sale(timezone.now()).filter(pk=package_id).first()
    if package is None:
        raise PackageNotFound
    return offer_of(package, user_id=user_id, is_placing=is_placing)


def offer_of(package: Package, *, user_id: int = VISITOR, is_placing: bool = False) -> PackageOffer:
    """The same for any package, whatever its state. Two queries, or one more."""
    course_ids = _course_ids([package.pk])[package.pk]
    if user_id == VISITOR:
        sold = course_selectors.for_sale(user_id=user_id, course_ids=course_ids)
    else:
        sold = prices.for_sale(user_id=user_id, course_ids=course_ids, is_placing=is_placing)
    return _offer(package, course_ids, {each.course.pk: each for each in sold})


def listed(*, course_id: int | None = None) -> list[PackageOffer]:
    """The packages that a visitor may buy now, in display order; with a course, those that have it.

    Four queries, one if there are none.
    """
    rows = Package.objects.on_sale(timezone.now())
    if course_id is not None:
        rows = rows.filter(courses=course_id)
    packages = list(rows[:MAX_LISTED])
    if not packages:
        return []
    return [each for each in offers(packages) if not each.why]


def sellable() -> PackageQuerySet:
    """The packages on sale of which each course is sold, in display order, for a page of them."""
    return _sellable_at(timezone.now())


def _sellable_at(now: datetime) -> PackageQuerySet:
    not_sold = Package.courses.through.objects.filter(package=OuterRef("pk")).exclude(
        course__in=Course.objects.on_sale().order_by().values("pk")
    )
    return Package.objects.on_sale(now).filter(~Exists(not_sold), course_count__gt=0)


# Part of what every page shows of the school: compiled, it takes many times as long as to be asked.
_one_sold = PreparedValues(
    lambda now: _sellable_at(now).order_by().values_list("pk")[:1],
    datetime,
)


def is_any_sold() -> bool:
    """Whether `sellable` has any. One query."""
    return bool(_one_sold.all(timezone.now()))


def offers(packages: Sequence[Package]) -> list[PackageOffer]:
    """Each as a visitor may buy it. Three queries."""
    course_ids = _course_ids([package.pk for package in packages])
    sold = _sold(sorted({pk for each in course_ids.values() for pk in each}))
    return [_offer(package, course_ids[package.pk], sold) for package in packages]


def next_change(after: datetime) -> datetime | None:
    """When a package begins or ends next after a moment (UTC). Two queries."""
    shown = Package.objects.visible().filter(status=Package.Status.ON_SALE)
    begins = shown.filter(starts_at__gt=after).aggregate(moment=Min("starts_at"))["moment"]
    ends = shown.filter(ends_at__gt=after).aggregate(moment=Min("ends_at"))["moment"]
    return min((moment for moment in (begins, ends) if moment), default=None)


def _course_ids(package_ids: Sequence[int]) -> dict[int, list[int]]:
    """The courses of each, in display order or that of the path. One query."""
    found: dict[int, list[int]] = {pk: [] for pk in package_ids}
    steps = PackageStep.objects.filter(
        package=OuterRef("package"), course=OuterRef("course"), package__is_path=True
    ).order_by()
    rows = (
        Package.courses.through.objects.filter(package__in=package_ids)
        .annotate(place=Subquery(steps.values("orders")), step=Subquery(steps.values("pk")))
        .order_by(F("place").asc(nulls_last=True), F("step").asc(), "course__orders", "course_id")
    )
    for package_id, course_id in rows.values_list("package_id", "course_id"):
        found[package_id].append(course_id)
    return found


def _sold(course_ids: Sequence[int]) -> dict[int, CourseForSale]:
    """Those of the courses that a visitor may buy now. Two queries."""
    rows = Course.objects.on_sale().filter(pk__in=course_ids)
    courses = list(rows.only(*course_selectors.FOR_SALE).order_by())
    offers = course_selectors.load_offers(courses)
    return {each.pk: CourseForSale(each, offers[each.pk], owned=False) for each in courses}


def _offer(
    package: Package, course_ids: Sequence[int], sold: Mapping[int, CourseForSale]
) -> PackageOffer:
    here = [sold[pk] for pk in course_ids if pk in sold]
    public = [each.for_everybody().offer.real_price for each in here]
    shares = package_pricing.shares(package.price, public)
    lines = [PackageLine(each, share) for each, share in zip(here, shares, strict=True)]
    return PackageOffer(package, lines, missing=len(course_ids) - len(here))
