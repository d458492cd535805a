"""我的收藏: kept once, listed newest first, and gone with what it belongs to."""

from contextlib import suppress

import pytest
from django.db import IntegrityError, transaction

from luffy_api.apps.community import favourites, integrity, personal_data
from luffy_api.apps.community.exceptions import TooManyFavourites
from luffy_api.apps.community.models import Favourite
from luffy_api.apps.course.models import Course
from luffy_api.apps.user import account_deletion
from luffy_api.tests.factories import CourseFactory, EnrollmentFactory, FavouriteFactory
from luffy_api.tests.processes.clients import in_threads

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
LIST = "/api/v1/community/favourite/"


def own(course):
    return f"/api/v1/community/course/{getattr(course, 'pk', course)}/favourite/"


def state(answer):
    assert answer.status_code == 200
    return answer.json()["data"]["is_favourite"]


def listed(client, query=""):
    data = client.get(LIST + query).json()["data"]
    return data["count"], [row["id"] for row in data["results"]]


@pytest.mark.every_database
def test_a_course_is_kept_once_and_let_go(student_api, stranger_api):
    first, second = CourseFactory.create_batch(2)
    assert state(student_api.get(own(first))) is False

    for course in (first, second, first):
        assert state(student_api.put(own(course))) is True

    assert state(student_api.get(own(first))) is True
    assert listed(student_api) == (2, [second.pk, first.pk])
    assert listed(student_api, "?page_size=1&page=2") == (2, [first.pk])
    assert listed(stranger_api) == (0, [])
    assert state(stranger_api.get(own(first))) is False
    assert state(stranger_api.delete(own(first))) is False
    for _ in range(2):
        assert state(student_api.delete(own(second))) is False
    assert listed(student_api) == (1, [first.pk])


def test_a_row_is_the_card_of_every_list(api, student_api):
    course = CourseFactory()
    student_api.put(own(course))
    [row] = student_api.get(LIST).json()["data"]["results"]
    assert [row] == api.get("/api/v1/course/").json()["data"]["results"]


def test_what_the_catalogue_does_not_show_is_left_out_until_it_does(student, student_api):
    shown, withdrawn = CourseFactory.create_batch(2)
    for course in (shown, withdrawn):
        student_api.put(own(course))

    withdrawn.status = Course.Status.OFFLINE
    withdrawn.save()

    assert listed(student_api) == (1, [shown.pk])
    assert state(student_api.get(own(withdrawn))) is True
    EnrollmentFactory(user=student, course=withdrawn)
    assert student_api.put(own(CourseFactory(status=Course.Status.OFFLINE))).status_code == 404
    withdrawn.status = Course.Status.ONLINE
    withdrawn.save()
    assert listed(student_api) == (2, [withdrawn.pk, shown.pk])


@pytest.mark.parametrize("number", [0, 999_999, 2**63])
def test_a_course_that_is_not_there_is_not_found(student_api, number):
    assert student_api.get(own(number)).status_code == 404
    assert student_api.put(own(number)).status_code == 404
    assert state(student_api.delete(own(number))) is False


def test_a_visitor_keeps_nothing(api):
    course = CourseFactory()
    answers = [api.get(LIST), api.get(own(course)), api.put(own(course)), api.delete(own(course))]
    assert [answer.status_code for answer in answers] == [401] * 4


def test_the_limit_counts_what_the_student_sees(student, student_api, monkeypatch):
    monkeypatch.setattr(favourites, "MAX_FAVOURITES", 2)
    FavouriteFactory(user=student, course=CourseFactory(status=Course.Status.OFFLINE))
    FavouriteFactory(user=student)
    last, over = CourseFactory.create_batch(2)

    assert state(student_api.put(own(last))) is True
    refused = student_api.put(own(over))

    assert (refused.status_code, refused.json()["msg"][:4]) == (409, "最多收藏")
    assert state(student_api.put(own(last))) is True
    student_api.delete(own(last))
    assert state(student_api.put(own(over))) is True


@pytest.mark.every_database
def test_the_database_refuses_a_second_one(student):
    course = FavouriteFactory(user=student).course
    with pytest.raises(IntegrityError), transaction.atomic():
        FavouriteFactory(user=student, course=course)


@pytest.mark.parametrize("count", [1, 9])
def test_a_page_has_a_fixed_number_of_queries(
    student, student_api, django_assert_num_queries, count
):
    FavouriteFactory.create_batch(count, user=student)
    # The account, their number, the page, and the three of cards.
    with django_assert_num_queries(6):
        assert listed(student_api)[0] == count


def test_a_copy_of_all_data_names_them_and_a_closed_account_has_none(student):
    FavouriteFactory(user=student, course__name="爬虫")
    other = FavouriteFactory()
    assert [row["name"] for row in personal_data.favourites(student.pk)] == ["爬虫"]

    account_deletion.close(student.pk)

    assert Favourite.objects.get() == other


@pytest.mark.every_database
def test_one_that_a_merge_left_is_a_contradiction(student):
    other = FavouriteFactory().user
    other.merged_into = student
    other.save()
    found = [row for rule in integrity.RULES.values() for row in rule()]
    assert found == [f"收藏 {Favourite.objects.get().pk}"]


@pytest.mark.every_database
@pytest.mark.django_db(transaction=True)
def test_students_who_keep_at_the_same_moment_do_not_exceed_the_limit(student, monkeypatch):
    monkeypatch.setattr(favourites, "MAX_FAVOURITES", 3)
    courses = CourseFactory.create_batch(4)

    def keep(number: int) -> None:
        with suppress(TooManyFavourites):
            favourites.add(user_id=student.pk, course_id=courses[number % 4].pk)

    in_threads(keep, 8)

    assert Favourite.objects.count() == 3
