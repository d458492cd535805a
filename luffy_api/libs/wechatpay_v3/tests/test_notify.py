"""Notifications: genuine, forged, edited, old, and for somebody else."""

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from luffy_api.libs.wechatpay_v3 import (
    NotificationRejected,
    RefundState,
    RejectionReason,
    WechatPayUnknown,
    parse_notification,
)
from luffy_api.libs.wechatpay_v3.tests import signer
from luffy_api.libs.wechatpay_v3.tests.signer import payment_event, refund_event


@pytest.fixture
def read(wechat):
    """Signs a body and reads it."""

    def parse(body, **how):
        return parse_notification(signer.headers(body, wechat.platform_private, **how), body)

    return parse


@pytest.fixture
def refusal(read):
    """Why a signed body is refused; fails when it is not."""

    def reason(body, **how):
        with pytest.raises(NotificationRejected) as caught:
            read(body, **how)
        return caught.value.reason

    return reason


def test_a_genuine_payment_is_read(read):
    notice = read(payment_event())
    assert notice.out_trade_no == signer.TRANSACTION["out_trade_no"]
    assert notice.transaction_id == signer.TRANSACTION["transaction_id"]
    assert notice.total_amount == Decimal("88.00")
    assert notice.paid_at == datetime(2026, 3, 1, 16, 0, 5, tzinfo=UTC)
    assert notice.event_type == "TRANSACTION.SUCCESS"
    assert notice.refund is None


@pytest.mark.parametrize(
    ("event_type", "word", "state"),
    [
        ("REFUND.SUCCESS", "SUCCESS", RefundState.SUCCEEDED),
        ("REFUND.ABNORMAL", "ABNORMAL", RefundState.PROCESSING),
        ("REFUND.CLOSED", "CLOSED", RefundState.CLOSED),
    ],
)
def test_a_genuine_refund_is_read(read, event_type, word, state):
    notice = read(refund_event(event_type, refund_status=word))
    assert notice.total_amount == Decimal("88.00")
    assert notice.refund.state is state
    assert notice.refund.amount == Decimal("8.00")
    assert (notice.refund.refund_no, notice.refund.word) == ("R1", word)


def test_the_names_of_headers_may_be_in_any_case(wechat):
    body = payment_event()
    headers = signer.headers(body, wechat.platform_private)
    assert parse_notification({name.upper(): v for name, v in headers.items()}, body).paid_at


def test_an_empty_message(refusal):
    assert refusal(b"") is RejectionReason.EMPTY


@pytest.mark.parametrize("name", ["Timestamp", "Nonce", "Signature", "Serial"])
@pytest.mark.parametrize("value", [None, ""])
def test_a_missing_header(wechat, name, value):
    body = payment_event()
    headers = {**signer.headers(body, wechat.platform_private), f"Wechatpay-{name}": value}
    with pytest.raises(NotificationRejected) as caught:
        parse_notification({k: v for k, v in headers.items() if v is not None}, body)
    assert caught.value.reason is RejectionReason.MISSING_SIGN


@pytest.mark.parametrize("age", [301, 86_400, -301])
def test_a_message_signed_over_five_minutes_ago_or_in_the_future(refusal, age):
    assert refusal(payment_event(), age=age) is RejectionReason.TIMESTAMP


@pytest.mark.parametrize("stamp", ["now", "１７００００００００", "-1", "1e9", "9" * 13, "0", " 1"])
def test_a_time_stamp_that_is_none(wechat, stamp):
    body = payment_event()
    headers = {**signer.headers(body, wechat.platform_private), "Wechatpay-Timestamp": stamp}
    with pytest.raises(NotificationRejected) as caught:
        parse_notification(headers, body)
    assert caught.value.reason is RejectionReason.TIMESTAMP


def test_four_minutes_are_not_too_old(read):
    assert read(payment_event(), age=240).paid_at


