"""Which courses, or categories, coupons of these scopes are for, by name."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, QuerySet, Window
from django.db.models.functions import RowNumber

from luffy_api.apps.course.models import Course, CourseCategory
from luffy_api.apps.promotion.models import Coupon

# Names for each coupon; of the others there is a number.
MAX_NAMED = 5


@dataclass(frozen=True)
class Target:
    """A course or a category."""

    id: int
    name: str


@dataclass(frozen=True)
class Targets:
    """The first MAX_NAMED in display order, and how many there are in all."""

    named: Sequence[Target] = ()
    count: int = 0


NONE = Targets()


def load(coupons: Iterable[Coupon]) -> dict[int, Targets]:
    """By coupon: the courses on sale, or the visible categories, that it is for.

    Coupons of other scopes are left out. At most two queries, none without coupons of these scopes.
    """
    scopes = {coupon.pk: coupon.scope for coupon in coupons}
    courses = Coupon.courses.through.objects.filter(course__in=Course.objects.on_sale())
    shown = CourseCategory.objects.visible()
    categories = Coupon.categories.through.objects.filter(coursecategory__in=shown)
    return _named(courses.filter(coupon__in=_of(scopes, Coupon.Scope.COURSE)), "course") | _named(
        categories.filter(coupon__in=_of(scopes, Coupon.Scope.CATEGORY)), "coursecategory"
    )


def _of(scopes: dict[int, int], scope: Coupon.Scope) -> list[int]:
    return [pk for pk, each in scopes.items() if each == scope]


def _named(rows: QuerySet[Any], path: str) -> dict[int, Targets]:
    """Of rows that join coupons to what is at `path`; no query for no coupon."""
    ranked = rows.annotate(
        rank=Window(
            RowNumber(), partition_by=F("coupon"), order_by=[f"{path}__orders", f"{path}_id"]
        ),
        count=Window(Count("pk"), partition_by=F("coupon")),
    )
    columns = ("coupon_id", f"{path}_id", f"{path}__name", "count")
    found: dict[int, Targets] = {}
    for coupon_id, pk, name, count in (
        ranked.filter(rank__lte=MAX_NAMED).order_by("coupon", "rank").values_list(*columns)
    ):
        known = found.get(coupon_id, NONE)
        found[coupon_id] = Targets([*known.named, Target(pk, name)], count)
    return found
