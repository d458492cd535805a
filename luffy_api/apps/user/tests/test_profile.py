"""GET and PATCH user/profile/: one's own data."""

import pytest

from luffy_api.conftest import logged_in
from luffy_api.tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
URL = "/api/v1/user/profile/"


def patch(client, **body):
    return client.patch(URL, body, format="json")


def test_what_a_student_sees_of_oneself(student, student_api):
    assert student_api.get(URL).json()["data"] == {
        "id": student.pk,
        "username": "xiaoming",
        "nickname": student.nickname,
        "has_password": True,
        "signature": "",
        "mobile": "138****5678",
        "email": "ming@example.com",
        "icon": None,
        "icon_small": None,
    }


def test_an_account_that_was_made_by_a_code_has_no_password(student):
    student.set_unusable_password()
    student.save()
    assert logged_in(student).get(URL).json()["data"]["has_password"] is False


def test_what_a_student_may_change(student, student_api):
    body = {"username": "小明.2", "nickname": "明", "signature": "好好学习", "email": "m@x.cn"}
    answer = patch(student_api, **body)
    assert answer.status_code == 200
    assert body.items() <= answer.json()["data"].items()
    assert body.items() <= student_api.get(URL).json()["data"].items()


def test_one_field_alone(student, student_api):
    patch(student_api, nickname="明")
    student.refresh_from_db()
    assert (student.nickname, student.username) == ("明", "xiaoming")


@pytest.mark.parametrize(
    "field", ["id", "mobile", "icon", "is_staff", "is_superuser", "password", "is_active"]
)
def test_what_a_student_may_not_change(student, student_api, field):
    before = str(getattr(student, field))
    assert patch(student_api, **{field: "1"}).status_code == 200
    student.refresh_from_db()
    assert str(getattr(student, field)) == before


@pytest.mark.parametrize("email", ["taken@example.com", "TAKEN@Example.com"])
def test_an_email_of_another_account(student, student_api, email):
    UserFactory(email="taken@example.com")
    answer = patch(student_api, email=email)
    assert (answer.status_code, answer.json()["code"]) == (409, 2004)
    assert list(answer.json()["errors"]) == ["email"]


@pytest.mark.parametrize("name", ["taken", "TAKEN"])
def test_a_name_of_another_account(student, student_api, name):
    UserFactory(username="taken")
    answer = patch(student_api, username=name)
    assert (answer.status_code, answer.json()["code"]) == (409, 2004)
    assert list(answer.json()["errors"]) == ["username"]


def test_ones_own_name_may_change_its_case(student, student_api):
    assert patch(student_api, username="XiaoMing").status_code == 200


def test_an_email_is_kept_in_small_letters(student, student_api):
    patch(student_api, email="Ming@Example.COM")
    student.refresh_from_db()
    assert student.email == "ming@example.com"


@pytest.mark.parametrize("nothing", ["", None])
def test_many_accounts_may_have_no_email(student, student_api, nothing):
    UserFactory(email=None)
    assert patch(student_api, email=nothing).status_code == 200
    student.refresh_from_db()
    assert student.email is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("username", ""),
        ("username", "a"),
        ("username", "x" * 31),
        ("username", "a b"),
        ("username", "a@b.cn"),
        ("username", "13912345678"),
        ("username", None),
        ("nickname", "x" * 31),
        ("nickname", "a\0b"),
        ("signature", "x" * 101),
        ("email", "nonsense"),
        ("email", "a" * 250 + "@x.cn"),
        ("email", ["a@x.cn"]),
    ],
)
def test_what_does_not_fit_is_refused(student_api, field, value):
    answer = patch(student_api, **{field: value})
    assert (answer.status_code, answer.json()["code"]) == (400, 1000)
    assert list(answer.json()["errors"]) == [field]


@pytest.mark.parametrize("method", ["get", "patch"])
def test_a_visitor_has_no_profile(api, method):
    assert getattr(api, method)(URL).status_code == 401


@pytest.mark.parametrize("others", [0, 9])
def test_a_fixed_number_of_queries(student_api, django_assert_num_queries, others):
    UserFactory.create_batch(others)
    with django_assert_num_queries(1):
        student_api.get(URL)
    with django_assert_num_queries(4):
        patch(student_api, nickname="明")
