"""Courses for all on a list, and from all on a list."""

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection

from luffy_api.apps.course import gift_lists
from luffy_api.apps.course.exceptions import CourseNotFound
from luffy_api.apps.course.models import Enrollment, EnrollmentGrant
from luffy_api.apps.course.tests.giving import buy, give
from luffy_api.tests.back_office import log_of
from luffy_api.tests.counting import students
from luffy_api.tests.factories import CourseFactory, UserFactory
from luffy_api.tests.processes.clients import in_threads

Source = EnrollmentGrant.Source
pytestmark = pytest.mark.django_db


@pytest.fixture
def teacher():
    """Who gives."""
    return UserFactory(is_staff=True)


@pytest.fixture
def course():
    return CourseFactory(name="爬虫")


def test_a_list_is_split_at_lines_and_commas():
    text = "13800000001\r\n 138-0000-0002，13800000003,,\n\n13800000004；x、y"
    assert gift_lists.split_list(text) == [
        *("13800000001", "138-0000-0002", "13800000003", "13800000004", "x", "y")
    ]


def test_a_dry_run_tells_who_is_new_has_it_is_unknown_and_stands_twice(course, teacher):
    new, has = UserFactory(mobile="13811110001"), UserFactory(mobile="13811110002")
    UserFactory(mobile="13811110003", is_active=False)
    give(has, course, teacher)
    texts = ["13811110001", "+86 138-1111-0001", "13811110002", "13811110003", "99", "99"]

    found = gift_lists.find_to_give(texts, course_id=course.pk)

    assert (found.changed, found.unchanged) == ([new], [has])
    assert (found.unknown, found.repeated) == (["13811110003", "99"], 2)
    assert Enrollment.objects.count() == 1


def test_a_dry_run_costs_the_same_for_two_and_for_many(course, django_assert_num_queries):
    for count in (2, 40):
        mobiles = [user.mobile for user in UserFactory.create_batch(count)]
        with django_assert_num_queries(2):
            gift_lists.find_to_give(mobiles, course_id=course.pk)


def test_a_gift_to_many_may_be_repeated(course, teacher, monkeypatch):
    monkeypatch.setattr(gift_lists, "BATCH", 2)
    many = UserFactory.create_batch(5)
    closed = UserFactory(is_active=False)
    buy(many[0], course)
    order = {
        "user_ids": [each.pk for each in [*many, closed]],
        "course_id": course.pk,
        "ends_at": None,
        "staff_id": teacher.pk,
        "reason": "开班",
    }

    assert [gift_lists.give_to_all(**order) for _ in range(2)] == [4, 0]

    assert {row.user for row in Enrollment.objects.all()} == set(many)
    assert log_of(many[0]) == []
    assert log_of(many[4]) == ["赠送课程《爬虫》，永久有效，原因：开班"]


@pytest.mark.django_db(transaction=True)
def test_two_members_of_staff_at_once_give_and_count_once(course, teacher):
    many = [each.pk for each in UserFactory.create_batch(6)]

    def act(number: int) -> int:
        ids = many if number % 2 else many[::-1]
        try:
            return gift_lists.give_to_all(
                user_ids=ids, course_id=course.pk, ends_at=None, staff_id=teacher.pk, reason="开班"
            )
        finally:
            connection.close()

    given = in_threads(act, 4)

    assert sum(given) == Enrollment.objects.count() == LogEntry.objects.count() == 6
    assert students() == [6]


# --- Back from all of them ----------------------------------------------------------------------


def take(users, course, staff) -> tuple[int, int]:
    return gift_lists.take_from_all(
        user_ids=[each.pk for each in users],
        course_id=course.pk,
        staff_id=staff.pk,
        reason="开错班",
    )


def test_a_dry_run_tells_who_loses_what_and_who_has_paid(course, teacher):
    given, paid, without = (UserFactory(mobile=f"1381111000{n}") for n in range(3))
    closed = UserFactory(mobile="13811110003")
    for user in (given, closed):
        give(user, course, teacher)
    give(paid, CourseFactory(), teacher)
    buy(paid, course)
    type(closed).objects.filter(pk=closed.pk).update(is_active=False)
    texts = [*(f"1381111000{n}" for n in range(4)), "+86 13811110000", "99"]

    found = gift_lists.find_to_take(texts, course_id=course.pk)

    assert (found.changed, found.unchanged) == ([given, closed], [paid, without])
    assert (found.unknown, found.repeated) == (["99"], 1)
    assert Enrollment.objects.filter(course=course).count() == 3


def test_a_dry_run_of_a_return_costs_the_same_for_two_and_for_many(
    course, django_assert_num_queries
):
    for count in (2, 40):
        mobiles = [user.mobile for user in UserFactory.create_batch(count)]
        with django_assert_num_queries(2):
            gift_lists.find_to_take(mobiles, course_id=course.pk)


def test_a_gift_to_a_whole_class_is_undone_and_what_was_bought_stays(course, teacher, monkeypatch):
    monkeypatch.setattr(gift_lists, "BATCH", 2)
    many, other = UserFactory.create_batch(5), CourseFactory()
    for user in many[1:]:
        give(user, course, teacher)
        give(user, other, teacher)
    for user in many[:2]:
        buy(user, course)

    assert [take(many, course, teacher) for _ in range(2)] == [(4, 3), (0, 0)]

    assert set(Enrollment.objects.filter(course=course).values_list("user", flat=True)) == {
        user.pk for user in many[:2]
    }
    assert Enrollment.objects.filter(course=other).count() == 4
    assert log_of(many[0]) == []
    assert "收回课程《爬虫》（学员另已购买，课程保留），原因：开错班" in log_of(many[1])
    assert "收回课程《爬虫》，原因：开错班" in log_of(many[4])


def test_a_course_that_is_not_there_is_taken_from_nobody(teacher):
    with pytest.raises(CourseNotFound):
        gift_lists.take_from_all(user_ids=[1], course_id=999_999, staff_id=teacher.pk, reason="x")


@pytest.mark.django_db(transaction=True)
def test_two_members_of_staff_at_once_take_and_count_once(course, teacher):
    many = UserFactory.create_batch(6)
    for user in many:
        give(user, course, teacher)

    def act(number: int) -> tuple[int, int]:
        try:
            return take(many if number % 2 else many[::-1], course, teacher)
        finally:
            connection.close()

    taken = in_threads(act, 4)

    assert sum(count for count, _ in taken) == sum(lost for _, lost in taken) == 6
    assert not Enrollment.objects.exists()
    assert students() == [0]
    assert LogEntry.objects.filter(change_message__contains="收回").count() == 6
