"""What a write to the catalogue does to columns of courses that are computed from several tables.

`Course.is_listed` and `Course.current_price` depend on the course, its category and its discounts.
Each write to one of these names the courses that it concerns; `course.listing` computes the columns
in the same transaction. Plain SQL names none, nor does the code of an older release: what they
write is found by `listing.repair`.
"""

from collections.abc import Callable, Collection
from typing import Any, TypeAlias

from django.db import transaction
from django.db.models import Q, QuerySet

from luffy_api.common.transactions import retry_deadlocks

# Courses by a condition, or one by its id.
Compute: TypeAlias = Callable[[Q | int], object]

# Above so many rows of a bulk write all courses are looked at.
MAX_IDS = 1000

_computing: list[Compute] = []


def compute_with(compute: Compute) -> None:
    """Call `compute` for the courses that a write concerns; for the module above the models."""
    _computing.append(compute)


def courses_changed(courses: Q | int) -> None:
    """Compute the columns of these courses, or of one by its id, in the caller's transaction."""
    for compute in _computing:
        compute(courses)


def ids_changed(course_ids: Collection[int | None]) -> None:
    """The same for courses by id; a database that tells no new ids says None."""
    if len(course_ids) > MAX_IDS or None in course_ids:
        courses_changed(Q())
    elif course_ids:
        courses_changed(_condition(course_ids))


def _condition(course_ids: Collection[Any]) -> Q | int:
    [*ids] = course_ids
    return int(ids[0]) if len(ids) == 1 else Q(pk__in=ids)


def update(
    rows: QuerySet[Any],
    write: Callable[..., int],
    values: dict[str, Any],
    fields: frozenset[str],
    after: Callable[[list[int]], object],
) -> int:
    """`QuerySet.update` by `write`; if it concerns one of `fields`, `after` gets the rows' ids."""
    if not fields & values.keys():
        return write(**values)
    return _update(rows, write, values, after)


@retry_deadlocks
@transaction.atomic
def _update(
    rows: QuerySet[Any],
    write: Callable[..., int],
    values: dict[str, Any],
    after: Callable[[list[int]], object],
) -> int:
    ids = list(rows.order_by().values_list("pk", flat=True))
    updated = write(**values)
    after(ids)
    return updated


def is_written(fields: frozenset[str], update_fields: Collection[str] | None) -> bool:
    """Whether `save(update_fields=…)` writes one of these fields."""
    return update_fields is None or bool(fields & set(update_fields))
