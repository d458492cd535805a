"""How the database reads a page of the course list: from one index, without sorting."""

from itertools import product

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from luffy_api.apps.course import course_list
from luffy_api.apps.course.course_list import ORDERINGS, CourseList
from luffy_api.apps.course.models import Course
from luffy_api.tests.factories import CategoryFactory, CourseFactory, TeacherFactory

# MariaDB commits when it analyses a table.
pytestmark = pytest.mark.django_db(transaction=True)
SIZE = 400


def plan_of(read, word):
    """What the database says of the query of `read` that contains this word."""
    with CaptureQueriesContext(connection) as captured:
        read()
    [sql] = [query["sql"] for query in captured if word in query["sql"]]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
            return [row[3] for row in cursor.fetchall()]
        cursor.execute("ANALYZE TABLE luffy_course")
        cursor.fetchall()
        cursor.execute(f"EXPLAIN {sql}")
        names = [column[0] for column in cursor.description]
        found = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        return [f"{row['key']} {row['Extra']}" for row in found]


def test_pages_and_counts_are_read_from_an_index_alone():
    categories, teacher = CategoryFactory.create_batch(4), TeacherFactory()
    Course.objects.bulk_create(
        CourseFactory.build(
            kind=2 + number % 2,
            course_category=categories[number % 4],
            teacher=teacher,
            students=number % 7,
            price=number % 11,
        )
        for number in range(SIZE)
    )
    category = categories[0].pk
    for kind, category_id, ordering in product((None, 2), (None, category), ORDERINGS):
        courses = CourseList(kind=kind, category_id=category_id, ordering=ordering)
        [step] = plan_of(lambda courses=courses: courses[20:30], "OFFSET")
        filters = {(0, 0): "all", (1, 0): "kind", (0, 1): "category", (1, 1): "both"}
        name = filters[bool(kind), bool(category_id)]
        assert f"listed_{name}_{ordering.lstrip('-')}" in step
        assert ("COVERING INDEX" if connection.vendor == "sqlite" else "Using index") in step
        assert "TEMP B-TREE" not in step
        assert "filesort" not in step
    course_list.forget()
    plan = plan_of(CourseList().count, "GROUP BY")
    assert len(plan) == 1, plan
    assert ("COVERING INDEX" if connection.vendor == "sqlite" else "Using index") in plan[0]
    assert "TEMP" not in plan[0].upper()
