"""阶段与课程: the rows of a package that is a path."""

from typing import Any

from django import forms

from luffy_api.apps.course.models import Course
from luffy_api.apps.promotion.admin.package_form import number_error, sold_error
from luffy_api.apps.promotion.models import PackageStep
from luffy_api.apps.promotion.models.packages import MAX_COURSES
from luffy_api.common.chosen_rows import ChosenRowsInline, ForGoodFormSet


class PackageStepFormSet(ForGoodFormSet):
    """The courses of a path are those of its rows; of any other package the rows say nothing."""

    def clean(self) -> None:
        """Hook of Django: their number is written with them, and what is on sale is sold."""
        super().clean()
        package: Any = self.instance
        if not package.is_path or any(self.errors):
            return
        if any(form.initial.get("course") for form in self.initial_forms):
            package.entered_courses = []  # a draft may lose all its rows
        chosen = self._chosen() or getattr(package, "entered_courses", [])
        package.course_count = len(chosen)
        error = number_error(chosen, package.status) or sold_error(chosen, package.status)
        if error:
            raise forms.ValidationError(error)

    def _chosen(self) -> list[Course]:
        """The courses of the rows that will be there, also of those that others have added."""
        found = []
        for form in self.forms:
            course = form.cleaned_data.get("course")
            if isinstance(course, int):  # Django's stand-in where one may only look
                course = form.instance.course
            if course is not None and form not in self.deleted_forms:
                found.append(course)
        known = [form.instance.pk for form in self.initial_forms]
        others = PackageStep.objects.filter(package=self.instance.pk).exclude(course=None)
        found += [row.course for row in others.exclude(pk__in=known).select_related("course")]
        return found


class PackageStepInline(ChosenRowsInline):
    """Stages and courses in one list: a row with a title begins a stage."""

    model = PackageStep
    formset = PackageStepFormSet
    fields = ["title", "brief", "course", "orders"]
    max_num = 2 * MAX_COURSES


def follow_steps(package: Any) -> None:
    """Have a path sell the courses of its rows; one that had none gets rows of its courses.

    `package` comes from the forms, which have left its courses in `entered_courses`.
    """
    chosen = list(package.steps.exclude(course=None).values_list("course_id", flat=True))
    if not chosen:
        entered = sorted(package.entered_courses, key=lambda each: (each.orders, each.pk))
        chosen = [course.pk for course in entered]
        after = 10 + max(package.steps.values_list("orders", flat=True), default=0)
        for rank, course_id in enumerate(chosen):
            package.steps.create(course_id=course_id, orders=after + 10 * rank)
    package.courses.set(chosen)
