from datetime import UTC, datetime
from decimal import Decimal
from urllib.parse import parse_qsl, urlencode

import pytest
from django.http import QueryDict

from luffy_api.libs.alipay_v1 import RejectionReason, parse_notification
from luffy_api.libs.alipay_v1.tests.signer import GENUINE, genuine, notification, refusal


def test_a_genuine_notification_is_read(alipay):
    notice = parse_notification(genuine(alipay))
    assert notice.out_trade_no == GENUINE["out_trade_no"]
    assert notice.trade_no == GENUINE["trade_no"]
    assert notice.total_amount == Decimal("88.00")
    assert notice.paid_at == datetime(2026, 3, 1, 16, 0, 5, tzinfo=UTC)
    assert notice.notify_id == GENUINE["notify_id"]
    assert notice.refund_fee is None
    assert notice.is_paid


def test_the_pairs_of_a_query_dict_and_of_a_raw_body_do(alipay):
    body = urlencode(notification(alipay.alipay_private))
    flattened = [(k, v) for k, vs in QueryDict(body).lists() for v in vs]
    raw = parse_qsl(body, keep_blank_values=True, strict_parsing=True)
    assert parse_notification(flattened) == parse_notification(raw)


def test_empty_values_are_no_part_of_the_signed_text(alipay):
    fields = notification(alipay.alipay_private)
    assert parse_notification([*fields.items(), ("body", "")]).is_paid


def test_a_partial_refund_is_read(alipay):
    notice = parse_notification(genuine(alipay, refund_fee="8.00"))
    assert notice.refund_fee == Decimal("8.00")
    assert notice.is_paid


def test_a_closed_trade_has_no_payment_time(alipay):
    notice = parse_notification(genuine(alipay, gmt_payment=None, trade_status="TRADE_CLOSED"))
    assert notice.paid_at is None
    assert not notice.is_paid


def test_an_empty_message_is_rejected(alipay):
    assert refusal([]) == RejectionReason.EMPTY
    assert refusal([("sign", "")]) == RejectionReason.EMPTY


@pytest.mark.parametrize("name", ["out_trade_no", "total_amount", "sign", "sign_type", "subject"])
@pytest.mark.parametrize("value", ["", "0.01"])
def test_a_repeated_parameter(alipay, name, value):
    fields = genuine(alipay)
    assert refusal([*fields, (name, value)]) == RejectionReason.REPEATED_PARAMETER
    assert refusal([(name, value), *fields]) == RejectionReason.REPEATED_PARAMETER


def test_no_signature(alipay):
    fields = [pair for pair in genuine(alipay) if pair[0] != "sign"]
    assert refusal(fields) == RejectionReason.MISSING_SIGN


@pytest.mark.parametrize("sign_type", ["RSA", "rsa2", "MD5", "", "RSA2 ", "HMAC"])
def test_a_foreign_sign_type(alipay, sign_type):
    fields = {**notification(alipay.alipay_private), "sign_type": sign_type}
    assert refusal(fields.items()) == RejectionReason.SIGN_TYPE


def test_a_missing_sign_type(alipay):
    fields = [pair for pair in genuine(alipay) if pair[0] != "sign_type"]
    assert refusal(fields) == RejectionReason.SIGN_TYPE


def test_a_message_signed_with_our_own_or_an_unknown_key(alipay):
    fields = notification(alipay.app_private)
    assert refusal(fields.items()) == RejectionReason.BAD_SIGNATURE


@pytest.mark.parametrize("signature", ["!!", "AAAA", "é", "=", "A" * 344, "\ud800"])
def test_an_invalid_signature(alipay, signature):
    fields = {**notification(alipay.alipay_private), "sign": signature}
    assert refusal(fields.items()) == RejectionReason.BAD_SIGNATURE


def test_a_signature_in_another_base64_spelling(alipay):
    fields = notification(alipay.alipay_private)
    spelt = {**fields, "sign": fields["sign"][:9] + "\n" + fields["sign"][9:]}
    assert refusal(spelt.items()) == RejectionReason.BAD_SIGNATURE


@pytest.mark.parametrize("name", sorted(GENUINE))
def test_any_changed_field(alipay, name):
    fields = notification(alipay.alipay_private)
    changed = {**fields, name: fields[name] + "0"}
    assert refusal(changed.items()) == RejectionReason.BAD_SIGNATURE


@pytest.mark.parametrize("name", sorted(GENUINE))
def test_any_removed_or_emptied_field(alipay, name):
    fields = notification(alipay.alipay_private)
    removed = {k: v for k, v in fields.items() if k != name}
    assert refusal(removed.items()) == RejectionReason.BAD_SIGNATURE
    assert refusal({**fields, name: ""}.items()) == RejectionReason.BAD_SIGNATURE


def test_an_added_field(alipay):
    fields = notification(alipay.alipay_private)
    assert refusal([*fields.items(), ("refund_fee", "1.00")]) == RejectionReason.BAD_SIGNATURE


@pytest.mark.parametrize(
    "amount",
    [
        *(" 10.00", "10.00 ", "10.00\n", "1_0.00", "10", "10.0", "10.000", "10,00", "-1.00"),
        *("+1.00", "1e2", "NaN", "Infinity", "１０.００", "١٠.٠٠", "123456789.00"),
    ],
)
def test_an_invalid_amount_is_refused_even_when_it_is_signed(alipay, amount):
    assert refusal(genuine(alipay, total_amount=amount)) == RejectionReason.AMOUNT
    assert refusal(genuine(alipay, refund_fee=amount)) == RejectionReason.AMOUNT


@pytest.mark.parametrize(
    "name", ["out_trade_no", "trade_no", "total_amount", "trade_status", "app_id", "notify_id"]
)
def test_a_field_that_is_missing_although_it_is_signed(alipay, name):
    assert refusal(genuine(alipay, **{name: None})) == RejectionReason.MISSING_FIELD


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("out_trade_no", "A" * 65),
        ("out_trade_no", "１２３"),
        ("out_trade_no", "A B"),
        ("trade_no", "<script>"),
        ("trade_status", "trade success"),
        ("gmt_payment", "2026-02-30 10:00:00"),
        ("gmt_payment", "0001-01-01 00:00:00"),
        ("gmt_payment", "now"),
        ("a-b", "x"),
    ],
)
def test_an_invalid_form(alipay, name, value):
    assert refusal(genuine(alipay, **{name: value})) == RejectionReason.MALFORMED


def test_another_app_and_another_seller(alipay):
    assert refusal(genuine(alipay, app_id="2021000000000002")) == RejectionReason.APP_ID
    assert refusal(genuine(alipay, seller_id="2088000000000002")) == RejectionReason.SELLER_ID
    assert refusal(genuine(alipay, seller_id=None)) == RejectionReason.SELLER_ID


def test_any_seller_is_accepted_where_none_is_configured(alipay, settings):
    settings.ALIPAY = {**settings.ALIPAY, "SELLER_ID": None}
    assert parse_notification(genuine(alipay, seller_id=None)).seller_id == ""
    assert parse_notification(genuine(alipay, seller_id="2088000000000002")).is_paid
