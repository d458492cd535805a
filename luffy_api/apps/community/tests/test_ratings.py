"""Ratings: who may write one, who sees it, and what the course shows of it."""

import re
from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from luffy_api.apps.community import integrity, personal_data, rating_counts, ratings
from luffy_api.apps.community.models import CourseRatings, FilteredWord, Rating
from luffy_api.apps.course import enrollment
from luffy_api.apps.course.models import Course, EnrollmentGrant
from luffy_api.apps.inbox.models import Delivery, Kind
from luffy_api.apps.user import account_deletion
from luffy_api.apps.user.models import User
from luffy_api.conftest import logged_in
from luffy_api.tests.factories import CourseFactory, EnrollmentFactory, RatingFactory, UserFactory
from luffy_api.tests.people import staff

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
State = Rating.State


@pytest.fixture
def course(student):
    """A course that the student has."""
    return EnrollmentFactory(user=student).course


def own(course):
    return f"/api/v1/community/course/{getattr(course, 'pk', course)}/rating/"


def put(client, course, stars=5, text="讲得清楚"):
    return client.put(own(course), {"stars": stars, "text": text}, format="json")


def shown(client, course, query=""):
    return client.get(f"/api/v1/community/rating/?course={course.pk}{query}").json()


def numbers(course):
    course.refresh_from_db()
    return course.rating_count, str(course.rating_average)


def contradictions():
    return [row for rule in integrity.RULES.values() for row in rule()]


def test_an_owner_rates_a_course_once_and_may_change_it(api, student_api, course):
    assert student_api.get(own(course)).json()["data"] == {"may_rate": True, "rating": None}

    first = put(student_api, course, 4, "  不错\n\n<b>好</b> 🐍").json()["data"]
    assert put(student_api, course, 4, "不错\n\n<b>好</b> 🐍").json()["data"] == first
    assert (first["rating"]["edited_at"], first["rating"]["state_name"]) == (None, "已展示")
    changed = put(student_api, course, 2, "").json()["data"]["rating"]

    assert changed["edited_at"]
    [row] = shown(api, course)["data"]["results"]
    assert (row["stars"], row["text"], row["answer"]) == (2, "", "")
    assert numbers(course) == (1, "2.00")
    assert contradictions() == []


def test_a_rating_tells_no_name(api, course, student, student_api):
    student.nickname = "张三丰"
    student.save()
    put(student_api, course)
    body = str(shown(api, course))
    assert "张**" in body
    assert not any(each in body for each in ("三丰", student.username, student.mobile))


@pytest.mark.parametrize("number", [0, 2**63])
def test_a_course_that_cannot_be_is_not_found(student_api, number):
    address = f"/api/v1/community/course/{number}/rating/"

    assert student_api.get(address).status_code == 404
    assert student_api.put(address, {"stars": 5, "text": "好"}, format="json").status_code == 404
    assert student_api.delete(address).status_code == 404


def test_whoever_never_had_the_course_writes_none(api, stranger_api, course):
    assert put(api, course).status_code == 401
    answer = put(stranger_api, course)
    assert (answer.status_code, answer.json()["code"]) == (403, 3001)
    assert stranger_api.get(own(course)).json()["data"]["may_rate"] is False
    assert stranger_api.delete(own(course)).status_code == 404
    assert put(stranger_api, 999999).status_code == 404
    assert not Rating.objects.exists()


@pytest.mark.every_database
@pytest.mark.parametrize("source", ["GRANT", "ORDER", "MEMBERSHIP"])
def test_whoever_had_it_until_it_ran_out_still_may(student, student_api, course, source):
    over = timezone.now() - timedelta(days=1)
    began = over - timedelta(days=30)
    EnrollmentGrant.objects.update(
        source=EnrollmentGrant.Source[source],
        starts_at=began,
        ends_at=over,
        study_ends_at=over if source == "ORDER" else None,
        updated_time=timezone.now() if source == "ORDER" else began,
    )
    enrollment.end_expired_grants()
    assert not student.enrollments.exists()
    assert put(student_api, course).status_code == 200


