"""GET user/export/: all of one's own data and nothing of anybody else's."""

import json

import pytest

from luffy_api.apps.user import personal_data
from luffy_api.apps.user.models import SocialAccount
from luffy_api.tests import factories

pytestmark = pytest.mark.django_db
URL = "/api/v1/user/export/"


def belongings(user, name):
    """A bought course that was begun, with an invoice for it."""
    course = factories.CourseFactory(name=name)
    order = factories.OrderFactory(user=user, courses=[course], subject=name)
    factories.InvoiceFactory(user=user, orders=[order], title=name)
    factories.EnrollmentFactory(user=user, course=course)
    section = factories.SectionFactory(course=course, name=f"{name}课时")
    factories.ProgressFactory(user=user, section=section, position=77)
    SocialAccount.objects.get_or_create(
        user=user, provider="wechat", app_id="wx1", defaults={"openid": f"oRvxY6DXNEdehn{user.pk}"}
    )


def test_the_copy_is_complete(student, student_api):
    belongings(student, "爬虫")
    answer = student_api.get(URL)
    data = answer.json()["data"]
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Cache-Control"] == "no-store"
    assert data["account"] == {
        "id": student.pk,
        "username": "xiaoming",
        "nickname": student.nickname,
        "signature": "",
        "mobile": "13812345678",
        "email": "ming@example.com",
        "icon": None,
    }
    [connected] = data["social_accounts"]
    assert (connected["provider"], connected["openid"]) == ("wechat", f"oRvxY6DXNEdehn{student.pk}")
    assert set(data["logins"]) == {"joined", "latest", "kept"}
    assert [row["course"] for row in data["enrollments"]] == ["爬虫"]
    [order] = data["orders"]
    assert order["total_amount"] == "99.00"
    assert order["courses"] == [
        {
            "name": "爬虫",
            "price": "99.00",
            "real_price": "99.00",
            "saved_as_member": "0.00",
            "package": "",
            "study_months": None,
        }
    ]
    [invoice] = data["invoices"]
    assert (invoice["title"], invoice["orders"]) == ("爬虫", [order["out_trade_no"]])
    [progress] = data["progress"]
    assert (progress["section"], progress["position"]) == ("爬虫课时", 77)


def test_nothing_of_anybody_else_and_no_secret(student, student_api):
    other = factories.UserFactory(mobile="13900001111", email="other@example.com")
    belongings(other, "别人的课")
    text = student_api.get(URL).content.decode()
    student.refresh_from_db()
    for word in (other.mobile, other.email, other.username, "别人的课", student.password):
        assert word not in text
    assert "password" not in text
    assert "token" not in text


def test_a_new_account_has_empty_lists(student_api):
    data = student_api.get(URL).json()["data"]
    assert [data[name] for name in ("orders", "invoices", "enrollments", "progress")] == [[]] * 4


def test_a_visitor_has_nothing_to_take(api):
    assert api.get(URL).status_code == 401


@pytest.mark.any_database
@pytest.mark.parametrize("count", [1, 6])
def test_a_fixed_number_of_queries(student, student_api, django_assert_num_queries, count):
    for number in range(count):
        belongings(student, f"课{number}")
    with django_assert_num_queries(26):
        student_api.get(URL)


@pytest.mark.any_database
def test_copies_without_end_are_slowed_down(student_api):
    statuses = [student_api.get(URL).status_code for _ in range(21)]
    assert (set(statuses[:20]), statuses[20]) == ({200}, 429)


def test_two_apps_cannot_register_one_name():
    with pytest.raises(AssertionError):
        personal_data.register("orders", lambda user_id: [])
    assert json.dumps(sorted(personal_data._exporters)) == (
        '["answers", "cart", "certificates", "coupons", "enrollments", "favourites", "invoices",'
        ' "memberships", "messages", "orders", "progress", "question_answers", "questions",'
        ' "quiz_attempts", "ratings", "study_days", "study_notes"]'
    )
