"""Questions and notes whose section, or its chapter, was moved to another course.

They carry the course, so that lists of a course need no join. Lists leave out at once what a move
left behind; `check_integrity` names it, and `manage.py recount_answers` takes it along.
"""

from collections.abc import Iterator

from django.db.models import F, Model

from luffy_api.apps.community.models import Note, Question

_MODELS: tuple[type[Model], ...] = (Question, Note)


def differences() -> Iterator[tuple[str, int]]:
    """Kind and id of what names another course than its section has. A query for each kind."""
    for model in _MODELS:
        for pk, _ in _left_behind(model):
            yield str(model._meta.verbose_name), pk


def repair() -> int:
    """Name the course of the section; return of how many rows."""
    count = 0
    for model in _MODELS:
        for pk, course_id in list(_left_behind(model)):
            count += model._default_manager.filter(pk=pk).update(course=course_id)
    return count


def _left_behind(model: type[Model]) -> Iterator[tuple[int, int]]:
    rows = model._default_manager.exclude(course=F("section__chapter__course")).order_by("pk")
    yield from rows.values_list("pk", "section__chapter__course").iterator()
