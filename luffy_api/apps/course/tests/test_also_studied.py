"""学过这门课的同学还学了: counted at night, shown beside related courses."""

from io import StringIO
from itertools import product

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from luffy_api.apps.course import also_studied, tasks
from luffy_api.apps.course.models import AlsoStudied, Course, Enrollment
from luffy_api.apps.publishing.models import Publication
from luffy_api.tests.factories import CategoryFactory, CourseFactory, UserFactory
from luffy_api.tests.processes.clients import in_threads

pytestmark = pytest.mark.django_db
MIN = also_studied.MIN_COMMON


@pytest.fixture
def students():
    return UserFactory.create_batch(MIN + 3)


def has(students, *courses):
    rows = [Enrollment(user=user, course=course) for user, course in product(students, courses)]
    Enrollment.objects.bulk_create(rows)


def rows_of(course):
    rows = AlsoStudied.objects.filter(course=course).order_by("rank")
    return [(row.other, row.common) for row in rows]


def shown(api, course):
    answer = api.get(f"/api/v1/course/{course.pk}/related/").json()
    return [[card["id"] for card in answer[part]] for part in ("also_studied", "data")]


def test_nothing_is_said_of_fewer_students_than_five(students):
    course, enough, too_few = CourseFactory.create_batch(3)
    has(students[:MIN], course, enough)
    has(students[: MIN - 1], too_few)

    assert also_studied.refresh() == 2

    assert rows_of(course) == [(enough, MIN)]
    assert rows_of(enough) == [(course, MIN)]
    assert rows_of(too_few) == []


def test_what_belongs_to_the_course_comes_before_what_everybody_has(students):
    course, special, popular = CourseFactory.create_batch(3)
    has(students, course, popular)
    has(students[:-1], special)
    has(UserFactory.create_batch(8), popular)

    also_studied.refresh()

    assert [other for other, _ in rows_of(course)] == [special, popular]


def test_the_page_shows_what_is_listed_and_nothing_twice(api, students):
    category = CategoryFactory()
    course, bought, withdrawn, alike = CourseFactory.create_batch(4, course_category=category)
    has(students, course, bought, withdrawn)
    before = shown(api, course)[1]
    also_studied.refresh()
    withdrawn.status = Course.Status.OFFLINE
    withdrawn.save()

    assert before == [bought.pk, withdrawn.pk, alike.pk]
    assert shown(api, course) == [[bought.pk], [alike.pk]]


def test_whoever_has_many_courses_says_nothing_of_any(students, monkeypatch):
    monkeypatch.setattr(also_studied, "MAX_COURSES", 2)
    one, two, three = CourseFactory.create_batch(3)
    has(students[:MIN], one, two)
    has(students[:1], three)

    also_studied.refresh()

    assert not AlsoStudied.objects.exists()


def test_of_a_best_seller_the_latest_students_are_asked(students, monkeypatch):
    monkeypatch.setattr(also_studied, "SAMPLE", MIN)
    course, old, new = CourseFactory.create_batch(3)
    has(students[-MIN:], new)
    has(students[:MIN], old)
    for student in students:
        has([student], course)

    also_studied.refresh()

    assert rows_of(course) == [(new, MIN)]


def test_a_few_are_kept_and_what_is_no_longer_so_goes(students, monkeypatch):
    monkeypatch.setattr(also_studied, "KEPT", 2)
    courses = CourseFactory.create_batch(4)
    has(students, *courses)
    also_studied.refresh()
    assert [len(rows_of(course)) for course in courses] == [2, 2, 2, 2]

    Enrollment.objects.filter(user__in=students[: len(students) - MIN + 1]).delete()
    tasks.count_also_studied.call_local()

    assert not AlsoStudied.objects.exists()


def test_what_is_not_listed_takes_no_rank(students, monkeypatch):
    monkeypatch.setattr(also_studied, "KEPT", 1)
    course, old, new = CourseFactory.create_batch(3)
    has(students, course, old)
    has(students[:-1], new)
    Course.objects.filter(pk=old.pk).update(status=Course.Status.OFFLINE)

    also_studied.refresh()

    assert [other for other, _ in rows_of(course)] == [new]


def test_a_second_count_writes_and_publishes_nothing(students):
    has(students, *CourseFactory.create_batch(3))
    printed = StringIO()
    call_command("count_also_studied", stdout=printed)
    before = Publication.objects.count()
    call_command("count_also_studied", stdout=printed)
    assert printed.getvalue().split("\n")[:2] == ["3 courses changed", "0 courses changed"]
    assert Publication.objects.count() == before > 0


def test_the_database_keeps_a_pair_and_a_rank_once():
    course, other, third = CourseFactory.create_batch(3)
    row = {"course": course, "other": other, "common": 5, "rank": 1}
    AlsoStudied.objects.create(**row)
    for change in ({"rank": 2}, {"other": third}):
        with pytest.raises(IntegrityError), transaction.atomic():
            AlsoStudied.objects.create(**row | change)


def test_it_takes_two_queries_for_a_course_and_none_more_for_its_students(
    students, django_assert_num_queries
):
    has(students, *CourseFactory.create_batch(4))
    also_studied.refresh()
    has(UserFactory.create_batch(20), *Course.objects.all())
    # What is listed, numbers of students, who has too many, whose rows there are; those; two for
    # each course; four to exchange them.
    with django_assert_num_queries(5 + 2 * 4 + 4):
        assert also_studied.refresh() == 4


@pytest.mark.django_db(transaction=True)
def test_two_counts_at_once_write_every_row_once(students):
    has(students, *CourseFactory.create_batch(4))

    in_threads(lambda _: also_studied.refresh(), 4)

    assert AlsoStudied.objects.count() == 4 * 3
    assert also_studied.refresh() == 0
