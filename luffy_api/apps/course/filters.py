"""Filters and orderings that clients of the catalogue may ask for."""

from luffy_api.apps.course.course_list import ORDERINGS, CourseList
from luffy_api.apps.course.models import Course, CourseCategory, CourseQuerySet
from luffy_api.common.filters import (
    ChoiceFilter,
    IdFilter,
    ModelIdFilter,
    StrictFilterSet,
    UnpaginatedForm,
)


class CourseFilterSet(StrictFilterSet):
    """Filters of the course list. A price is what the student would pay now."""

    kind = ChoiceFilter(choices=Course.Kind.choices)
    course_category = ModelIdFilter(queryset=CourseCategory.objects.visible())
    ordering = ChoiceFilter(choices=[(name, name) for name in ORDERINGS], initial="orders")

    def filter_queryset(self, queryset: CourseQuerySet) -> CourseList:
        """Django-filter's hook: the list as a whole, which knows an index for each of its forms."""
        chosen = self.form.cleaned_data
        category = chosen["course_category"]
        return CourseList(
            kind=int(chosen["kind"]) if chosen["kind"] else None,
            category_id=category.pk if category else None,
            ordering=chosen["ordering"],
        )


class ChapterFilterSet(StrictFilterSet):
    """The filter of the outline. The course is required."""

    course = IdFilter(field_name="course_id", required=True)

    class Meta:
        form = UnpaginatedForm