def test_a_message_signed_with_an_unknown_or_our_own_key(wechat, refusal):
    assert refusal(payment_event(), serial="PUB_KEY_ID_9") is RejectionReason.SERIAL
    body = payment_event()
    with pytest.raises(NotificationRejected) as caught:
        parse_notification(signer.headers(body, wechat.merchant_private), body)
    assert caught.value.reason is RejectionReason.BAD_SIGNATURE


@pytest.mark.parametrize("signature", ["!!", "AAAA", "é", "=", "A" * 344, "\ud800"])
def test_an_invalid_signature(wechat, signature):
    body = payment_event()
    headers = signer.headers(body, wechat.platform_private)
    spelt = headers["Wechatpay-Signature"]
    for wrong in (signature, spelt[:9] + "\n" + spelt[9:], spelt + "=", " " + spelt):
        with pytest.raises(NotificationRejected) as caught:
            parse_notification({**headers, "Wechatpay-Signature": wrong}, body)
        assert caught.value.reason is RejectionReason.BAD_SIGNATURE


def test_the_nonce_is_signed(wechat):
    body = payment_event()
    headers = signer.headers(body, wechat.platform_private)
    with pytest.raises(NotificationRejected):
        parse_notification({**headers, "Wechatpay-Nonce": "another"}, body)


def test_the_signature_is_over_the_exact_bytes(wechat):
    body = payment_event()
    headers = signer.headers(body, wechat.platform_private)
    same_json = json.dumps(json.loads(body)).encode()
    for other in (same_json, body + b" ", b"\xef\xbb\xbf" + body):
        with pytest.raises(NotificationRejected) as caught:
            parse_notification(headers, other)
        assert caught.value.reason is RejectionReason.BAD_SIGNATURE


@hypothesis_settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(place=st.integers(min_value=0), byte=st.integers(min_value=0, max_value=255))
def test_any_changed_byte_is_refused(wechat, place, byte):
    body = payment_event()
    place %= len(body)
    edited = body[:place] + bytes([byte]) + body[place + 1 :]
    if edited != body:
        with pytest.raises(NotificationRejected):
            parse_notification(signer.headers(body, wechat.platform_private), edited)


@pytest.mark.parametrize("body", [b"{}", b"[]", b"null", b"\xff", b"{", b"[" * 100_000])
def test_a_signed_body_that_is_no_event(refusal, body):
    expected = RejectionReason.MISSING_FIELD if body == b"{}" else RejectionReason.MALFORMED
    assert refusal(body) is expected


def test_a_name_that_comes_twice(refusal):
    body = payment_event()[:-1] + b', "event_type": "TRANSACTION.SUCCESS"}'
    assert refusal(body) is RejectionReason.MALFORMED


@pytest.mark.parametrize(
    "resource",
    [
        *(None, "x", [], {}, {"algorithm": "AEAD_AES_256_GCM"}),
        {"algorithm": "NONE", "nonce": "", "associated_data": "", "ciphertext": "e30="},
        {"algorithm": "AEAD_AES_256_GCM", "nonce": "a" * 12, "ciphertext": "é"},
        {"algorithm": "AEAD_AES_256_GCM", "nonce": "", "ciphertext": "AAAA"},
        {"algorithm": "AEAD_AES_256_GCM", "nonce": "a" * 12, "ciphertext": ["AAAA"]},
    ],
)
def test_a_resource_that_cannot_be_decrypted(refusal, resource):
    body = json.dumps({**json.loads(payment_event()), "resource": resource}).encode()
    assert refusal(body) is RejectionReason.DECRYPTION


def test_a_resource_of_another_merchants_key(refusal):
    body = signer.event(signer.TRANSACTION, key="f" * 32)
    assert refusal(body) is RejectionReason.DECRYPTION


def test_a_resource_whose_associated_data_was_changed(refusal):
    envelope = json.loads(payment_event())
    envelope["resource"]["associated_data"] = "refund"
    assert refusal(json.dumps(envelope).encode()) is RejectionReason.DECRYPTION