@pytest.mark.parametrize("source", ["FREE", "ORDER", "GRANT", "CODE", "MEMBERSHIP"])
def test_whoever_gave_it_back_writes_none_but_keeps_what_was_written(
    student, student_api, course, source
):
    other = EnrollmentFactory(course=course).user
    put(logged_in(other), course, 4)
    EnrollmentGrant.objects.update(source=EnrollmentGrant.Source[source])
    for user in (student, other):
        enrollment._end(EnrollmentGrant.objects.filter(user=user, course=course))

    answer = put(student_api, course)

    assert (answer.status_code, answer.json()["code"]) == (403, 3001)
    assert student_api.get(own(course)).json()["data"]["may_rate"] is False
    page = logged_in(other).get(own(course)).json()["data"]
    assert (page["may_rate"], page["rating"]["stars"]) == (True, 4)
    assert put(logged_in(other), course, 1).status_code == 200
    assert numbers(course) == (1, "1.00")


@pytest.mark.every_database
def test_newcomers_write_no_links_in_ratings(student, student_api, course):
    answer = put(student_api, course, text="课件在 example.com 领")
    assert answer.status_code == 400
    assert "链接" in answer.json()["msg"]
    assert not Rating.objects.exists()
    User.objects.filter(pk=student.pk).update(date_joined=timezone.now() - timedelta(days=4))
    assert put(student_api, course, text="课件在 example.com 领").status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        *({}, [], "x", {"stars": 0}, {"stars": 6}, {"stars": -1}, {"stars": 10**30}),
        *({"stars": "很多"}, {"stars": None}, {"stars": 4.5}, {"stars": 5, "text": None}),
        *({"stars": 5, "text": "x" * 1001}, {"stars": 5, "text": "a\0b"}, {"stars": [5]}),
    ],
)
def test_what_is_no_rating_is_refused(student_api, course, body):
    assert student_api.put(own(course), body, format="json").status_code == 400
    assert not Rating.objects.exists()


@pytest.mark.every_database
def test_the_database_refuses_a_second_one_and_a_sixth_star(student, course):
    RatingFactory(user=student, course=course)
    for user, stars in ((student, 5), (UserFactory(), 6), (UserFactory(), 0)):
        with pytest.raises(IntegrityError), transaction.atomic():
            Rating.objects.create(user=user, course=course, stars=stars)


def test_a_deleted_one_counts_no_more(student_api, course):
    put(student_api, course)
    assert student_api.delete(own(course)).status_code == 200
    assert student_api.delete(own(course)).status_code == 404
    assert numbers(course) == (0, "0.00")
    assert contradictions() == []


def test_writing_is_limited_and_reading_is_not(student_api, course):
    codes = [put(student_api, course, 1 + n % 5).status_code for n in range(21)]
    assert codes == [200] * 20 + [429]
    assert student_api.get(own(course)).status_code == 200


def test_a_filtered_word_waits_for_staff(api, student_api, course):
    FilteredWord.objects.create(word="加微信")
    FilteredWord.objects.create(word="赌博")
    FilteredWord.objects.create(word="cafe")
    texts = ["请加 微-信 abc", "加\u200b微信", "一起賭。博", "ＣＡＦＥ\u0301", "c a f é"]
    # Hangul fillers are letters that are drawn as nothing.
    texts += [f"加微{between}信" for between in "\u3164\uffa0\u115f\u2800ー々·"]
    for text in texts:
        data = put(student_api, course, 5, text).json()["data"]["rating"]
        assert data["state_name"] == "待审核"
        assert (shown(api, course)["data"]["count"], numbers(course)) == (0, (0, "0.00"))
    assert put(student_api, course, 5, "好").json()["data"]["rating"]["state_name"] == "已展示"
    assert numbers(course) == (1, "5.00")


@pytest.mark.every_database
@pytest.mark.parametrize("word", [" ", "·—", ""])
def test_a_word_of_nothing_is_none(word):
    with pytest.raises(ValidationError):
        FilteredWord(word=word).full_clean()


