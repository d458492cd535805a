"""Platform certificates: downloaded, decrypted, verified, replaced."""

import json

import pytest
from django.core.checks import INFO, WARNING

from luffy_api.libs.payment_settings.rsa_keys import generate_key_pair
from luffy_api.libs.wechatpay_v3 import (
    NotificationRejected,
    RejectionReason,
    TradeState,
    WechatPayUnknown,
    parse_notification,
    platform_keys,
    query_trade,
)
from luffy_api.libs.wechatpay_v3.certificate_checks import check_known_platform, check_platform
from luffy_api.libs.wechatpay_v3.certificates import describe
from luffy_api.libs.wechatpay_v3.settings import current
from luffy_api.libs.wechatpay_v3.tests import signer
from luffy_api.libs.wechatpay_v3.tests.certificates import SERIAL, certificate

ORDER = signer.TRANSACTION["out_trade_no"]


def row(pem, *, serial=SERIAL, key=signer.API_V3_KEY):
    return {
        "serial_no": f"{serial:040X}",
        "effective_time": "2025-01-01T00:00:00+08:00",
        "expire_time": "2030-01-01T00:00:00+08:00",
        "encrypt_certificate": signer.encrypted(pem, "certificate", key=key),
    }


@pytest.fixture
def offer(gateway, wechat, settings):
    """Sets what /v3/certificates answers; the merchant has no public key of WeChat Pay."""
    settings.WECHATPAY = {**settings.WECHATPAY, "PUBLIC_KEY_ID": "", "PUBLIC_KEY": ""}

    def rows(*found, private=wechat.platform_private, serial=SERIAL):
        body = json.dumps({"data": list(found)}).encode()
        headers = signer.headers(body, private, serial=f"{serial:040X}")
        gateway.say(body, 200, headers, path=platform_keys.PATH)

    return rows


def ask(gateway, wechat, serial=SERIAL, private=None):
    body = json.dumps(signer.TRANSACTION).encode()
    private = private or wechat.platform_private
    gateway.say(body, 200, signer.headers(body, private, serial=f"{serial:040X}"))
    return query_trade(out_trade_no=ORDER).state


def downloads(gateway):
    return sum(asked.path == platform_keys.PATH for asked in gateway.asked)


def test_answers_are_verified_with_a_downloaded_certificate(offer, gateway, wechat):
    offer(row(certificate(wechat.platform_private)))

    assert ask(gateway, wechat) is TradeState.PAID
    assert ask(gateway, wechat) is TradeState.PAID

    assert downloads(gateway) == 1
    assert "Wechatpay-Serial" not in gateway.asked[0].headers


def test_notifications_are_verified_with_it_too(offer, wechat):
    offer(row(certificate(wechat.platform_private)))
    body = signer.payment_event()

    notice = parse_notification(
        signer.headers(body, wechat.platform_private, serial=f"{SERIAL:040X}"), body
    )

    assert notice.out_trade_no == ORDER


def test_while_certificates_change_both_are_good(offer, gateway, wechat):
    private, _ = generate_key_pair()
    offer(
        row(certificate(wechat.platform_private)),
        row(certificate(private, serial=0xABC), serial=0xABC),
    )

    assert ask(gateway, wechat) is TradeState.PAID
    assert ask(gateway, wechat, serial=0xABC, private=private) is TradeState.PAID
    assert downloads(gateway) == 1


def test_a_new_certificate_is_looked_for_once_in_a_minute(offer, gateway, wechat, monkeypatch):
    offer(row(certificate(wechat.platform_private)))
    ask(gateway, wechat)
    private, _ = generate_key_pair()
    offer(row(certificate(private, serial=0xABC), serial=0xABC), private=private, serial=0xABC)

    for _ in range(3):
        with pytest.raises(WechatPayUnknown):
            ask(gateway, wechat, serial=0xABC, private=private)
    assert downloads(gateway) == 1

    monkeypatch.setattr(platform_keys, "PAUSE_SECONDS", -1)
    assert ask(gateway, wechat, serial=0xABC, private=private) is TradeState.PAID
    assert downloads(gateway) == 2


def test_an_unknown_serial_number_is_forged_when_the_list_is_known(offer, gateway, wechat):
    offer(row(certificate(wechat.platform_private)))
    body = signer.payment_event()
    with pytest.raises(NotificationRejected) as caught:
        parse_notification(signer.headers(body, wechat.platform_private, serial="99"), body)
    assert caught.value.reason is RejectionReason.SERIAL


def test_a_list_that_is_not_genuine_is_not_believed(offer, gateway, wechat, keys):
    genuine = row(certificate(wechat.platform_private))
    stranger = certificate(keys.merchant_private)
    for rows, how in (
        ([genuine], {"private": keys.merchant_private}),
        ([genuine], {"serial": 0xABC}),
        ([row(stranger, key="f" * 32)], {"private": keys.merchant_private}),
        ([row(certificate(wechat.platform_private, serial=7))], {}),
        ([row(certificate(wechat.platform_private, days=-1))], {}),
        ([], {}),
        (["x"], {}),
    ):
        platform_keys._downloaded.cache_clear()
        offer(*rows, **how)
        with pytest.raises(WechatPayUnknown):
            ask(gateway, wechat)


def test_an_answer_signed_with_another_key_than_its_certificates(offer, gateway, wechat):
    offer(row(certificate(wechat.platform_private)))
    with pytest.raises(WechatPayUnknown):
        ask(gateway, wechat, private=wechat.merchant_private)


def test_when_platform_certificates_end_is_told(offer, wechat):
    """The one that is being replaced may end soon."""
    private, _ = generate_key_pair()
    pem = certificate(wechat.platform_private, days=400)
    offer(row(pem), row(certificate(private, serial=0xABC, days=5), serial=0xABC))

    messages = list(check_platform(current()))

    fingerprint = describe(pem).fingerprint
    assert messages[0].msg.startswith(
        f"微信支付平台证书（序列号 {SERIAL:X}，指纹 {fingerprint[:16]}）有效期到 "
    )
    assert [each.level for each in messages] == [INFO, INFO]
    assert "序列号 ABC" in messages[1].msg


@pytest.mark.parametrize(("days", "level"), [(31, INFO), (29.9, WARNING)])
def test_a_platform_certificate_that_nothing_replaces_is_a_warning(offer, wechat, days, level):
    offer(row(certificate(wechat.platform_private, days=days)))

    [message] = check_platform(current())

    assert message.level == level


def test_without_the_network_what_is_known_is_told(offer, gateway, wechat, settings):
    [message] = check_known_platform(settings.WECHATPAY)
    assert "还没有下载过" in message.msg
    offer(row(certificate(wechat.platform_private)))
    assert not gateway.asked
    ask(gateway, wechat)

    [message] = check_known_platform(settings.WECHATPAY)

    assert f"序列号 {SERIAL:X}" in message.msg
    assert downloads(gateway) == 1


def test_a_merchant_with_a_public_key_hears_nothing_of_certificates(gateway, wechat, settings):
    assert [*check_known_platform(settings.WECHATPAY), *check_platform(current())] == []
    assert not gateway.asked


def test_a_list_that_cannot_be_had_says_nothing_about_its_end(offer, gateway):
    offer()

    assert list(check_platform(current())) == []
