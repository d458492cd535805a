"""支付设置 of WeChat Pay: its keys and certificates."""

import pytest
from django.contrib.admin.models import LogEntry

from luffy_api.apps.order.models import PaymentCredential, PayType
from luffy_api.apps.order.payment import credentials
from luffy_api.libs.wechatpay_v3 import platform_keys
from luffy_api.libs.wechatpay_v3.certificates import read_certificate
from luffy_api.libs.wechatpay_v3.tests.certificates import SERIAL, certificate
from luffy_api.tests.credential_page import SELLER_ID, URL, act, lines_of, text_of, told

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("database_source"),
    pytest.mark.any_database,
]
WECHAT = {"MCH_ID": "1900000077", "API_V3_KEY": "k" * 32, "PUBLIC_KEY_ID": "PUB_KEY_ID_0077"}


@pytest.mark.every_database
def test_keys_of_wechat_pay_are_entered_and_used(admin_client, pairs):
    (private, _), (_, public) = pairs
    keys = {**WECHAT, "PRIVATE_KEY": private, "PUBLIC_KEY": public}

    answer = act(admin_client, "save", **keys, provider="2")

    credentials.forget()
    used = credentials.values_of(PayType.WECHAT)
    assert told(answer) == ["已保存 5 项，10 秒内在所有进程生效"]
    assert {name: used[name] for name in WECHAT} == WECHAT
    assert WECHAT["MCH_ID"] in text_of(answer)
    secrets = [WECHAT["API_V3_KEY"], *lines_of(private), *lines_of(public)]
    log = str([entry.change_message for entry in LogEntry.objects.all()])
    assert not [secret for secret in secrets if secret in text_of(answer) + log]
    # A digest of 32 characters that somebody chose could be tried out.
    assert PaymentCredential.objects.get(name="API_V3_KEY").fingerprint == ""


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"MCH_ID": "school"}, "商户号是 8 到 10 位数字"),
        ({"API_V3_KEY": "too-short-a-secret"}, "APIv3 密钥应为 32 个字符"),
        ({"PRIVATE_KEY": "nonsense-of-a-key"}, "商户 API 私钥无法识别"),
        ({"PUBLIC_KEY_ID": "0077"}, "PUB_KEY_ID_ 开头"),
    ],
)
def test_what_wechat_pay_cannot_use_is_refused(admin_client, fields, sentence):
    answer = act(admin_client, "save", provider="2", **fields)

    assert sentence in text_of(answer)
    assert not PaymentCredential.objects.exists()
    assert not [value for value in fields.values() if len(value) > 9 and value in text_of(answer)]


def test_one_providers_values_are_none_of_the_other(admin_client):
    act(admin_client, "save", provider="2", APP_ID="wx00000000000000ff", SELLER_ID=SELLER_ID)

    assert [(row.provider, row.name) for row in PaymentCredential.objects.all()] == [(2, "APP_ID")]
    credentials.forget()
    assert credentials.values_of(PayType.ALIPAY)["APP_ID"] != "wx00000000000000ff"


def test_a_provider_that_is_off_is_said_to_be_off(admin_client, settings):
    settings.WECHATPAY = {}

    assert "没有启用" in text_of(admin_client.get(URL))


def test_the_certificate_of_the_merchant_shows_its_end(admin_client, pairs):
    (private, _), (other, _) = pairs
    pem = certificate(private, days=12.5).decode()
    mine = {"PRIVATE_KEY": private, "SERIAL_NO": f"{SERIAL:X}"}

    refused = act(admin_client, "save", provider="2", **mine, CERT=certificate(other).decode())
    saved = act(admin_client, "save", provider="2", **mine, CERT=pem)

    assert "WECHATPAY_CERT 与 WECHATPAY_PRIVATE_KEY 不是一对" in text_of(refused)
    row, facts = PaymentCredential.objects.get(name="CERT"), read_certificate(pem)
    assert (row.fingerprint, row.expires_at) == (facts.fingerprint, facts.expires_at)
    assert row.fingerprint[:16] in text_of(saved)
    assert f"{row.expires_at:%Y-%m-}" in text_of(saved)
    assert "请尽快到商户平台更换" in text_of(saved)
    assert not [line for line in lines_of(private) if line in text_of(saved)]


@pytest.mark.django_db(transaction=True)
def test_the_self_check_shows_when_the_platform_certificate_ends(
    admin_client, one_origin, settings
):
    platform_keys._downloaded.cache_clear()
    settings.WECHATPAY = {**settings.WECHATPAY, "PUBLIC_KEY": "", "PUBLIC_KEY_ID": ""}
    assert "这里还没有下载过" in text_of(admin_client.get(URL))

    checked = text_of(act(admin_client, "check", provider="2"))

    assert "微信支付平台证书（序列号 " in checked
    assert "）有效期到 " in checked
