"""Messages through Tencent, against a small fake of its API."""

import logging
import subprocess
import sys
import time
from datetime import timedelta
from threading import Thread

import pytest

from luffy_api.libs import sms
from luffy_api.libs.sms.tests.fake_tencent import SECRET_ID, SECRET_KEY, FakeTencent

MOBILE, CODE = "13812345678", "024680"


@pytest.fixture
def tencent(settings, monkeypatch):
    """The provider, chosen by the settings."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    server = FakeTencent()
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    settings.SMS_BACKEND = "tencent"
    settings.TENCENT_SMS = {
        "SECRET_ID": SECRET_ID,
        "SECRET_KEY": SECRET_KEY,
        "SDK_APP_ID": "1400006666",
        "SIGN_NAME": "路飞学城",
        "TEMPLATE_ID": "449739",
        "MESSAGE_TEMPLATE_ID": "449740",
        "MESSAGE_TEMPLATE": "{1}，拒收请回复R",
        "REGION": "ap-guangzhou",
        "ENDPOINT": server.url,
    }
    yield server
    server.released.set()
    server.shutdown()
    server.server_close()


def send(limit=timedelta(seconds=4)):
    sms.call_with_deadline(limit, lambda: sms.sms_backend().send_code(mobile=MOBILE, code=CODE))


def test_a_signed_message_is_taken(tencent):
    send()
    assert tencent.messages == [
        {
            "PhoneNumberSet": ["+8613812345678"],
            "SmsSdkAppId": "1400006666",
            "SignName": "路飞学城",
            "TemplateId": "449739",
            "TemplateParamSet": [CODE],
        }
    ]


def test_the_fake_refuses_another_key(tencent, settings):
    settings.TENCENT_SMS = {**settings.TENCENT_SMS, "SECRET_KEY": "another"}
    with pytest.raises(sms.SmsUnavailable, match=r"AuthFailure\.SignatureFailure"):
        send()
    assert tencent.messages == []


@pytest.mark.parametrize("error", ["LimitExceeded.PhoneNumberDailyLimit", "InternalError"])
def test_a_refusal_is_a_failure_without_the_number(tencent, error):
    tencent.error = error
    with pytest.raises(sms.SmsUnavailable) as caught:
        send()
    assert str(caught.value) == error


def test_a_message_that_was_not_taken_is_a_failure(tencent):
    tencent.status = "LimitExceeded.PhoneNumberThirtySecondLimit"
    with pytest.raises(sms.SmsUnavailable, match=r"^LimitExceeded\.\w+$"):
        send()


@pytest.mark.parametrize(
    "raw",
    [
        (500, "{}"),
        (200, ""),
        (200, "<html>"),
        (200, "[]"),
        (200, "{}"),
        (200, '{"Response": {"RequestId": "r"}}'),
        (200, '{"Response": {"SendStatusSet": [], "RequestId": "r"}}'),
        (302, ""),
    ],
)
def test_an_odd_answer_is_a_failure(tencent, raw):
    tencent.raw = raw
    with pytest.raises(sms.SmsUnavailable) as caught:
        send()
    assert MOBILE not in str(caught.value)


def test_nobody_there_is_a_failure(tencent, settings):
    settings.TENCENT_SMS = {**settings.TENCENT_SMS, "ENDPOINT": "http://127.0.0.1:9"}
    with pytest.raises(sms.SmsUnavailable):
        send()


def send_text(mobiles=(MOBILE,), text="周六停机维护", limit=timedelta(seconds=4)):
    backend = sms.sms_backend()
    return sms.call_with_deadline(
        limit, lambda: backend.send_text(mobiles=mobiles, filled=backend.general(text))
    )


def test_one_call_sends_a_text_to_many_and_says_what_became_of_each(tencent):
    tencent.statuses = {"13800000002": "FailedOperation.PhoneNumberInBlacklist"}
    tencent.statuses["13800000003"] = None

    answer = send_text(["13800000001", "13800000002", "13800000003"])

    assert answer == {
        "13800000001": sms.TAKEN,
        "13800000002": "FailedOperation.PhoneNumberInBlacklist",
    }
    [message] = tencent.messages
    assert message["PhoneNumberSet"] == ["+8613800000001", "+8613800000002", "+8613800000003"]
    assert (message["TemplateId"], message["TemplateParamSet"]) == ("449740", ["周六停机维护"])


def test_a_text_is_counted_with_signature_and_template(tencent):
    backend = sms.sms_backend()
    assert backend.frame(backend.general("周六停机")) == "【路飞学城】周六停机，拒收请回复R"


def test_the_parameters_of_a_template_of_its_own_stand_in_the_order_of_its_words(tencent):
    values = {"amount": "99.00", "subject": "爬虫", "unused": "x"}
    filled = sms.FilledTemplate("449800", "您已购买{subject}，实付{amount}元（{subject}）", values)

    sms.sms_backend().send_text(mobiles=[MOBILE], filled=filled)

    [message] = tencent.messages
    assert (message["TemplateId"], message["TemplateParamSet"]) == ("449800", ["爬虫", "99.00"])
    assert str(filled) == "您已购买爬虫，实付99.00元（爬虫）"


@pytest.mark.parametrize("raw", [(500, "{}"), (200, ""), (200, "<html>"), (200, "{}")])
def test_of_an_odd_answer_it_is_not_known_whether_the_text_was_sent(tencent, raw):
    tencent.raw = raw
    with pytest.raises(sms.SmsOutcomeUnknown):
        send_text()


def test_of_a_provider_that_hangs_it_is_not_known_either(tencent):
    tencent.hangs = True
    with pytest.raises(sms.SmsOutcomeUnknown):
        send_text(limit=timedelta(seconds=0.5))


def test_a_text_that_is_refused_or_reaches_nobody_was_certainly_not_sent(tencent, settings):
    tencent.error = "AuthFailure.SecretIdNotFound"
    with pytest.raises(sms.SmsUnavailable) as refused:
        send_text()
    settings.TENCENT_SMS = {**settings.TENCENT_SMS, "ENDPOINT": "http://127.0.0.1:9"}
    with pytest.raises(sms.SmsUnavailable) as unreachable:
        send_text()

    for caught in (refused, unreachable):
        assert not isinstance(caught.value, sms.SmsOutcomeUnknown)


def test_a_provider_that_hangs_is_left_behind(tencent):
    tencent.hangs = True
    began = time.monotonic()
    with pytest.raises(sms.SmsUnavailable):
        send(timedelta(seconds=0.5))
    assert time.monotonic() - began < 10


def test_neither_the_number_nor_the_code_stands_in_the_log(tencent, caplog):
    with caplog.at_level(logging.INFO):
        send()
        tencent.error = "InternalError"
        with pytest.raises(sms.SmsUnavailable):
            send()
    assert MOBILE not in caplog.text
    assert CODE not in caplog.text


def test_a_defect_of_the_library_is_a_failure_too():
    def broken():
        raise ZeroDivisionError(MOBILE)

    with pytest.raises(sms.SmsUnavailable, match=r"^ZeroDivisionError$"):
        sms.call_with_deadline(timedelta(seconds=1), broken)


def test_the_library_is_only_imported_when_it_is_chosen():
    look = "import sys; from luffy_api.libs import sms; sms.sms_backend(); "
    look += "print([m for m in sys.modules if m.startswith('tencentcloud')])"
    answer = subprocess.run(
        [sys.executable, "-c", f"import django; django.setup(); {look}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert answer.stdout.strip() == "[]"


def test_the_console_writes_to_the_log(settings, caplog):
    settings.SMS_BACKEND = "console"
    with caplog.at_level(logging.INFO):
        send()
        assert send_text([MOBILE]) == {MOBILE: sms.TAKEN}
    assert f"{CODE} -> {MOBILE}" in caplog.text
    assert f"周六停机维护 -> {MOBILE}" in caplog.text


def test_without_a_thread_the_message_is_not_sent(tencent, no_threads):
    with no_threads(), pytest.raises(sms.SmsUnavailable, match="can't start new thread"):
        send()
    assert tencent.messages == []
