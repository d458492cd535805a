"""Messages through Alibaba Cloud, against a small fake of its API."""

import json
import logging
import time
from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest

from luffy_api.libs import sms
from luffy_api.libs.sms import aliyun, aliyun_signature
from luffy_api.libs.sms.tests.fake_aliyun import KEY_ID, KEY_SECRET, SIGN, FakeAliyun

pytestmark = pytest.mark.any_database
MOBILE, CODE = "13812345678", "024680"
MANY = [f"138{n:08d}" for n in range(30)]


@pytest.fixture
def provider(settings):
    """Alibaba Cloud, chosen by the settings."""
    server = FakeAliyun()
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    settings.SMS_BACKEND = "aliyun"
    settings.ALIYUN_SMS = {
        "ACCESS_KEY_ID": KEY_ID,
        "ACCESS_KEY_SECRET": KEY_SECRET,
        "SIGN_NAME": SIGN,
        "TEMPLATE_ID": "SMS_100",
        "MESSAGE_TEMPLATE_ID": "SMS_200",
        "MESSAGE_TEMPLATE": "{1}，拒收请回复R",
        "ENDPOINT": server.url,
    }
    yield server
    server.released.set()
    server.shutdown()
    server.server_close()


def change(settings, **values):
    settings.ALIYUN_SMS = {**settings.ALIYUN_SMS, **values}


def send(limit=timedelta(seconds=4)):
    sms.call_with_deadline(limit, lambda: sms.sms_backend().send_code(mobile=MOBILE, code=CODE))


def send_text(mobiles=(MOBILE,), filled=None, limit=timedelta(seconds=60)):
    backend = sms.sms_backend()
    filled = filled or backend.general("周六停机维护")
    return sms.call_with_deadline(limit, lambda: backend.send_text(mobiles=mobiles, filled=filled))


def test_the_signature_is_that_of_the_example_in_the_manual():
    query = {"RegionId": "cn-shanghai"}
    query["ImageId"] = "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd"

    made = aliyun_signature.headers(
        key_id="YourAccessKeyId",
        key_secret="YourAccessKeySecret",
        host="ecs.cn-shanghai.aliyuncs.com",
        action="RunInstances",
        version="2014-05-26",
        query=aliyun_signature.canonical_query(query),
        now=datetime(2023, 10, 26, 10, 22, 32, tzinfo=UTC),
        nonce="3156853299f313e23d1673dc12e1703d",
    )

    assert made["Authorization"] == (
        "ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=host;x-acs-action;"
        "x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version,"
        "Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"
    )


def test_a_signed_code_is_taken(provider):
    send()
    [message] = provider.messages
    assert json.loads(message.pop("TemplateParam")) == {"code": CODE}
    assert message == {"PhoneNumbers": MOBILE, "SignName": SIGN, "TemplateCode": "SMS_100"}


def test_a_text_with_odd_characters_arrives_as_it_is(provider):
    text = '周六 100% & 更多：a+b=c ~*\'()\n"引"'
    assert send_text(filled=sms.sms_backend().general(text)) == {MOBILE: sms.TAKEN}
    assert json.loads(provider.messages[0]["TemplateParam"]) == {"text": text}


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"ACCESS_KEY_ID": "another"}, "InvalidAccessKeyId.NotFound"),
        ({"ACCESS_KEY_SECRET": "another"}, "SignatureDoesNotMatch"),
        ({"SIGN_NAME": "别的签名"}, "isv.SMS_SIGNATURE_ILLEGAL"),
        ({"TEMPLATE_ID": "SMS_9"}, "isv.SMS_TEMPLATE_ILLEGAL"),
        ({"TEMPLATE_ID": "SMS_300"}, "isv.TEMPLATE_MISSING_PARAMETERS"),
    ],
)
def test_the_provider_refuses_what_is_not_right(provider, settings, values, code):
    change(settings, **values)
    with pytest.raises(sms.SmsUnavailable) as caught:
        send()
    assert str(caught.value) == code
    assert provider.messages == []


@pytest.mark.parametrize(
    "error",
    [
        *("isv.AMOUNT_NOT_ENOUGH", "isv.BUSINESS_LIMIT_CONTROL", "isv.MOBILE_NUMBER_ILLEGAL"),
        *("isv.DAY_LIMIT_CONTROL", "isp.RAM_PERMISSION_DENY"),
    ],
)
def test_a_refusal_is_certain_and_names_no_number(provider, error):
    provider.error = error
    with pytest.raises(sms.SmsUnavailable) as caught:
        send()
    assert str(caught.value) == error
    assert not isinstance(caught.value, sms.SmsOutcomeUnknown)


