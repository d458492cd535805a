"""POST user/register/: a new account for who holds the code."""

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.utils import timezone

from luffy_api.apps.user.models import User
from luffy_api.apps.user.tests.conftest import post, wrong
from luffy_api.tests.factories import PASSWORD

pytestmark = pytest.mark.django_db
MOBILE = "13700000000"


def register(api, code, *, mobile=MOBILE, password=PASSWORD, **extra):
    return post(api, "register/", mobile=mobile, code=code, password=password, **extra)


@pytest.fixture
def code(code_for):
    """The code on the phone."""
    return code_for(MOBILE, "register")


def test_a_new_account_is_logged_in(api, code):
    answer = register(api, code, username="小红_2")
    assert answer.status_code == 201
    assert answer.json()["data"]["user"]["username"] == "小红_2"
    assert answer.json()["data"]["user"]["mobile"] == "137****0000"
    assert post(api, "login/", username=MOBILE, password=PASSWORD).status_code == 200
    assert User.objects.get().email is None


def test_without_a_name_one_is_made(api, code):
    user = register(api, code, mobile="+86 13700000000").json()["data"]["user"]
    assert user["username"].startswith("student-")
    assert user["nickname"] == "同学0000"


def test_a_code_opens_one_account_only(api, code):
    register(api, code)
    answer = register(api, code, username="second")
    assert (answer.status_code, answer.json()["code"]) == (400, 2002)
    assert User.objects.count() == 1


def test_after_five_wrong_tries_the_right_code_is_invalid(api, code):
    for _ in range(5):
        assert register(api, wrong(code)).json()["code"] == 2002
    assert register(api, code).json()["code"] == 2002
    assert not User.objects.exists()


def test_four_wrong_tries_are_forgiven(api, code):
    for _ in range(4):
        register(api, wrong(code))
    assert register(api, code).status_code == 201


@pytest.mark.parametrize(("seconds", "status"), [(-1, 201), (1, 400)])
def test_a_code_lives_for_five_minutes(api, code_for, seconds, status):
    now = timezone.now()
    with time_machine.travel(now, tick=False) as clock:
        code = code_for(MOBILE, "register")
        clock.shift(settings.SMS_CODE_LIFETIME + timedelta(seconds=seconds))
        assert register(api, code).status_code == status


@pytest.mark.parametrize("purpose", ["login", "reset"])
def test_a_code_for_another_purpose_opens_nothing(api, code_for, purpose):
    assert register(api, code_for(MOBILE, purpose)).json()["code"] == 2002


def test_a_code_of_another_number_opens_nothing(api, code):
    assert register(api, code, mobile="13700000001").json()["code"] == 2002


def test_a_newer_code_replaces_the_older(api, code, phone):
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        post(api, "sms_code/", mobile=MOBILE, purpose="register")
        if phone.codes[MOBILE] != code:
            assert register(api, code).json()["code"] == 2002
        assert register(api, phone.codes[MOBILE]).status_code == 201


def test_a_mobile_that_is_taken(api, code_for, student):
    answer = register(api, code_for(student.mobile, "register"), mobile=student.mobile)
    assert (answer.status_code, answer.json()["code"]) == (409, 2004)


@pytest.mark.parametrize("name", ["xiaoming", "XiaoMing"])
def test_a_name_that_is_taken_costs_no_code(api, code, student, name):
    answer = register(api, code, username=name)
    assert (answer.status_code, answer.json()["code"]) == (409, 2004)
    assert list(answer.json()["errors"]) == ["username"]
    assert register(api, code, username="another").status_code == 201


@pytest.mark.any_database
@pytest.mark.parametrize("password", ["short12", "password123", "12345678", "a" * 129, "a" * 900])
def test_a_poor_password_costs_no_code(api, code, password):
    answer = register(api, code, password=password)
    assert (answer.status_code, answer.json()["code"]) == (400, 2005)
    assert list(answer.json()["errors"]) == ["password"]
    assert register(api, code).status_code == 201


@pytest.mark.any_database
@pytest.mark.parametrize("password", ["x" * 7 + "y", "a" * 127 + "b", "  长长的密码 ok  "])
def test_length_is_all_that_a_password_needs(api, code, password):
    assert register(api, code, password=password).status_code == 201
    assert post(api, "login/", username=MOBILE, password=password).status_code == 200


@pytest.mark.any_database
@pytest.mark.parametrize(
    "name",
    ["a", "x" * 31, "with space", "mail@x.cn", "13912345678", "<b>", "a\0b", "名\n字", "名字\n"],
)
def test_what_is_no_name_is_refused(api, code, name):
    answer = register(api, code, username=name)
    if name == "名字\n":
        assert answer.json()["data"]["user"]["username"] == "名字"
    else:
        assert list(answer.json()["errors"]) == ["username"]


@pytest.mark.any_database
@pytest.mark.parametrize(
    "code", ["", "12345", "1234567", "abcdef", "１２３４５６", "12345\n6", None]
)
def test_what_is_no_code_is_refused(api, code):
    answer = register(api, code)
    assert list(answer.json()["errors"]) == ["code"]
    assert answer.json()["code"] == 1000
