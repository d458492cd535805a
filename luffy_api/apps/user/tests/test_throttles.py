"""Rate limits of requests: by account where there is one, else by address."""

import pytest
from django.urls import get_resolver

from luffy_api.apps.user.tests.conftest import post
from luffy_api.common import rate_limits
from luffy_api.common.throttling import RateThrottle
from luffy_api.conftest import logged_in
from luffy_api.tests.factories import PASSWORD, UserFactory

# They count in the cache.
pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
COURSES = "/api/v1/course/"


@pytest.fixture(autouse=True)
def _no_throttles():
    """Overrides the fixture of conftest.py: here the throttles are on."""


@pytest.fixture
def limit(settings):
    """limit(scope, account=3): another limit for a minute."""

    def change(scope, **limits):
        changed = {kind: (events, 60) for kind, events in limits.items()}
        settings.RATE_LIMITS = {**settings.RATE_LIMITS, scope: changed}

    return change


def log_in(client, username, password=PASSWORD, **extra):
    body = {"username": username, "password": password}
    return client.post("/api/v1/user/login/", body, format="json", **extra)


def test_a_class_of_sixty_logs_in_from_one_address_at_once(api):
    students = [UserFactory() for _ in range(60)]

    mistyped = [log_in(api, each.username, "passwort").status_code for each in students[::2]]
    logged = [log_in(api, each.username).status_code for each in students]

    assert mistyped == [400] * 30
    assert logged == [200] * 60


def test_a_class_of_sixty_browses_from_one_address(api):
    for _ in range(60 * 60):
        rate_limits.count("request", rate_limits.ADDRESS, "127.0.0.1")

    assert api.get(COURSES).status_code == 200


@pytest.fixture
def budget(settings):
    """Five wrong passwords for an address; beyond them see test_login_captcha.py."""
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "wrong_password": {"address": (5, 900)}}


def test_many_accounts_cannot_be_tried_from_one_address(api, budget):
    students = [UserFactory() for _ in range(6)]

    tried = [log_in(api, each.username, "Passw0rd!").json()["code"] for each in students]

    assert tried == [2001] * 5 + [2006]
    # The right password does not help either, elsewhere it does
    assert log_in(api, students[0].username).json()["code"] == 2006
    assert log_in(api, students[0].username, REMOTE_ADDR="9.9.9.9").status_code == 200


def test_right_passwords_do_not_use_up_the_budget_of_wrong_ones(api, budget, student):
    assert {log_in(api, student.username).status_code for _ in range(20)} == {200}

    codes = [log_in(api, f"nobody{n}").json()["code"] for n in range(6)]
    assert codes == [2001] * 5 + [2006]


def test_logins_from_an_address_have_a_limit(api, limit, student):
    limit("login", address=10)

    *first, last = [log_in(api, student.username) for _ in range(11)]

    assert {answer.status_code for answer in first} == {200}
    assert (last.status_code, last.json()["code"]) == (429, 1029)
    assert 0 < int(last["Retry-After"]) <= 121


def test_a_forged_address_does_not_pass_the_rate_limit(api, limit, student):
    limit("login", address=10)

    answers = [log_in(api, student.username, HTTP_X_FORWARDED_FOR=f"10.0.0.{n}") for n in range(11)]

    assert answers[-1].status_code == 429


def test_a_limit_does_not_start_anew_after_other_addresses(api, limit):
    limit("request", address=5)
    assert [api.get(COURSES).status_code for _ in range(6)] == [200] * 5 + [429]

    for n in range(1000):
        rate_limits.count("request", rate_limits.ADDRESS, f"9.9.{n >> 8}.{n & 255}")

    assert api.get(COURSES).status_code == 429


def test_students_behind_one_address_have_a_limit_each(limit, student_api, stranger_api):
    limit("request", account=5, address=1)
    profile = "/api/v1/user/profile/"

    assert [student_api.get(profile).status_code for _ in range(6)] == [200] * 5 + [429]
    assert stranger_api.get(profile).status_code == 200


def test_an_account_has_one_limit_wherever_it_comes_from(limit, student_api):
    limit("request", account=5)
    profile = "/api/v1/user/profile/"

    statuses = [student_api.get(profile, REMOTE_ADDR=f"9.9.9.{n}").status_code for n in range(6)]

    assert statuses == [200] * 5 + [429]


def test_endpoints_that_take_a_code_share_a_rate_limit(api, limit):
    limit("code", address=20)
    endpoints = ("sms_login/", "register/", "password/reset/")

    answers = [post(api, endpoints[n % 3]).status_code for n in range(21)]

    assert answers == [400] * 20 + [429]


def test_a_password_cannot_be_guessed_from_within_a_session(student):
    client = logged_in(student)
    body = {"old_password": "guess", "password": "a new password"}
    answers = [
        client.put("/api/v1/user/password/", body, format="json").status_code for _ in range(11)
    ]
    assert answers == [400] * 10 + [429]


def all_below(kind):
    """Its subclasses, and theirs."""
    return {each for child in kind.__subclasses__() for each in {child, *all_below(child)}}


def test_every_throttle_has_a_limit(settings):
    assert get_resolver().url_patterns  # every view is imported
    scopes = {each.scope for each in all_below(RateThrottle)}

    # What has no throttle is counted where it happens.
    elsewhere = {"wrong_password", "published"}
    assert {*scopes, RateThrottle.scope, *elsewhere} == set(settings.RATE_LIMITS)


def test_the_step_that_asks_a_login_provider_has_a_limit_of_its_own(api, settings):
    limits = {"account": (1, 60), "address": (2, 60)}
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "social_return": limits}
    url = "/api/v1/user/social/"

    answers = [api.post(f"{url}login/", {}, format="json").status_code for _ in range(3)]

    assert answers == [400, 400, 429]
    assert api.post(f"{url}authorize/", {}, format="json").status_code == 400
