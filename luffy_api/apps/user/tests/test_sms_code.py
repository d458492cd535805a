"""POST user/sms_code/: a code by text message."""

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.utils import timezone

from luffy_api.apps.user.models import SmsCode
from luffy_api.apps.user.tests.conftest import post

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
MOBILE = "13700000000"


def ask(api, mobile=MOBILE, purpose="login"):
    return post(api, "sms_code/", mobile=mobile, purpose=purpose)


def test_the_code_goes_to_the_phone_and_nowhere_else(api, phone):
    answer = ask(api)
    code = phone.codes[MOBILE]
    assert len(code) == 6
    assert code.isdigit()
    assert answer.json() == {"code": 100, "msg": "验证码已发送", "data": None}
    assert code not in SmsCode.objects.get().digest


def test_the_next_one_has_to_wait(api, phone):
    now = timezone.now()
    with time_machine.travel(now, tick=False) as clock:
        ask(api)
        clock.shift(timedelta(seconds=20))
        answer = ask(api)
        assert (answer.status_code, answer.json()["code"]) == (429, 2003)
        assert answer["Retry-After"] == "40"
        clock.shift(settings.SMS_CODE_INTERVAL - timedelta(seconds=20))
        assert ask(api).status_code == 200
    assert phone.sent == 2


def test_another_spelling_of_the_number_has_to_wait_too(api, phone):
    ask(api)
    assert ask(api, mobile="+86 137 0000 0000").status_code == 429


def test_known_and_unknown_numbers_get_the_same_answer(api, phone, student):
    answers = [ask(api, mobile, "reset") for mobile in (student.mobile, MOBILE)]
    assert answers[0].status_code == answers[1].status_code == 200
    assert answers[0].json() == answers[1].json()


def test_when_the_provider_fails_no_code_is_valid_and_one_may_retry_at_once(api, phone):
    phone.broken = True
    answer = ask(api)
    assert (answer.status_code, answer.json()["code"]) == (503, 1503)
    assert answer["Retry-After"]
    assert not SmsCode.objects.exists()
    phone.broken = False
    assert ask(api).status_code == 200


@pytest.mark.parametrize(
    "mobile",
    [
        "",
        "1370000000",
        "137000000000",
        "12345678901",
        "01012345678",
        "+1 2025550123",
        "abc",
        "13700000000; drop table",
        "1" * 41,
        "137\x0000000000",
        None,
        ["13700000000"],
        "<script>",
    ],
)
def test_what_is_no_mobile_number_is_refused(api, phone, mobile):
    answer = ask(api, mobile)
    assert (answer.status_code, answer.json()["code"]) == (400, 1000)
    assert phone.sent == 0


@pytest.mark.parametrize("purpose", ["", "pay", "LOGIN", None, 1])
def test_an_unknown_purpose_is_refused(api, phone, purpose):
    answer = ask(api, purpose=purpose)
    assert list(answer.json()["errors"]) == ["purpose"]
    assert phone.sent == 0


@pytest.mark.parametrize("others", [1, 9])
def test_a_fixed_number_of_queries(api, phone, django_assert_num_queries, others):
    for n in range(others):
        ask(api, f"1360000000{n}")
    with django_assert_num_queries(13):
        ask(api)
