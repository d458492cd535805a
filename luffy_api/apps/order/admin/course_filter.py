"""Orders, and refunds of orders, with one course: where the figures of a course lead."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from luffy_api.apps.course.models import Course

MAX_DIGITS = 18


class OrderCourseFilter(admin.SimpleListFilter):
    """Offers nothing but the course of the address: a shop has thousands."""

    title = "课程"
    parameter_name = "course"
    path = "order_courses__course"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Hook of Django. One query where a course is chosen."""
        chosen = request.GET.get(self.parameter_name, "")
        if not chosen:
            return []
        names = Course.objects.filter(pk=int(chosen)) if _is_id(chosen) else Course.objects.none()
        return [(chosen, names.values_list("name", flat=True).first() or f"课程 {chosen[:20]}")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Hook of Django; what is no number finds nothing."""
        chosen = self.value()
        if not chosen:
            return queryset
        return queryset.filter(**{self.path: int(chosen)}) if _is_id(chosen) else queryset.none()


class RefundCourseFilter(OrderCourseFilter):
    """Of refunds."""

    path = "order__order_courses__course"


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= MAX_DIGITS