def test_an_unknown_kind_of_event(refusal):
    body = signer.event(signer.TRANSACTION, "TRANSACTION.FAILED")
    assert refusal(body) is RejectionReason.EVENT_TYPE


@pytest.mark.parametrize(
    "total", [0, -1, 88.0, "8800", True, None, [], 10**10, 10**400, "１００", {"a": 1}]
)
def test_an_amount_that_is_no_positive_whole_number_of_fen(refusal, total):
    assert refusal(payment_event(amount={"total": total})) is RejectionReason.AMOUNT


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"appid": "wx0000000000000009"}, RejectionReason.APP_ID),
        ({"appid": None}, RejectionReason.APP_ID),
        ({"mchid": "1900000009"}, RejectionReason.SELLER_ID),
        ({"mchid": None}, RejectionReason.SELLER_ID),
        ({"out_trade_no": None}, RejectionReason.MISSING_FIELD),
        ({"amount": None}, RejectionReason.MISSING_FIELD),
        ({"amount": {}}, RejectionReason.MISSING_FIELD),
        ({"amount": 88}, RejectionReason.MISSING_FIELD),
        ({"transaction_id": None}, RejectionReason.MISSING_FIELD),
        ({"trade_state": None}, RejectionReason.MISSING_FIELD),
        ({"success_time": None}, RejectionReason.MISSING_FIELD),
        ({"out_trade_no": "A" * 33}, RejectionReason.MALFORMED),
        ({"out_trade_no": 42}, RejectionReason.MALFORMED),
        ({"out_trade_no": "１２３４５６"}, RejectionReason.MALFORMED),
        ({"transaction_id": "<script>"}, RejectionReason.MALFORMED),
        ({"transaction_id": 42}, RejectionReason.MALFORMED),
        ({"trade_state": "NOTPAY"}, RejectionReason.MALFORMED),
        ({"trade_state": ["SUCCESS"]}, RejectionReason.MALFORMED),
        ({"success_time": "now"}, RejectionReason.MALFORMED),
        ({"success_time": "2026-02-30T00:00:00+08:00"}, RejectionReason.MALFORMED),
        ({"success_time": "0001-01-01T00:00:00+08:00"}, RejectionReason.MALFORMED),
        ({"success_time": 5}, RejectionReason.MALFORMED),
        ({"amount": {"total": 8800, "currency": "USD"}}, RejectionReason.MALFORMED),
    ],
)
def test_a_signed_message_that_does_not_fit(refusal, changes, reason):
    assert refusal(payment_event(**changes)) is reason


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"mchid": "1900000009"}, RejectionReason.SELLER_ID),
        ({"refund_status": "CLOSED"}, RejectionReason.MALFORMED),
        ({"refund_status": None}, RejectionReason.MISSING_FIELD),
        ({"out_refund_no": None}, RejectionReason.MISSING_FIELD),
        ({"out_refund_no": "退款"}, RejectionReason.MALFORMED),
        ({"amount": {"total": 8800, "refund": -1}}, RejectionReason.MALFORMED),
        ({"amount": {"total": 8800}}, RejectionReason.MISSING_FIELD),
        ({"amount": {"total": "8800", "refund": 1}}, RejectionReason.AMOUNT),
    ],
)
def test_a_signed_refund_that_does_not_fit(refusal, changes, reason):
    assert refusal(refund_event(**changes)) is reason


def test_without_certificates_an_unknown_key_is_unknown_not_forged(wechat, settings):
    settings.WECHATPAY = {**settings.WECHATPAY, "PUBLIC_KEY_ID": "", "PUBLIC_KEY": ""}
    body = payment_event()
    with pytest.raises(WechatPayUnknown):
        parse_notification(signer.headers(body, wechat.platform_private, serial="5A"), body)
