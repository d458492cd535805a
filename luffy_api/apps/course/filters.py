"""Filters and orderings that clients of the catalogue may ask for."""

from django.utils import timezone

from luffy_api.apps.course import pricing_sql
from luffy_api.apps.course.models import Course, CourseCategory, CourseQuerySet
from luffy_api.common.filters import (
    ChoiceFilter,
    IdFilter,
    ModelIdFilter,
    StrictFilterSet,
    UnpaginatedForm,
)

ORDERINGS = ["orders", "-orders", "students", "-students", "price", "-price"]


class CourseFilterSet(StrictFilterSet):
    """Filters of the course list. A price is what the student would pay now."""

    kind = ChoiceFilter(choices=Course.Kind.choices)
    course_category = ModelIdFilter(queryset=CourseCategory.objects.visible())
    ordering = ChoiceFilter(
        choices=[(name, name) for name in ORDERINGS], initial="orders", method="order"
    )

    def order(self, courses: CourseQuerySet, name: str, ordering: str) -> CourseQuerySet:
        """Order by one of `ORDERINGS`, `-` descending; equal courses by id in the same way."""
        field, sign = ordering.lstrip("-"), "-" if ordering.startswith("-") else ""
        if field == "price":
            field = "real_price"
            courses = courses.annotate(real_price=pricing_sql.real_price(timezone.now()))
        return courses.order_by(f"{sign}{field}", f"{sign}id")


class ChapterFilterSet(StrictFilterSet):
    """The filter of the outline. The course is required."""

    course = IdFilter(field_name="course_id", required=True)

    class Meta:
        form = UnpaginatedForm
