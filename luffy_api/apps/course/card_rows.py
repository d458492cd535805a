"""Cards as plain values: what `cards.CourseCardSerializer` says, several times as fast.

The serializer is the contract, and describes the API; a test compares the two for every shape.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.files.storage import Storage
from django.db.models import F, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from luffy_api.apps.course import pricing
from luffy_api.apps.course.models import Course, CourseDiscount, CourseSection, Teacher
from luffy_api.apps.course.pricing import Offer
from luffy_api.apps.course.selectors import CARD_SECTIONS
from luffy_api.common.renditions import renditions_of

CardData = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Card:
    """The fields of a card, and whether the catalogue shows it."""

    data: CardData
    is_listed: bool


_COURSE = (
    *("pk", "name", "course_img", "course_img_set", "brief", "kind", "course_type", "level"),
    *("status", "students", "rating_count", "rating_average", "sections", "pub_sections"),
    *("period", "price", "vip_price"),
)
_CATEGORY = ("course_category_id", "course_category__name")
_TEACHER = (
    *("teacher_id", "teacher__name", "teacher__role", "teacher__title", "teacher__signature"),
    *("teacher__image", "teacher__brief"),
)
_SECTION = ("pk", "name", "duration", "free_trail")
_KINDS = dict(Course.Kind.choices)
_TYPES = dict(Course.CourseType.choices)
_LEVELS = dict(Course.Level.choices)
_STATES = dict(Course.Status.choices)
_ROLES = dict(Teacher.Role.choices)


def load(ids: Sequence[int], *, now: datetime | None = None) -> dict[int, Card]:
    """The cards of courses by id, of unlisted ones too. Three queries, one for none."""
    rows = Course.objects.filter(pk__in=ids).order_by()
    found = rows.values_list("is_listed", *_COURSE, *_CATEGORY, *_TEACHER)
    courses = {row[0]: (listed, row) for listed, *row in found}
    if not courses:
        return {}
    discounts = _discounts(list(courses), now := now or timezone.now())
    sections = _sections(list(courses))
    return {
        pk: Card(_data(row, discounts[pk], sections[pk], now), listed)
        for pk, (listed, row) in courses.items()
    }


def _data(
    row: Sequence[Any], discounts: list[Any], sections: list[dict[str, Any]], now: datetime
) -> CardData:
    """In the order of the serializer's fields."""
    course, category, teacher = row[:17], row[17:19], row[19:]
    pk, name, image, versions, brief, kind, course_type, level, status, *numbers = course
    students, ratings, average, total, published, period, price, vip_price = numbers
    offer = pricing.best_offer(price, discounts, now)
    return {
        "id": pk,
        "name": name,
        "course_img": _url(Course, "course_img", image),
        "course_img_set": renditions_of(_storage(Course, "course_img"), image, versions),
        "brief": brief,
        "kind": kind,
        "kind_name": _KINDS[kind],
        "course_type": course_type,
        "course_type_name": _TYPES[course_type],
        "level": level,
        "level_name": _LEVELS[level],
        "status": status,
        "status_name": _STATES[status],
        "students": students,
        "rating_count": ratings,
        "rating_average": f"{average:.2f}",
        "sections": total,
        "pub_sections": published,
        "period": period,
        "price": _yuan(price),
        **_offer(offer, vip_price),
        "course_category": {"id": category[0], "name": category[1]},
        "teacher": _teacher(teacher),
        "section_list": sections,
    }


def _offer(offer: Offer, vip_price: Decimal | None) -> dict[str, Any]:
    ends = offer.discount_ends
    price = pricing.vip_price(vip_price, offer.real_price)
    return {
        "real_price": _yuan(offer.real_price),
        "vip_price": price and _yuan(price),
        "discount_type": offer.discount_type,
        "discount_ends": ends and _wire_time(ends),
    }


def _teacher(row: Sequence[Any]) -> dict[str, Any]:
    pk, name, role, title, signature, image, brief = row
    return {
        "id": pk,
        "name": name,
        "role_name": _ROLES[role],
        "title": title,
        "signature": signature,
        "image": _url(Teacher, "image", image),
        "brief": brief,
    }


def _discounts(ids: list[int], now: datetime) -> dict[int, list[Any]]:
    by_course: defaultdict[int, list[Any]] = defaultdict(list)
    running = CourseDiscount.objects.running(now).filter(courses__in=ids)
    for row in running.values_list("courses", *pricing.DISCOUNT_FIELDS, named=True):
        by_course[row.courses].append(row)
    return by_course


def _sections(ids: list[int]) -> dict[int, list[dict[str, Any]]]:
    """The first `CARD_SECTIONS` of each course."""
    rank = Window(
        RowNumber(),
        partition_by=F("chapter__course_id"),
        order_by=["chapter__chapter", "chapter_id", "orders", "id"],
    )
    first_ones = (
        CourseSection.objects.visible()
        .filter(chapter__course_id__in=ids)
        .annotate(rank=rank)
        .filter(rank__lte=CARD_SECTIONS)
        .order_by("rank")
        .values_list("chapter__course_id", *_SECTION)
    )
    by_course: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    for course_id, pk, name, duration, free_trail in first_ones:
        by_course[course_id].append(
            {"id": pk, "name": name, "duration": duration, "free_trail": free_trail}
        )
    return by_course


def _url(model: Any, field: str, name: str) -> str | None:
    return _storage(model, field).url(name) if name else None


def _storage(model: Any, field: str) -> Storage:
    storage: Storage = model._meta.get_field(field).storage
    return storage


def _yuan(amount: Decimal) -> str:
    return f"{amount:.2f}"


def _wire_time(moment: datetime) -> str:
    """As DRF's DateTimeField has it: ISO 8601 in the school's time zone."""
    text = timezone.localtime(moment).isoformat()
    return f"{text.removesuffix('+00:00')}Z" if text.endswith("+00:00") else text
