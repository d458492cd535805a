"""Reads of the catalogue, each with a fixed number of queries."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any, TypeAlias

from django.conf import settings
from django.db.models import (
    Exists,
    F,
    FilteredRelation,
    Min,
    OuterRef,
    Prefetch,
    QuerySet,
    Subquery,
    Window,
)
from django.db.models.functions import RowNumber
from django.utils import timezone

from luffy_api.apps.course import access, pricing, signed_urls
from luffy_api.apps.course.exceptions import CourseNotFound, PreviewEnded
from luffy_api.apps.course.models import (
    Course,
    CourseCategory,
    CourseChapter,
    CourseDiscount,
    CourseQuerySet,
    CourseSection,
    Enrollment,
    EnrollmentGrant,
)
from luffy_api.apps.course.models.discounts import running_discount
from luffy_api.apps.course.pricing import Offer
from luffy_api.common import replica
from luffy_api.common.models import CatalogueQuerySet
from luffy_api.common.prepared_query import PreparedQuery

CARD_SECTIONS = 4
# What an order shows of a course.
FOR_SALE = ("name", "course_img", "price", "vip_price", "study_months")
# A CourseWithAccess with `pricing.DISCOUNT_FIELDS` of one running discount, None without any.
CourseAtDiscount: TypeAlias = Any


@dataclass(frozen=True)
class CourseCard:
    """A course as lists show it: its row, its price now, its first `CARD_SECTIONS` sections.

    What the row of a list shows beyond that belongs to a subclass in the app of the list.
    """

    course: Course
    offer: Offer
    section_list: Sequence[CourseSection]

    @property
    def vip_price(self) -> Decimal | None:
        """What a member pays (yuan), None if that is not less than what everybody pays."""
        return pricing.vip_price(self.course.vip_price, self.offer.real_price)


@dataclass(frozen=True)
class CourseDetail(CourseCard):
    """A course as its own page shows it to one user (or to a visitor).

    `trial_section` is the id of the first video for everybody. `attachment_url` is a signed URL,
    None without an attachment or without access.
    """

    owned: bool
    trial_section: int | None
    attachment_url: str | None


@dataclass(frozen=True)
class CoursePreview(CourseDetail):
    """The same for whoever has a preview link, which ends at `preview_ends_at` (UTC)."""

    preview_ends_at: datetime


@dataclass(frozen=True)
class CourseForSale:
    """A course that can be bought, its price now, and whether the user has it already.

    `vip_amount` is what of the price a membership has taken off already (yuan).
    """

    course: Course
    offer: Offer
    owned: bool
    vip_amount: Decimal = pricing.ZERO

    @property
    def vip_price(self) -> Decimal | None:
        """What a member pays (yuan), None if that is not less than what everybody pays."""
        public = self.offer.real_price + self.vip_amount
        return pricing.vip_price(self.course.vip_price, public)

    def for_everybody(self) -> "CourseForSale":
        """The same at what everybody pays."""
        return self.less_as_member(self.vip_amount)

    def less_as_member(self, amount: Decimal) -> "CourseForSale":
        """The same without `amount` (yuan) of what the membership takes off."""
        if not amount:
            return self
        offer = replace(self.offer, real_price=self.offer.real_price + amount)
        return replace(self, offer=offer, vip_amount=self.vip_amount - amount)

    def for_member(self) -> "CourseForSale":
        """The same at what a member pays."""
        price = self.vip_price
        if price is None:
            return self
        offer = replace(self.offer, real_price=price)
        return replace(self, offer=offer, vip_amount=self.offer.real_price - price)


def categories() -> CatalogueQuerySet[CourseCategory]:
    """Return the categories that students see."""
    return CourseCategory.objects.visible()


def listed_courses() -> CourseQuerySet:
    """Return the courses of the catalogue, for `load_cards`."""
    return Course.objects.listed().for_card()


def load_cards(courses: Sequence[Course], *, now: datetime | None = None) -> list[CourseCard]:
    """Return the cards of courses that come from `for_card`, in their order. Two queries."""
    offers = load_offers(courses, now=now)
    sections = _section_lists(courses)
    return [CourseCard(course, offers[course.pk], sections[course.pk]) for course in courses]


def load_offers(courses: Sequence[Course], *, now: datetime | None = None) -> dict[int, Offer]:
    """Return what each course costs at `now` (UTC), by its id. One query."""
    now = now or timezone.now()
    discounts: defaultdict[int, list[pricing.Discount]] = defaultdict(list)
    running = CourseDiscount.objects.running(now).filter(courses__in=[row.pk for row in courses])
    for row in running.values_list("courses", *pricing.DISCOUNT_FIELDS, named=True):
        discounts[row.courses].append(row)
    return {
        course.pk: pricing.best_offer(course.price, discounts[course.pk], now) for course in courses
    }


def next_price_change(after: datetime) -> datetime | None:
    """When a discount begins or ends next after a moment (UTC). Two queries."""
    discounts = CourseDiscount.objects.visible()
    begins = discounts.filter(starts_at__gt=after).aggregate(moment=Min("starts_at"))["moment"]
    ends = discounts.filter(ends_at__gt=after).aggregate(moment=Min("ends_at"))["moment"]
    return min((moment for moment in (begins, ends) if moment), default=None)


def _section_lists(courses: Sequence[Course]) -> Mapping[int, Sequence[CourseSection]]:
    rank = Window(
        RowNumber(),
        partition_by=F("chapter__course_id"),
        order_by=["chapter__chapter", "chapter_id", "orders", "id"],
    )
    first_ones = (
        CourseSection.objects.visible()
        .filter(chapter__course_id__in=[course.pk for course in courses])
        .annotate(rank=rank)
        .filter(rank__lte=CARD_SECTIONS)
        .select_related("chapter")
        .order_by("rank")
    )
    by_course: defaultdict[int, list[CourseSection]] = defaultdict(list)
    for section in first_ones:
        by_course[section.chapter.course_id].append(section)
    return by_course


def course_detail(*, course_id: int, user_id: int | None) -> CourseDetail:
    """Return a course as its page shows it. Three queries. Raises CourseNotFound."""
    trial = (
        CourseSection.objects.visible()
        .playable()
        .filter(free_trail=True, section_type=CourseSection.SectionType.VIDEO)
        .filter(chapter__course=OuterRef("pk"))
        .in_order()
    )
    courses = access.courses_visible_to(user_id).for_card().filter(pk=course_id)
    course = (
        access.with_access(courses, user_id=user_id)
        .annotate(trial_section=Subquery(trial.values("id")[:1]))
        .first()
    )
    if course is None:
        raise CourseNotFound
    [card] = load_cards([course])
    return CourseDetail(
        course=course,
        offer=card.offer,
        section_list=card.section_list,
        owned=course.owned,
        trial_section=course.trial_section,
        attachment_url=_attachment_url(course, user_id) if course.owned else None,
    )


def course_preview(*, course_id: int, ends_at: datetime) -> CoursePreview:
    """Return a course as its page will show it to visitors. Three queries. Raises PreviewEnded.

    Without a trial: only what is public plays for everybody.
    """
    course = _in_preview(course_id).for_card().first()
    if course is None:
        raise PreviewEnded
    [card] = load_cards([course])
    return CoursePreview(
        course=course,
        offer=card.offer,
        section_list=card.section_list,
        owned=False,
        trial_section=None,
        attachment_url=None,
        preview_ends_at=ends_at,
    )


def chapters_in_preview(course_id: int) -> CatalogueQuerySet[CourseChapter]:
    """Return the chapters that visitors will see. Three queries. Raises PreviewEnded."""
    if not _in_preview(course_id).exists():
        raise PreviewEnded
    outline = Prefetch("coursesections", queryset=CourseSection.objects.visible())
    return CourseChapter.objects.visible().filter(course=course_id).prefetch_related(outline)


def _in_preview(course_id: int) -> CourseQuerySet:
    return Course.objects.using(replica.PRIMARY).filter(pk=course_id, is_delete=False)


def personal_part(*, user_id: int, pk: int) -> dict[str, object]:
    """Return what the page of course `pk` shows to this student other than to a visitor.

    Of a course that a visitor may see. One query.
    """
    course = _OWNED.first(user_id, pk)
    if course is None:
        return {}
    return {"owned": True, "attachment_path": _attachment_url(course, user_id)}


def _owned(user_id: int, course_id: int) -> QuerySet[Course]:
    owners = Enrollment.objects.entitling(user_id).filter(course=course_id).values("course")
    return Course.objects.filter(pk__in=owners).only("attachment_path").order_by()


_OWNED = PreparedQuery(_owned, int, int)


def _attachment_url(course: Course, user_id: int | None) -> str | None:
    if user_id is None or not course.attachment_path:
        return None
    expires_at = timezone.now() + settings.SIGNED_URL_MAX_LIFETIME
    return signed_urls.of_attachment(course, user_id=user_id, expires_at=expires_at)


def chapters(*, user_id: int | None) -> CatalogueQuerySet[CourseChapter]:
    """Return the chapters that this user may see, with their sections, in order. Two queries."""
    sections = CourseSection.objects.visible()
    if user_id is not None:
        sections = sections.using(replica.PRIMARY)
    outline = Prefetch("coursesections", queryset=sections)
    return access.chapters_visible_to(user_id).prefetch_related(outline)


def for_sale(*, course_ids: Sequence[int], user_id: int) -> list[CourseForSale]:
    """Return those of the courses that can be bought now, by id. One query.

    Of the course only what an order shows of it is read.
    """
    if not course_ids:
        return []
    now = timezone.now()
    rows = defaultdict(list)
    for row in _on_sale(len(course_ids)).all(now, user_id, *course_ids):
        rows[row.pk].append(row)
    return [_for_sale(found, now) for found in rows.values()]


def _for_sale(rows: Sequence[CourseAtDiscount], now: datetime) -> CourseForSale:
    """From the rows of one course."""
    course = rows[0]
    discounts = [row for row in rows if row.discount_type is not None]
    offer = pricing.best_offer(course.price, discounts, now)
    return CourseForSale(course, offer, bool(course.owned))


@cache
def _on_sale(count: int) -> PreparedQuery[CourseAtDiscount]:
    """The query of `for_sale` for so many courses; a cart has a few."""

    def build(now: datetime, user_id: int, *course_ids: int) -> QuerySet[CourseAtDiscount]:
        courses = Course.objects.on_sale().filter(pk__in=course_ids).order_by("pk")
        running = FilteredRelation("discounts", condition=running_discount(now, "discounts__"))
        own = EnrollmentGrant.objects.owned(now).filter(course=OuterRef("pk"), user=user_id)
        owned = courses.only(*FOR_SALE).annotate(owned=Exists(own.filter(user__is_active=True)))
        columns = {name: F(f"running__{name}") for name in pricing.DISCOUNT_FIELDS}
        return owned.annotate(running=running).annotate(**columns)

    return PreparedQuery(build, datetime, *[int] * (1 + count))
