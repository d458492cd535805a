"""How often the pages of courses are opened."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import DatabaseError, connection

from luffy_api.apps.course import view_counts
from luffy_api.apps.course.models import CourseViewDay
from luffy_api.conftest import logged_in
from luffy_api.tests.factories import CourseFactory

pytestmark = pytest.mark.django_db
# 23:59 in Shanghai.
LATE = datetime(2026, 11, 28, 15, 59, tzinfo=UTC)
SATURDAY, SUNDAY = date(2026, 11, 28), date(2026, 11, 29)


@pytest.fixture(autouse=True)
def _nothing_noted():
    view_counts.forget()


def rows():
    return list(CourseViewDay.objects.order_by("day").values_list("day", "course", "views"))


def test_visitors_and_students_are_counted_on_the_day_in_shanghai(api, student):
    course = CourseFactory()
    with time_machine.travel(LATE, tick=False) as clock:
        for client in (api, api, logged_in(student)):
            assert client.get(f"/api/v1/course/{course.pk}/").status_code == 200
        view_counts.flush()
        clock.shift(timedelta(minutes=1))
        api.get(f"/api/v1/course/{course.pk}/")
        view_counts.flush()
        view_counts.flush()

    [(day, pk, views), sunday] = rows()
    assert (day, pk) == (SATURDAY, course.pk)
    assert views == 3
    assert sunday == (SUNDAY, course.pk, 1)
    found = view_counts.views_by_day(course_id=course.pk, first=SUNDAY, last=SUNDAY)
    assert found == {SUNDAY: 1}


def test_a_course_that_is_not_there_is_not_counted(api):
    assert api.get("/api/v1/course/1/").status_code == 404
    view_counts.flush()
    assert rows() == []


def test_what_the_database_refuses_is_counted_later():
    course = CourseFactory()
    view_counts.note(course.pk)

    def refuse(*args, **kwargs):
        raise DatabaseError

    with connection.execute_wrapper(refuse), pytest.raises(DatabaseError):
        view_counts.flush()
    view_counts.flush()

    assert [views for *_, views in rows()] == [1]


def test_many_courses_cost_as_many_queries_as_one(django_assert_num_queries):
    courses = CourseFactory.create_batch(5)
    view_counts.note(courses[0].pk)
    view_counts.flush()
    for course in courses:
        view_counts.note(course.pk)
    # Which there are, those that are missing, again, the numbers; and the savepoint of a test.
    with django_assert_num_queries(6):
        view_counts.flush()

    assert sorted(views for *_, views in rows()) == [1, 1, 1, 1, 2]


def test_old_days_are_deleted(settings):
    course = CourseFactory()
    for days in (settings.COURSE_VIEW_DAYS, settings.COURSE_VIEW_DAYS + 1):
        day = SATURDAY - timedelta(days=days)
        CourseViewDay.objects.create(day=day, course=course, views=1)
    with time_machine.travel(LATE, tick=False):
        assert view_counts.delete_old() == 1
