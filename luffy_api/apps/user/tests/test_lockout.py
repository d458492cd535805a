"""Password lockout: ten wrong passwords on an account from an IP address."""

import logging
from contextlib import contextmanager
from datetime import timedelta
from threading import Barrier

import pytest
import time_machine
from axes.models import AccessAttempt
from django.utils import timezone
from rest_framework.test import APIClient

from luffy_api.apps.user import lockout
from luffy_api.apps.user.exceptions import LoginFailed
from luffy_api.apps.user.models import User
from luffy_api.apps.user.tests.concurrency import run_concurrently
from luffy_api.apps.user.tests.conftest import post
from luffy_api.apps.user.tests.test_session import opens
from luffy_api.conftest import logged_in
from luffy_api.tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db


WRONG = "wrong password"


def guess(api, username="xiaoming", password=WRONG, **extra):
    body = {"username": username, "password": password}
    return api.post("/api/v1/user/login/", body, format="json", **extra)


def guesses(api, count, **extra):
    return [guess(api, **extra).status_code for _ in range(count)]


def test_the_eleventh_try_waits_even_with_the_right_password(api, student):
    now = timezone.now()
    with time_machine.travel(now, tick=False) as clock:
        assert guesses(api, 10) == [400] * 10
        clock.shift(timedelta(minutes=5))
        answer = guess(api, password=PASSWORD)
        assert (answer.status_code, answer.json()["code"]) == (429, 1029)
        assert answer["Retry-After"] == "600"
        assert "短信登录" in answer.json()["msg"]


def test_slow_guessing_within_a_quarter_of_an_hour_is_counted(api, student):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(10):
            assert guess(api).status_code == 400
            clock.shift(timedelta(seconds=80))
        assert guess(api).status_code == 429


def test_waiting_ends_the_lockout_and_attempts_do_not_prolong_it(api, student):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        guesses(api, 10)
        clock.shift(timedelta(minutes=14))
        assert guess(api).status_code == 429
        clock.shift(timedelta(minutes=1, seconds=1))
        assert guess(api, password=PASSWORD).status_code == 200


@pytest.mark.any_database
@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_X_FORWARDED_FOR": "10.0.0.{n}"},
        {"HTTP_X_FORWARDED_FOR": "10.0.0.{n}, 127.0.0.1"},
        {"HTTP_X_REAL_IP": "10.0.0.{n}"},
        {"HTTP_FORWARDED": "for=10.0.0.{n}"},
        {"HTTP_USER_AGENT": "agent {n}"},
        {"HTTP_ACCEPT": "text/{n}, */*"},
    ],
)
def test_forged_headers_give_no_further_tries(api, student, headers):
    statuses = [
        guess(api, **{name: value.format(n=n) for name, value in headers.items()}).status_code
        for n in range(11)
    ]
    assert statuses == [400] * 10 + [429]


@pytest.mark.any_database
def test_behind_a_trusted_proxy_its_word_counts_and_the_clients_does_not(api, student, settings):
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "NUM_PROXIES": 1}
    forged = [
        guess(api, HTTP_X_FORWARDED_FOR=f"10.0.0.{n}, 1.2.3.4").status_code for n in range(11)
    ]
    assert forged == [400] * 10 + [429]
    assert guess(api, HTTP_X_FORWARDED_FOR="1.2.3.4, 5.6.7.8").status_code == 400


def test_every_spelling_of_an_account_is_one_account(api, student):
    names = ["xiaoming", "XiaoMing", "ｘiaoming", "13812345678", "+86 138-1234-5678"]
    names += [
        "１３８１２３４５６７８",
        "ming@example.com",
        "MING@example.com",
        " xiaoming ",
        "008613812345678",
    ]
    assert [guess(api, username=name).status_code for name in names] == [400] * 10
    assert guess(api, password=PASSWORD).status_code == 429


def test_an_account_that_does_not_exist_is_locked_alike(api, db):
    assert guesses(api, 11, username="nobody") == [400] * 10 + [429]


def test_one_locked_out_address_does_not_lock_the_owner_out_elsewhere(api, student):
    guesses(api, 11, REMOTE_ADDR="6.6.6.6")
    assert guess(api, password=PASSWORD, REMOTE_ADDR="7.7.7.7").status_code == 200
    assert guess(api, password=PASSWORD, REMOTE_ADDR="6.6.6.6").status_code == 429


@pytest.mark.any_database
def test_the_addresses_of_one_ipv6_customer_are_one(api, student):
    statuses = [guess(api, REMOTE_ADDR=f"2001:db8::{n:x}").status_code for n in range(11)]
    assert statuses == [400] * 10 + [429]
    assert guess(api, REMOTE_ADDR="2001:db8:0:1::1").status_code == 400


def test_the_owner_logs_in_by_text_message_meanwhile(api, student, code_for):
    guesses(api, 11)
    code = code_for(student.mobile, "login")
    assert post(api, "sms_login/", mobile=student.mobile, code=code).status_code == 200


def test_a_locked_account_says_nothing_about_another_one(api, student):
    other = UserFactory()
    guesses(api, 11)
    assert guess(api, username=other.username, password=PASSWORD).status_code == 200


def test_a_right_password_forgets_the_wrong_ones(api, student):
    for _ in range(3):
        assert guesses(api, 9) == [400] * 9
        assert guess(api, password=PASSWORD).status_code == 200
    assert not AccessAttempt.objects.exists()


@pytest.mark.any_database
def test_tokens_outlive_the_lock_of_their_account(api, student):
    token = guess(api, password=PASSWORD).json()["data"]["token"]
    guesses(api, 11)
    assert opens(token)


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


