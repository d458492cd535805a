"""Packages that are paths (学位课程): stages, with their courses in the order of the path."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from luffy_api.apps.course.models import Course
from luffy_api.apps.promotion.models import Package, PackageStep


class StageCourse(NamedTuple):
    """A course of a stage: its sections, and the length of those that are there (seconds)."""

    id: int
    sections: int
    length: int


@dataclass(frozen=True)
class Stage:
    """Courses that belong together; title and text are blank before the first stage."""

    title: str = ""
    brief: str = ""
    courses: list[StageCourse] = field(default_factory=list)


def stages(package: Package, course_ids: Sequence[int]) -> list[Stage]:
    """The courses of a path in its stages, those that no step names at the end of the last one.

    Stages without a course are left out. Two queries, none for a package that is no path.
    """
    if not package.is_path:
        return []
    rows = Course.objects.filter(pk__in=course_ids).values_list("pk", "sections", "length")
    known = {pk: StageCourse(pk, sections, length) for pk, sections, length in rows}
    found = [Stage()]
    for step in PackageStep.objects.filter(package=package):
        if step.course_id is None:
            found.append(Stage(step.title, step.brief))
        elif step.course_id in known:
            found[-1].courses.append(known.pop(step.course_id))
    found[-1].courses.extend(known[pk] for pk in course_ids if pk in known)
    return [stage for stage in found if stage.courses]
