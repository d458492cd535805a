"""Wrong passwords of somebody who is logged in count with those of logins."""

import pytest
from axes.models import AccessAttempt

from luffy_api.apps.user.models import User
from luffy_api.apps.user.tests.conftest import post
from luffy_api.apps.user.tests.guessing import WRONG, guess
from luffy_api.conftest import logged_in
from luffy_api.tests.factories import PASSWORD

pytestmark = pytest.mark.django_db


PASSWORD_CHECKS = {
    "password": lambda client, password, **extra: client.put(
        "/api/v1/user/password/",
        {"old_password": password, "password": "another good password"},
        format="json",
        **extra,
    ),
    "close": lambda client, password, **extra: client.post(
        "/api/v1/user/close/", {"password": password}, format="json", **extra
    ),
    "mobile": lambda client, password, **extra: client.put(
        "/api/v1/user/mobile/",
        {"mobile": "13700000000", "code": "123456", "password": password},
        format="json",
        **extra,
    ),
}


@pytest.fixture(params=PASSWORD_CHECKS)
def check(request, student):
    """check(client, password): one of the requests that ask for the password again."""
    if request.param == "mobile":
        # Who has a mobile proves it by a code instead.
        User.objects.filter(pk=student.pk).update(mobile=None)
    return PASSWORD_CHECKS[request.param]


def test_the_password_cannot_be_guessed_from_a_stolen_session(student, check):
    client = logged_in(student)
    assert [check(client, WRONG).status_code for _ in range(11)] == [400] * 10 + [429]
    assert check(client, PASSWORD).status_code == 429
    # Nor at the login afterwards, or the other way round.
    assert guess(client, password=PASSWORD).status_code == 429


def test_a_stolen_session_guesses_no_more_from_many_addresses(student, check):
    client = logged_in(student)
    answers = [check(client, WRONG, REMOTE_ADDR=f"9.9.9.{n}") for n in range(11)]
    assert [answer.status_code for answer in answers] == [400] * 10 + [429]
    assert 0 < int(answers[-1]["Retry-After"]) <= 2 * 3600


def test_all_that_ask_for_the_password_share_ten_tries(student):
    client = logged_in(student)
    checks = [PASSWORD_CHECKS["password"], PASSWORD_CHECKS["close"]]
    statuses = [checks[n % 2](client, WRONG).status_code for n in range(11)]
    assert statuses == [400] * 10 + [429]


def test_a_right_password_does_not_use_up_the_tries_of_an_account(student):
    client = logged_in(student)
    body = {"old_password": PASSWORD, "password": "short"}
    for n in range(30):
        answer = client.put("/api/v1/user/password/", body, format="json", REMOTE_ADDR=f"9.9.9.{n}")
        assert answer.status_code == 400
    assert not AccessAttempt.objects.exists()


def test_a_stolen_session_cannot_open_the_lock_again(student):
    client = logged_in(student)
    check = PASSWORD_CHECKS["password"]
    for _ in range(9):
        check(client, WRONG)
    same = {"mobile": student.mobile, "code": "123456", "old_code": "123456"}
    assert client.put("/api/v1/user/mobile/", same, format="json").status_code == 400
    assert check(client, WRONG).status_code == 400
    answer = check(client, WRONG)
    assert (answer.status_code, "短信登录" in answer.json()["msg"]) == (429, True)


@pytest.mark.any_database
@pytest.mark.parametrize(
    "body",
    [
        {"mobile": "13812345678", "code": "123456", "old_code": "123456"},
        {"mobile": "13700000000", "code": "123456", "old_code": "123456"},
        {"mobile": "13700000000", "code": "123456", "password": WRONG},
    ],
)
def test_what_checks_no_password_is_no_wrong_password(api, student, body):
    client = logged_in(student)
    put = [client.put("/api/v1/user/mobile/", body, format="json") for _ in range(12)]
    assert {answer.status_code for answer in put} == {400}
    assert not AccessAttempt.objects.exists()
    assert guess(api, password=PASSWORD).status_code == 200


def test_a_wrong_code_to_close_an_account_is_no_wrong_password(student):
    student.set_unusable_password()
    student.save()
    client = logged_in(student)
    for _ in range(12):
        assert post(client, "close/", code="123456").json()["code"] == 2002
    assert not AccessAttempt.objects.exists()


@pytest.mark.any_database
def test_a_poor_new_password_is_no_wrong_guess(student):
    client = logged_in(student)
    body = {"old_password": PASSWORD, "password": "short"}
    put = [client.put("/api/v1/user/password/", body, format="json") for _ in range(12)]
    assert {answer.status_code for answer in put} == {400}
