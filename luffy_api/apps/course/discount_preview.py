"""Reads for whoever plans an activity: its courses, and what else they take part in meanwhile."""

from decimal import Decimal

from django.db.models import Count

from luffy_api.apps.course.models import Course, CourseDiscount


def discounted_courses(discount: CourseDiscount, *, limit: int) -> list[tuple[str, Decimal]]:
    """Name and price in yuan of at most `limit` of its courses, in their order."""
    courses = Course.objects.not_deleted().filter(discounts=discount)
    return list(courses.values_list("name", "price")[:limit])


def overlaps(discount: CourseDiscount, *, limit: int = 5) -> list[tuple[str, int]]:
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
        .values_list("name", "shared")[:limit]
    )
