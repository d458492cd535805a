"""A course on sale that has nothing to learn any more: whoever took the last of it is told."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from luffy_api.apps.course import on_sale

if TYPE_CHECKING:
    BaseAdmin = admin.ModelAdmin[Any]
else:
    BaseAdmin = admin.ModelAdmin


class WarnsOfEmptyCourses(BaseAdmin):
    """Mixin of the pages of what courses are made of, before the CatalogueAdmin.

    `course_path` leads from a row to its course.
    """

    course_path = "chapter__course"

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Hook of Django: also the course that the row has left."""
        super().save_related(request, form, formsets, change)
        self.after_save(form.instance)
        self._warn(request, [*self._courses(pk=form.instance.pk), *self._courses_before(form)])

    def after_save(self, row: Any) -> None:
        """Hook: called with a row that was saved with its lines."""

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Hook of Django."""
        courses = self._courses(pk=obj.pk)
        super().delete_model(request, obj)
        self._warn(request, courses)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Hook of Django."""
        courses = self._courses(pk__in=[row.pk for row in queryset])
        super().delete_queryset(request, queryset)
        self._warn(request, courses)

    def _set_shown(self, request: HttpRequest, queryset: QuerySet[Any], shown: bool) -> None:
        courses = self._courses(pk__in=[row.pk for row in queryset])
        super()._set_shown(request, queryset, shown)  # type: ignore[misc]
        self._warn(request, courses)

    def _courses(self, **rows: Any) -> list[Any]:
        found = self.model._base_manager.filter(**rows).order_by()
        return list(found.values_list(self.course_path, flat=True).distinct())

    def _courses_before(self, form: Any) -> list[Any]:
        name, _, rest = self.course_path.partition("__")
        pk = form.initial.get(name)
        if pk is None or not rest:
            return [pk]
        related: Any = self.model._meta.get_field(name).related_model
        return list(related._base_manager.filter(pk=pk).values_list(rest, flat=True))

    @staticmethod
    def _warn(request: HttpRequest, courses: Iterable[int | None]) -> None:
        for sentence in on_sale.empty_on_sale({pk for pk in courses if pk is not None}):
            messages.warning(request, sentence)
