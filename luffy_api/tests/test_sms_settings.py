"""The provider of text messages is chosen by settings, and complete or refused."""

import pytest

from luffy_api.tests.loaded_settings import DEV, PROD, refusal, run

__all__ = ["refusal", "run"]

TENCENT = {
    "SMS_BACKEND": "tencent",
    "TENCENT_SECRET_ID": "an id",
    "TENCENT_SECRET_KEY": "a key",
    "SMS_SDK_APP_ID": "1400000000",
    "SMS_SIGN_NAME": "路飞学城",
    "SMS_TEMPLATE_ID": "100",
}

ALIYUN = {
    "SMS_BACKEND": "aliyun",
    "ALIYUN_ACCESS_KEY_ID": "an id",
    "ALIYUN_ACCESS_KEY_SECRET": "a key",
    "SMS_SIGN_NAME": "路飞学城",
    "SMS_TEMPLATE_ID": "SMS_100",
}


def test_text_messages_go_through_tencent_when_everything_is_given(run):
    assert run({**PROD, **TENCENT}, "s.SMS_BACKEND, s.TENCENT_SMS['ENDPOINT']") == (
        0,
        "tencent https://sms.tencentcloudapi.com",
    )


def test_and_through_aliyun(run):
    said = "s.SMS_BACKEND, s.ALIYUN_SMS['ENDPOINT'], s.SMS_MESSAGES"
    expected = "aliyun https://dysmsapi.aliyuncs.com False"
    assert run({**PROD, **ALIYUN}, said) == (0, expected)


@pytest.mark.parametrize(
    ("provider", "name"),
    [
        (provider, name)
        for provider, own in ((TENCENT, set(TENCENT)), (ALIYUN, set(ALIYUN) - set(TENCENT)))
        for name in sorted(own - {"SMS_BACKEND"})
    ],
)
def test_a_text_message_provider_has_no_default(refusal, provider, name):
    assert refusal({**PROD, **provider, name: None}).startswith(f"Set {name}")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("SMS_BACKEND", "pigeon"), ("SMS_SITE_DAILY_CAP", "0"), ("SMS_SITE_DAILY_CAP", "many")),
        *(("SMS_PRICE", "cheap"), ("SMS_PRICE", "-1"), ("SMS_PRICE", "nan"), ("SMS_PRICE", "1e9")),
    ],
)
def test_a_bad_value_is_named(refusal, name, value):
    assert name in refusal({**DEV, name: value})


def test_a_price_and_a_template_let_messages_out_as_text_messages(run):
    given = {"SMS_MESSAGE_TEMPLATE_ID": "101", "SMS_PRICE": "0.045"}
    said = "s.SMS_MESSAGES, s.SMS_PRICE, s.TENCENT_SMS['MESSAGE_TEMPLATE']"
    assert run({**PROD, **TENCENT, **given}, said) == (0, "True 0.045 {1}")
    assert run({**PROD, **TENCENT}, "s.SMS_MESSAGES, s.SMS_PRICE") == (0, "False 0.05")


@pytest.mark.parametrize("text", ["没有参数", "{1}{1}"])
def test_a_template_without_its_one_parameter_is_refused(refusal, text):
    assert "SMS_MESSAGE_TEMPLATE" in refusal({**PROD, **TENCENT, "SMS_MESSAGE_TEMPLATE": text})