def test_a_hidden_one_is_gone_until_staff_show_it(api, student, student_api, course):
    admin = staff()
    rating = RatingFactory(user=student, course=course, stars=1, text="骂人")
    ratings.hide(rating_id=rating.pk, reason="请文明用语", staff_id=admin.pk)
    assert (shown(api, course)["data"]["count"], numbers(course)) == (0, (0, "0.00"))

    # Neither deleted and written anew, nor changed, does it come back by itself.
    assert student_api.delete(own(course)).status_code == 409
    data = put(student_api, course, 3, "一般").json()["data"]["rating"]
    assert (data["state_name"], data["reason"]) == ("待审核", "请文明用语")
    assert shown(api, course)["data"]["count"] == 0

    assert ratings.show(rating_id=rating.pk, staff_id=admin.pk) is True
    assert ratings.show(rating_id=rating.pk, staff_id=admin.pk) is False
    assert (shown(api, course)["data"]["count"], numbers(course)) == (1, (1, "3.00"))
    assert contradictions() == []


def test_ratings_of_a_course_that_nobody_sees_are_for_those_who_have_it(
    api, student_api, stranger_api, course
):
    put(student_api, course)
    Course.objects.filter(pk=course.pk).update(is_show=False)
    url = f"/api/v1/community/rating/?course={course.pk}"
    codes = [client.get(url).status_code for client in (api, stranger_api, student_api)]
    assert codes == [404, 404, 200]


@pytest.mark.parametrize(
    "query", ["", "?course=", "?course=x", "?course=1&stars=6", "?course=1&stars=", "?course=1&x=1"]
)
def test_half_of_a_question_is_refused(api, query):
    assert api.get(f"/api/v1/community/rating/{query}").status_code == 400


@pytest.mark.every_database
def test_pages_are_newest_first_by_stars_and_cost_the_same(api, django_assert_num_queries):
    course = CourseFactory()
    for stars in (5, 4, 5, 1):
        RatingFactory(course=course, stars=stars)
    for size, first in ((1, [1]), (3, [1, 5, 4])):
        with django_assert_num_queries(4):
            page = shown(api, course, f"&page_size={size}")
        assert [row["stars"] for row in page["data"]["results"]] == first
        assert (page["data"]["count"], page["by_stars"]) == (4, [1, 0, 0, 1, 2])
    assert shown(api, course, "&stars=5")["data"]["count"] == 2
    assert api.get(f"/api/v1/community/rating/?course={course.pk}&page=9").status_code == 404


