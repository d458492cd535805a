"""Password lockout: ten wrong passwords on an account from an IP address."""

import logging
from datetime import timedelta

import pytest
import time_machine
from axes.models import AccessAttempt
from django.utils import timezone

from luffy_api.apps.user.tests.conftest import post
from luffy_api.apps.user.tests.guessing import guess, guesses
from luffy_api.apps.user.tests.test_session import opens
from luffy_api.tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db


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


@pytest.mark.any_database
def test_counters_and_logs_hold_no_name_mobile_or_password(api, student, caplog):
    with caplog.at_level(logging.DEBUG):
        for name in ("13812345678", "ming@example.com", "13700000001"):
            guess(api, username=name, password="wrong secret")
    kept = str(list(AccessAttempt.objects.values())) + caplog.text
    for secret in ("13812345678", "13700000001", "ming@", "wrong secret"):
        assert secret not in kept
