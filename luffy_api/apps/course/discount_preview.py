"""Reads for whoever plans an activity: its courses, and what else they take part in meanwhile."""

from decimal import Decimal

from django.db.models import Count

from luffy_api.apps.course.models import Course, CourseDiscount


def discounted_courses(discount: CourseDiscount, *, limit: int) -> list[tuple[str, Decimal]]:
    """Name and price in yuan of at most `limit` of its courses, in their order."""
    courses = Course.objects.not_deleted().filter(discounts=discount)
    return list(courses.values_list("name", "price")[:limit])


def overlaps(discount: CourseDiscount) -> list[tuple[str, int]]:
    """Names of other visible activities at some of the same time, with courses in common.

    And the number of these courses, the most first. One query.
    """
    courses = discount.courses.filter(is_delete=False).values("pk")
    others = CourseDiscount.objects.not_deleted().filter(
        is_show=True, starts_at__lt=discount.ends_at, ends_at__gt=discount.starts_at
    )
    return list(
        others.exclude(pk=discount.pk)
        .filter(courses__in=courses)
        .annotate(shared=Count("courses", distinct=True))
        .order_by("-shared", "pk")
        .values_list("name", "shared")
    )


def free_warning(discount: CourseDiscount) -> str:
    """In words, which courses that are sold cost nothing meanwhile; "" for none."""
    if discount.discount_type != CourseDiscount.Type.MINUS or not discount.is_show:
        return ""
    courses = discount.courses.filter(is_delete=False, price__gt=0, price__lte=discount.value)
    names = list(courses.order_by("pk").values_list("name", flat=True))
    if not names:
        return ""
    return (
        f"减免不低于价格：《{names[0]}》等 {len(names)} 门课程在活动期间为 0 元，学员可以免费加入"
    )