@pytest.mark.any_database
def test_counters_and_logs_hold_no_name_mobile_or_password(api, student, caplog):
    with caplog.at_level(logging.DEBUG):
        for name in ("13812345678", "ming@example.com", "13700000001"):
            guess(api, username=name, password="wrong secret")
    kept = str(list(AccessAttempt.objects.values())) + caplog.text
    for secret in ("13812345678", "13700000001", "ming@", "wrong secret"):
        assert secret not in kept


@pytest.fixture
def chief():
    return UserFactory(username="chief", is_staff=True, is_superuser=True)


def enter(client, username="chief", password=WRONG, **extra):
    """A login of the back office."""
    return client.post("/admin/login/", {"username": username, "password": password}, **extra)


def test_the_back_office_has_the_same_lockout(client, api, chief):
    assert [enter(client).status_code for _ in range(5)] == [200] * 5
    assert guesses(api, 5, username="chief") == [400] * 5
    answer = enter(client, password=PASSWORD, HTTP_X_FORWARDED_FOR="1.1.1.1")
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 900
    assert client.get("/admin/").status_code == 302


def test_the_tenth_try_at_the_back_office_may_be_right(client, chief):
    assert [enter(client).status_code for _ in range(9)] == [200] * 9
    assert enter(client, password=PASSWORD).status_code == 302
    assert not AccessAttempt.objects.exists()


@pytest.mark.any_database
@pytest.mark.parametrize("password", [PASSWORD, WRONG])
def test_the_back_office_does_not_tell_whether_a_students_password_is_right(
    client, chief, student, password
):
    pages = [enter(client, "xiaoming", password) for _ in range(11)]
    assert [page.status_code for page in pages] == [200] * 10 + [429]
    assert {*pages[0].context["form"].errors} == {"__all__"}
    assert "账号" not in pages[-1].content.decode()


def test_the_back_office_takes_as_many_passwords_a_minute_as_the_api(client, chief, settings):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "login": {"address": (3, 60)}}
    for _ in range(3):
        assert client.get("/admin/login/").status_code == 200
        client.post("/admin/login/", {})
    answer = enter(client, password=PASSWORD)
    assert (answer.status_code, answer.content.decode()) == (429, "操作太频繁，请稍后再试")


def test_a_stolen_session_of_staff_allows_no_guessing_either(client, chief):
    client.force_login(chief)
    new = {"new_password1": "another good password", "new_password2": "another good password"}

    def change(old):
        return client.post("/admin/password_change/", {"old_password": old, **new})

    pages = [change(WRONG) for _ in range(11)]
    assert [page.status_code for page in pages] == [200] * 10 + [429]
    assert {*pages[0].context["form"].errors} == {"old_password"}
    assert change(PASSWORD).status_code == 429
    # What was typed stands in no row of a counter.
    stored = str(list(AccessAttempt.objects.values()))
    assert AccessAttempt.objects.count() == 1
    assert WRONG not in stored
    assert "another good password" not in stored


@pytest.mark.any_database
def test_staff_change_their_password(client, chief):
    client.force_login(chief)
    new = "another good password"
    words = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert client.get("/admin/password_change/").status_code == 200
    answer = client.post("/admin/password_change/", words)
    assert (answer.status_code, answer["Location"]) == (302, "/admin/password_change/done/")
    client.logout()
    assert enter(client, password=new).status_code == 302


@pytest.mark.any_database
def test_only_staff_reach_the_change_of_a_password(client, student):
    client.force_login(student)
    answer = client.post("/admin/password_change/", {"old_password": WRONG})
    assert answer["Location"].startswith("/admin/login/")
    assert not AccessAttempt.objects.exists()


@pytest.mark.any_database
def test_only_staff_enters_the_back_office(client, student, chief):
    assert enter(client, "xiaoming", PASSWORD).status_code == 200
    assert client.get("/admin/").status_code == 302
    assert enter(client, password=PASSWORD).status_code == 302
    assert client.get("/admin/").status_code == 200


def test_a_login_of_the_back_office_forgets_the_wrong_ones(client, chief):
    for _ in range(2):
        for _ in range(9):
            enter(client)
        assert enter(client, password=PASSWORD).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_many_guesses_at_the_same_moment_are_ten_at_most(student):
    statuses = run_concurrently(32, lambda n: guess(APIClient()).status_code)
    assert sorted(set(statuses)) == [400, 429]
    # Two that count at the same moment may both see the one too many; never fewer.
    assert 0 < statuses.count(400) <= 10


@pytest.mark.django_db(transaction=True)
def test_counting_after_the_password_would_let_more_pass(student, monkeypatch):
    # The control: what the usual order, look first and count afterwards, lets through.
    @contextmanager
    def afterwards(request, identity, captcha):
        lockout.require_not_locked(request, identity)
        try:
            yield
        except LoginFailed:
            lockout._record_attempt(request, identity)
            raise

    meeting = Barrier(16)
    require_not_locked = lockout.require_not_locked

    def together(request, identity):
        require_not_locked(request, identity)
        meeting.wait(timeout=30)

    monkeypatch.setattr(lockout, "require_not_locked", together)
    monkeypatch.setattr(lockout, "count_login", afterwards)
    monkeypatch.setattr("luffy_api.apps.user.services.log_in", _refuse)
    looked_at.clear()
    run_concurrently(16, lambda n: guess(APIClient()).status_code)
    assert len(looked_at) == 16


looked_at = []


def _refuse(**_):
    looked_at.append(1)
    raise LoginFailed