@pytest.mark.every_database
def test_every_page_is_that_of_the_whole_list_and_half_of_it_is_skipped_at_most(api):
    course = CourseFactory()
    for stars in (5, 4, 3, 2, 1, 5, 5):
        RatingFactory(course=course, stars=stars)
    for more, wanted in (("", Rating.objects.all()), ("&stars=5", Rating.objects.filter(stars=5))):
        whole = list(wanted.order_by("-pk").values_list("pk", flat=True))
        for size in (1, 2, 3, 50):
            pages = -(-len(whole) // size)
            found = []
            for number in range(1, pages + 1):
                with CaptureQueriesContext(connection) as asked:
                    page = shown(api, course, f"{more}&page_size={size}&page={number}")
                found += [row["id"] for row in page["data"]["results"]]
                skipped = [
                    int(n) for each in asked for n in re.findall(r"OFFSET (\d+)", each["sql"])
                ]
                assert max(skipped, default=0) <= len(whole) / 2
            assert found == whole, (more, size)


@pytest.mark.every_database
def test_cards_pages_and_search_show_the_numbers_and_lists_are_ordered_by_them(api):
    one, many, none, bad = CourseFactory.create_batch(4, name="好课")
    RatingFactory(course=one, stars=5)
    for stars in (5, 5, 5, 4):
        RatingFactory(course=many, stars=stars)
    RatingFactory(course=bad, stars=1)

    data = api.get("/api/v1/course/?ordering=-rating").json()["data"]["results"]
    assert [card["id"] for card in data] == [many.pk, one.pk, none.pk, bad.pk]
    assert (data[0]["rating_count"], data[0]["rating_average"]) == (4, "4.75")
    assert (data[2]["rating_count"], data[2]["rating_average"]) == (0, "0.00")
    detail = api.get(f"/api/v1/course/{many.pk}/").json()["data"]
    assert (detail["rating_count"], detail["rating_average"]) == (4, "4.75")


def test_a_score_leans_on_ten_ratings_of_three_and_a_half_stars():
    assert rating_counts.rating_of({}).rating_score == Decimal("3.5")
    assert rating_counts.rating_of({5: 1}).rating_score == Decimal("3.6364")
    assert rating_counts.rating_of({5: 90, 4: 10}).rating_score == Decimal("4.7727")
    assert rating_counts.rating_of({1: 2, 2: 1}).rating_average == Decimal("1.33")
    assert rating_counts.rating_of({1: 1, 2: 7}).rating_average == Decimal("1.88")


@pytest.mark.every_database
def test_what_was_written_otherwise_is_found_and_repaired(course, student):
    RatingFactory(user=student, course=course, stars=4)
    others = [RatingFactory().course for _ in range(2)]
    Rating.objects.filter(course=others[0]).update(stars=1)
    Course.objects.filter(pk=course.pk).update(rating_average="5.00")
    CourseRatings.objects.filter(pk=others[1].pk).delete()
    assert rating_counts.differences() == sorted(each.pk for each in (course, *others))

    call_command("recount_ratings", stdout=(out := StringIO()))
    assert out.getvalue() == "3 courses corrected\n"
    assert (numbers(course), numbers(others[0])) == ((1, "4.00"), (1, "1.00"))
    assert (rating_counts.repair(), contradictions()) == (0, [])


def test_a_form_that_was_open_meanwhile_undoes_no_numbers(course, student):
    stale = Course.objects.get(pk=course.pk)
    RatingFactory(user=student, course=course, stars=4)
    stale.name = "新名字"
    stale.save()
    assert numbers(course) == (1, "4.00")


def test_an_exported_account_has_its_ratings_and_a_closed_one_none(course, student):
    RatingFactory(user=student, course=course, text="好")
    RatingFactory(course=course, stars=2)
    [row] = personal_data.ratings(student.pk)
    assert (row["course"], row["stars"], row["text"]) == (course.name, 5, "好")

    account_deletion.close(student.pk)

    assert (Rating.objects.count(), numbers(course)) == (1, (1, "2.00"))
    assert contradictions() == []


def test_the_student_of_one_course_changes_no_rating_of_another(student_api, course):
    other = RatingFactory().course
    assert put(student_api, other, 1).status_code == 403
    assert logged_in(UserFactory()).delete(own(other)).status_code == 404
    assert numbers(other) == (1, "5.00")


@pytest.mark.every_database
def test_the_student_hears_of_an_answer_once_and_of_another_one_a_day_later(student, course):
    rating = RatingFactory(user=student, course=course)
    admin = staff()

    def told_after(hours, text):
        with time_machine.travel(now + timedelta(hours=hours), tick=False):
            ratings.answer(rating_id=rating.pk, text=text, staff_id=admin.pk)
        return Delivery.objects.filter(user=student).count()

    now = timezone.now()
    assert told_after(0, "谢谢您") == 1
    # The same, a correction, and one that was taken away and written again.
    assert told_after(25, "谢谢您") == 1
    assert told_after(26, "谢谢您的评价") == 2
    assert told_after(27, "") == 2
    assert told_after(28, "谢谢您的评价！") == 2
    assert told_after(49, "谢谢") == 2
    assert told_after(51, "谢谢您，已经改好了") == 3

    [*_, row] = Delivery.objects.select_related("message").order_by("pk")
    assert (row.kind, row.message.created_by) == (Kind.RATING_ANSWERED, admin)
    assert row.message.title == "学校回复了您的评价"
    assert course.name in row.message.text
    assert row.message.link == f"/course/{course.pk}#ratings"
    assert row.message.parameters == {"course": course.name}


def test_an_answer_to_a_closed_account_is_told_to_nobody(student, course):
    rating = RatingFactory(user=student, course=course)
    User.objects.filter(pk=student.pk).update(is_active=False)
    ratings.answer(rating_id=rating.pk, text="谢谢您", staff_id=staff().pk)
    assert Rating.objects.get().answer == "谢谢您"
    assert not Delivery.objects.exists()
