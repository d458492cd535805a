"""Generated catalogues as rows of the database, in a few large inserts."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, transaction
from django.db.models import Max, Model

from luffy_api.apps.course import listing
from luffy_api.apps.course.models import (
    Course,
    CourseCategory,
    CourseChapter,
    CourseSection,
    Teacher,
)
from luffy_api.apps.search.tests.catalogues.generator import GeneratedCourse

PLAIN = (int, str)
TABLES: list[type[Model]] = [CourseSection, CourseChapter, Course, Teacher, CourseCategory]


@transaction.atomic
def insert(courses: Sequence[GeneratedCourse]) -> dict[int, GeneratedCourse]:
    """The stored courses by their ids. Nothing else may be writing: ids are given here."""
    categories = _named(CourseCategory, {course.category for course in courses})
    teachers = _named(Teacher, {course.teacher for course in courses})
    first = _next_id(Course)
    stored = dict(enumerate(courses, start=first))
    _insert(
        Course,
        (
            {
                "id": pk,
                "name": course.name,
                "brief": course.brief,
                "price": course.price,
                "students": course.students,
                "kind": course.kind,
                "status": Course.Status.ONLINE,
                "course_category_id": categories[course.category],
                "teacher_id": teachers[course.teacher],
            }
            for pk, course in stored.items()
        ),
    )
    _insert_outlines(stored)
    listing.repair()
    return stored


def remove_all() -> None:
    """Empties the catalogue; for catalogues that were committed."""
    with connection.cursor() as cursor:
        for model in TABLES:
            cursor.execute(f"DELETE FROM {model._meta.db_table}")  # noqa: S608


def _insert_outlines(stored: dict[int, GeneratedCourse]) -> None:
    chapters = [
        (pk, number, chapter)
        for pk, course in stored.items()
        for number, chapter in enumerate(course.chapters, start=1)
    ]
    first = _next_id(CourseChapter)
    _insert(
        CourseChapter,
        (
            {"id": first + place, "course_id": pk, "chapter": number, "name": name}
            for place, (pk, number, (name, _)) in enumerate(chapters)
        ),
    )
    sections = (
        {"chapter_id": first + place, "name": section, "orders": rank}
        for place, (_, _, (_, names)) in enumerate(chapters)
        for rank, section in enumerate(names, start=1)
    )
    ids = enumerate(sections, start=_next_id(CourseSection))
    _insert(CourseSection, ({"id": pk, **section} for pk, section in ids))


def _named(model: type[CourseCategory] | type[Teacher], names: Iterable[str]) -> dict[str, int]:
    first = _next_id(model)
    ids = {name: first + place for place, name in enumerate(sorted(names))}
    _insert(model, ({"id": pk, "name": name} for name, pk in ids.items()))
    return ids


def _insert(model: type[Model], rows: Iterable[dict[str, Any]]) -> None:
    """Rows by the names of their columns, with the defaults of the model for all others.

    `bulk_create` prepares the defaults anew for every row, which takes most of its time; so did
    preparing numbers and texts, which databases take as they are.
    """
    blank = model()
    fields = model._meta.concrete_fields
    values = {field.attname: field.pre_save(blank, True) for field in fields}
    defaults = {
        field.attname: field.get_db_prep_save(values[field.attname], connection) for field in fields
    }
    own = {field.attname: field.get_db_prep_save for field in fields}
    columns = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    table = connection.ops.quote_name(model._meta.db_table)
    prepared = (
        tuple(
            {
                **defaults,
                **{k: v if type(v) in PLAIN else own[k](v, connection) for k, v in row.items()},
            }.values()
        )
        for row in rows
    )
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", prepared)  # noqa: S608


def _next_id(model: type[Model]) -> int:
    return 1 + (model._default_manager.aggregate(last=Max("pk"))["last"] or 0)
