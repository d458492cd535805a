"""The engine for SQLite hands the driver what Django's own would, and makes it once."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.db.backends.sqlite3.base import DatabaseWrapper as DjangoWrapper

from luffy_api.apps.course.models import Course
from luffy_api.common.sqlite3 import base
from luffy_api.tests.factories import CourseFactory

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif("connection.vendor != 'sqlite'", reason="the engine for SQLite"),
]


@pytest.fixture(autouse=True)
def _nothing_is_known() -> Iterator[None]:
    base.converted.cache_clear()
    yield
    base.converted.cache_clear()


@pytest.mark.parametrize(
    ("sql", "params"),
    [
        ("SELECT %s, %s", [1, "二"]),
        ("SELECT '100%%', %s", ["%s"]),
        ("SELECT '%%s', %s", [3]),
        ("SELECT %s LIKE '%%程%%'", ["课程"]),
        ("SELECT %(b)s, %(a)s", {"a": 1, "b": 2}),
        ("SELECT '%'", None),
        ("SELECT '" + "长" * base.MAX_LENGTH + "%%', %s", [4]),
    ],
)
def test_a_statement_finds_what_it_finds_with_djangos_engine(sql, params):
    theirs = DjangoWrapper(connection.settings_dict, alias="theirs")
    try:
        with theirs.cursor() as cursor:
            cursor.execute(sql, params)
            expected = cursor.fetchall()
    finally:
        theirs.close()

    with connection.cursor() as cursor:
        for _ in range(2):
            cursor.execute(sql, params)
            assert cursor.fetchall() == expected


def test_many_rows_are_written_by_one_statement():
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE percent (text TEXT)")
        cursor.executemany("INSERT INTO percent VALUES ('100%%' || %s)", [["a"], ["b"]])
        cursor.execute("SELECT text FROM percent ORDER BY text")
        assert cursor.fetchall() == [("100%a",), ("100%b",)]


def test_a_statement_that_comes_again_is_at_hand():
    courses = CourseFactory.create_batch(2)
    for course in courses:
        assert Course.objects.filter(pk=course.pk).exists()
    before = base.converted.cache_info()

    Course.objects.filter(pk=courses[0].pk).exists()

    after = base.converted.cache_info()
    assert (after.hits, after.misses) == (before.hits + 1, before.misses)


def test_a_statement_of_many_rows_is_not_kept():
    before = base.converted.cache_info().currsize

    with connection.cursor() as cursor:
        cursor.execute("SELECT %s --" + "x" * base.MAX_LENGTH, [1])

    assert base.converted.cache_info().currsize == before
