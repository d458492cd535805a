"""Platform certificates: downloaded, decrypted, verified, replaced."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.x509.oid import NameOID

from luffy_api.libs.alipay_v1.keys import generate_key_pair
from luffy_api.libs.wechatpay_v3 import (
    NotificationRejected,
    RejectionReason,
    TradeState,
    WechatPayUnknown,
    parse_notification,
    platform_keys,
    query_trade,
)
from luffy_api.libs.wechatpay_v3.tests import signer

ORDER = signer.TRANSACTION["out_trade_no"]
SERIAL = 0x5157F09EFDC096DE15EBE81A47057A7232F1B8E1


def certificate(private_pem, *, serial=SERIAL, days=365):
    """A platform certificate over this key, as PEM."""
    key = load_pem_private_key(private_pem.encode(), password=None)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Tenpay.com Root CA")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).serial_number(serial)
    builder = builder.not_valid_before(now - timedelta(days=400))
    builder = builder.not_valid_after(now + timedelta(days=days)).public_key(key.public_key())
    return builder.sign(key, SHA256()).public_bytes(Encoding.PEM)


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
