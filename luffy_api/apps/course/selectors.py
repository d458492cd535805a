"""Reads of the catalogue, each with a fixed number of queries."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db.models import F, OuterRef, Prefetch, Subquery, Window, prefetch_related_objects
from django.db.models.functions import RowNumber
from django.utils import timezone

from luffy_api.apps.course import pricing, signed_urls
from luffy_api.apps.course.exceptions import CourseNotFound
from luffy_api.apps.course.models import (
    Course,
    CourseCategory,
    CourseChapter,
    CourseDiscount,
    CourseSection,
)
from luffy_api.apps.course.querysets import CourseQuerySet
from luffy_api.common.models import CatalogueQuerySet

CARD_SECTIONS = 4


def categories() -> CatalogueQuerySet[CourseCategory]:
    """The category row of the shelves."""
    return CourseCategory.objects.visible()


def course_list(
    *, kind: int | None = None, category_id: int | None = None, ordering: str = "orders"
) -> CourseQuerySet:
    """A shelf; `ordering` is orders, students or price, with "-" for descending.

    Ordering by price means the price that the student would pay now.
    """
    courses = Course.objects.on_shelf().for_card()
    if kind is not None:
        courses = courses.filter(kind=kind)
    if category_id is not None:
        courses = courses.filter(course_category_id=category_id)
    if ordering.lstrip("-") == "price":
        courses = courses.with_real_price(timezone.now())
        ordering = ordering.replace("price", "sort_price")
    return courses.order_by(ordering, "-id" if ordering.startswith("-") else "id")


def complete_cards(courses: Sequence[Course], *, now: datetime | None = None) -> Sequence[Course]:
    """Fills what a card shows beyond the row: the offer and the first sections. Two queries."""
    attach_offers(courses, now=now)
    _attach_section_lists(courses)
    return courses


def attach_offers(courses: Sequence[Course], *, now: datetime | None = None) -> None:
    """Fills `offer`, what each course costs at `now`. One query."""
    now = now or timezone.now()
    running = CourseDiscount.objects.running(now)
    prefetch_related_objects(
        courses, Prefetch("discounts", queryset=running, to_attr="running_discounts")
    )
    for course in courses:
        course.offer = pricing.best_offer(course.price, course.running_discounts, now)


def _attach_section_lists(courses: Sequence[Course]) -> None:
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
    for course in courses:
        course.section_list = by_course[course.pk]


def course_detail(*, course_id: int, user_id: int | None) -> Course:
    """A course as its page shows it. Three queries. Raises CourseNotFound."""
    trial = (
        CourseSection.objects.visible()
        .playable()
        .filter(free_trail=True, section_type=CourseSection.SectionType.VIDEO)
        .filter(chapter__course=OuterRef("pk"))
        .in_order()
    )
    course = (
        Course.objects.visible_to(user_id)
        .for_card()
        .with_owned(user_id)
        .annotate(trial_section=Subquery(trial.values("id")[:1]))
        .filter(pk=course_id)
        .first()
    )
    if course is None:
        raise CourseNotFound
    complete_cards([course])
    course.attachment_url = _attachment_url(course, user_id)
    return course


def _attachment_url(course: Course, user_id: int | None) -> str | None:
    if user_id is None or not course.owned or not course.attachment_path:
        return None
    expires_at = timezone.now() + settings.SIGNED_URL_MAX_LIFETIME
    return signed_urls.of_attachment(course, user_id=user_id, expires_at=expires_at)


def chapters(*, course_id: int, user_id: int | None) -> list[CourseChapter]:
    """Every chapter with its sections, in order. Two queries. Raises CourseNotFound."""
    courses = Course.objects.visible_to(user_id).filter(pk=course_id)
    sections = CourseSection.objects.visible()
    found = list(
        CourseChapter.objects.visible()
        .filter(course__in=courses)
        .prefetch_related(Prefetch("coursesections", queryset=sections))
    )
    if not found and not courses.exists():
        raise CourseNotFound
    return found


def for_sale(*, course_ids: Sequence[int], user_id: int) -> list[Course]:
    """Those of the courses that can be bought now, with `offer` and `owned`, by id. Two queries."""
    courses = list(
        Course.objects.on_sale().with_owned(user_id).filter(pk__in=course_ids).order_by("pk")
    )
    attach_offers(courses)
    return courses