def test_each_number_has_an_answer_of_its_own(provider):
    provider.codes = {
        MANY[0]: "isv.MOBILE_NUMBER_ILLEGAL",
        MANY[7]: "isv.BUSINESS_LIMIT_CONTROL",
        MANY[9]: "isp.SYSTEM_ERROR",
    }

    found = send_text(MANY)

    assert found.pop(MANY[0]) == "isv.MOBILE_NUMBER_ILLEGAL"
    assert found.pop(MANY[7]) == "isv.BUSINESS_LIMIT_CONTROL"
    assert MANY[9] not in found, "of its own trouble the provider does not know what it sent"
    assert len(found) == 27
    assert set(found.values()) == {sms.TAKEN}
    assert sorted(each["PhoneNumbers"] for each in provider.arrived) == MANY


@pytest.mark.parametrize("error", ["isv.SMS_TEMPLATE_ILLEGAL", "isv.PARAM_NOT_SUPPORT_URL"])
def test_a_refusal_of_the_text_is_asked_for_once_and_holds_up_no_other(provider, error):
    provider.error = error
    assert send_text(MANY) == dict.fromkeys(MANY, error)
    assert len(provider.arrived) == 1


def test_a_code_that_is_new_to_us_is_about_its_number_only(provider):
    provider.codes = {MANY[0]: "isv.SOMETHING_NEW"}
    found = send_text(MANY)
    assert (found.pop(MANY[0]), set(found.values())) == ("isv.SOMETHING_NEW", {sms.TAKEN})


@pytest.mark.parametrize("error", ["isv.AMOUNT_NOT_ENOUGH", "Throttling.User"])
def test_a_refusal_of_the_account_is_asked_for_once(provider, error):
    provider.error = error
    with pytest.raises(sms.SmsUnavailable, match=error):
        send_text(MANY)
    assert len(provider.arrived) == 1


def test_of_a_first_number_without_an_answer_the_others_are_not_tried(provider, monkeypatch):
    monkeypatch.setattr(aliyun, "TIMEOUT", 0.5)
    provider.hangs = {MANY[0]}

    assert send_text(MANY) == dict.fromkeys(MANY[1:], sms.NOT_TRIED)
    assert len(provider.arrived) == 1


def test_what_does_not_begin_in_time_is_certainly_not_sent(provider, monkeypatch):
    monkeypatch.setattr(aliyun, "BUDGET", -1)

    found = send_text(MANY)

    assert found == {MANY[0]: sms.TAKEN, **dict.fromkeys(MANY[1:], sms.NOT_TRIED)}
    assert len(provider.arrived) == 1


def test_a_template_of_its_own_has_named_parameters(provider):
    values = {"subject": "爬虫", "amount": "99.00", "unused": "x"}
    filled = sms.FilledTemplate("SMS_300", "您已购买{subject}，实付{amount}元", values)

    assert send_text(filled=filled) == {MOBILE: sms.TAKEN}

    assert json.loads(provider.messages[0]["TemplateParam"]) == {
        "subject": "爬虫",
        "amount": "99.00",
    }
    assert sms.sms_backend().frame(filled) == "【路飞学城】您已购买爬虫，实付99.00元"


def test_nobody_to_send_to_asks_nobody(provider):
    assert send_text([]) == {}
    assert provider.arrived == []


@pytest.mark.parametrize(
    "raw",
    [
        (500, '{"Code": "InternalError", "RequestId": "r"}'),
        (503, '{"Code": "isv.AMOUNT_NOT_ENOUGH", "RequestId": "r"}'),
        (200, ""),
        (200, "<html>"),
        (200, "[]"),
        (200, "{}"),
        (200, '{"Code": "OK"}'),
        (200, '{"Code": 1, "RequestId": "r"}'),
        (200, '{"Code": "isp.SYSTEM_ERROR", "RequestId": "r"}'),
        (302, ""),
    ],
)
def test_of_an_odd_answer_it_is_not_known_whether_it_was_sent(provider, raw):
    provider.raw = raw
    for act in (send, send_text):
        with pytest.raises(sms.SmsOutcomeUnknown) as caught:
            act()
        assert MOBILE not in str(caught.value)


def test_nobody_there_is_a_certain_failure(provider, settings):
    for address in ("http://127.0.0.1:9", "http://no-such-host.invalid"):
        change(settings, ENDPOINT=address)
        for act in (send, send_text):
            with pytest.raises(sms.SmsUnavailable) as caught:
                act()
            assert not isinstance(caught.value, sms.SmsOutcomeUnknown)


def test_a_provider_that_hangs_is_left_behind(provider):
    provider.hangs = {MOBILE}
    began = time.monotonic()
    with pytest.raises(sms.SmsOutcomeUnknown):
        send(timedelta(seconds=0.5))
    assert time.monotonic() - began < 10


def test_neither_the_number_nor_the_code_stands_in_the_log(provider, caplog):
    with caplog.at_level(logging.INFO):
        send()
        provider.error = "isv.BUSINESS_LIMIT_CONTROL"
        with pytest.raises(sms.SmsUnavailable):
            send()
    assert MOBILE not in caplog.text
    assert CODE not in caplog.text
