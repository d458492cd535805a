"""Rate limits of the endpoints that take a password or a code."""

import pytest

from luffy_api.apps.user.tests.conftest import post
from luffy_api.tests.factories import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_throttles():
    """Overrides the fixture of conftest.py: here the throttles are on."""


def attempts(client, count, **extra):
    body = {"username": "xiaoming", "password": "wrong password"}
    return [client.post("/api/v1/user/login/", body, format="json", **extra) for _ in range(count)]


def test_the_eleventh_login_of_a_minute_waits(api, student):
    *first, last = attempts(api, 11)
    assert {answer.status_code for answer in first} == {400}
    assert (last.status_code, last.json()["code"]) == (429, 1029)
    assert 0 < int(last["Retry-After"]) <= 61


def test_the_right_password_does_not_pass_the_rate_limit(api, student):
    attempts(api, 10)
    assert post(api, "login/", username="xiaoming", password=PASSWORD).status_code == 429


def test_a_forged_address_does_not_pass_the_rate_limit(api, student):
    answers = [
        attempts(api, 1, HTTP_X_FORWARDED_FOR=f"10.0.0.{n}")[0].status_code for n in range(11)
    ]
    assert answers[-1] == 429


def test_endpoints_that_take_a_code_share_a_rate_limit(api, student):
    attempts(api, 11)
    endpoints = ("sms_login/", "register/", "password/reset/")
    answers = [post(api, endpoints[n % 3]).status_code for n in range(21)]
    assert answers == [400] * 20 + [429]


def test_a_password_cannot_be_guessed_from_within_a_session(student_api):
    body = {"old_password": "guess", "password": "a new password"}
    answers = [
        student_api.put("/api/v1/user/password/", body, format="json").status_code
        for _ in range(11)
    ]
    assert answers == [400] * 10 + [429]
