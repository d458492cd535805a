"""What comes back: signed answers, refusals, and everything that cannot be trusted."""

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from luffy_api.libs.wechatpay_v3 import (
    RefundState,
    TradeState,
    WechatPayRefused,
    WechatPayUnknown,
    close_trade,
    query_refund,
    query_trade,
    refund_trade,
)
from luffy_api.libs.wechatpay_v3.tests import signer

ORDER = "01JABCDEFGHJKMNPQRSTVWXYZ0"
PAID = signer.TRANSACTION


def test_a_paid_trade(gateway):
    gateway.answer(PAID)
    status = query_trade(out_trade_no=ORDER)
    assert status.state is TradeState.PAID
    assert status.transaction_id == PAID["transaction_id"]
    assert status.total_amount == Decimal("88.00")
    assert status.paid_at == datetime(2026, 3, 1, 16, 0, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("REFUND", TradeState.PAID),
        ("NOTPAY", TradeState.WAITING),
        ("USERPAYING", TradeState.WAITING),
        ("PAYERROR", TradeState.WAITING),
        ("CLOSED", TradeState.CLOSED),
        ("REVOKED", TradeState.CLOSED),
    ],
)
def test_the_states_of_a_trade(gateway, text, state):
    gateway.answer({**PAID, "trade_state": text})
    assert query_trade(out_trade_no=ORDER).state is state


@pytest.mark.parametrize("code", ["ORDER_NOT_EXIST", "RESOURCE_NOT_EXISTS"])
def test_a_trade_that_does_not_exist(gateway, code):
    gateway.answer({"code": code, "message": "订单不存在"}, status=404)
    assert query_trade(out_trade_no=ORDER).state is TradeState.NOT_FOUND
    assert close_trade(out_trade_no=ORDER) is TradeState.NOT_FOUND


@pytest.mark.parametrize(
    "changes",
    [
        {"out_trade_no": "01JOTHER"},
        {"out_trade_no": None},
        {"mchid": "1900000009"},
        {"appid": "wx0000000000000009"},
        {"trade_state": "SOMETHING_NEW"},
        {"trade_state": ["SUCCESS"]},
        {"transaction_id": ""},
        {"transaction_id": 42},
        {"amount": None},
        {"amount": {"total": 88.0}},
        {"amount": {"total": "8800"}},
        {"amount": {"total": True}},
        {"amount": {"total": 0}},
        {"amount": {"total": 8800, "currency": "USD"}},
        {"success_time": "yesterday"},
        {"success_time": None},
    ],
)
def test_a_signed_but_odd_answer_is_unknown(gateway, changes):
    gateway.answer({**PAID, **changes})
    with pytest.raises(WechatPayUnknown):
        query_trade(out_trade_no=ORDER)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (500, "SYSTEM_ERROR"),
        (503, "BANK_ERROR"),
        (429, "FREQUENCY_LIMITED"),
        (403, "RATELIMIT_EXCEEDED"),
        (401, "SIGN_ERROR"),
        (400, "SYSTEM_ERROR"),
        (400, ""),
        (202, "ACCEPTED"),
    ],
)
def test_a_signed_answer_that_asks_to_try_again_is_unknown(gateway, status, code):
    gateway.answer({"code": code, "message": "请稍后"}, status=status)
    with pytest.raises(WechatPayUnknown):
        close_trade(out_trade_no=ORDER)


@pytest.mark.parametrize(
    "reply",
    [
        *(b"", b"<html>502 Bad Gateway</html>", "系统繁忙".encode("gbk"), b"null", b"[]"),
        *(b'{"trade_state":"SUCCESS"', b'{"a":1,"a":2}', b"[" * 100_000, b"x" * ((1 << 20) + 1)),
    ],
)
def test_an_answer_that_is_no_object_is_unknown_signed_or_not(gateway, reply):
    gateway.say(reply)
    with pytest.raises(WechatPayUnknown):
        query_trade(out_trade_no=ORDER)
    gateway.answer(reply)
    with pytest.raises(WechatPayUnknown):
        query_trade(out_trade_no=ORDER)


@pytest.mark.parametrize("status", [200, 404])
def test_an_unsigned_answer_is_unknown(gateway, status):
    body = PAID if status == 200 else {"code": "ORDER_NOT_EXIST"}
    gateway.say(json.dumps(body).encode(), status)
    with pytest.raises(WechatPayUnknown):
        query_trade(out_trade_no=ORDER)


@pytest.mark.parametrize(
    "how", [{"age": 400}, {"age": -400}, {"serial": "PUB_KEY_ID_OTHER"}, {"serial": ""}]
)
def test_an_old_answer_or_one_with_another_serial_number_is_unknown(gateway, how):
    gateway.answer(PAID, **how)
    with pytest.raises(WechatPayUnknown):
        query_trade(out_trade_no=ORDER)


def test_an_answer_signed_with_another_key_is_unknown(gateway, wechat):
    gateway.answer(PAID, private=wechat.merchant_private)
    with pytest.raises(WechatPayUnknown):
        query_trade(out_trade_no=ORDER)


def test_an_edited_answer_is_unknown(gateway, wechat):
    body = json.dumps({**PAID, "trade_state": "NOTPAY"}).encode()
    headers = signer.headers(body, wechat.platform_private)
    gateway.say(body.replace(b"NOTPAY", b"SUCCESS"), 200, headers)
    with pytest.raises(WechatPayUnknown):
        query_trade(out_trade_no=ORDER)


@pytest.mark.parametrize("name", ["Timestamp", "Nonce", "Signature", "Serial"])
def test_every_header_of_the_signature_counts(gateway, wechat, name):
    body = json.dumps(PAID).encode()
    headers = signer.headers(body, wechat.platform_private)
    gateway.say(body, 200, {**headers, f"Wechatpay-{name}": "1"})
    with pytest.raises(WechatPayUnknown):
        query_trade(out_trade_no=ORDER)


def test_a_probe_of_the_verification_is_unknown(gateway, wechat):
    """WeChat Pay sends wrong signatures on purpose, to see whether merchants verify."""
    body = json.dumps(PAID).encode()
    headers = signer.headers(body, wechat.platform_private)
    signature = "WECHATPAY/SIGNTEST/" + headers["Wechatpay-Signature"][19:]
    gateway.say(body, 200, {**headers, "Wechatpay-Signature": signature})
    with pytest.raises(WechatPayUnknown):
        query_trade(out_trade_no=ORDER)


def test_a_redirecting_or_silent_gateway_is_unknown(gateway, settings):
    gateway.say(b"", 302, {"Location": "/elsewhere"})
    with pytest.raises(WechatPayUnknown):
        query_trade(out_trade_no=ORDER)
    assert not any(asked.path.startswith("/elsewhere") for asked in gateway.asked)
    settings.WECHATPAY = {**settings.WECHATPAY, "GATEWAY_URL": "http://127.0.0.1:9"}
    with pytest.raises(WechatPayUnknown):
        query_trade(out_trade_no=ORDER)


def test_close(gateway):
    gateway.answer(b"", status=204)
    assert close_trade(out_trade_no=ORDER) is TradeState.CLOSED
    gateway.answer({"code": "ORDER_CLOSED", "message": "订单已关闭"}, status=400)
    assert close_trade(out_trade_no=ORDER) is TradeState.CLOSED
    gateway.say(b"", 204)
    with pytest.raises(WechatPayUnknown):
        close_trade(out_trade_no=ORDER)
    gateway.answer({"code": "ORDER_PAID", "message": "订单已支付"}, status=400)
    with pytest.raises(WechatPayRefused) as caught:
        close_trade(out_trade_no=ORDER)
    assert caught.value.code == "ORDER_PAID"


def refund():
    return refund_trade(
        transaction_id="4200000000202603020000000001",
        total_amount=Decimal("88.00"),
        amount=Decimal("8.00"),
        refund_no="R1",
    )


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("SUCCESS", RefundState.SUCCEEDED),
        ("PROCESSING", RefundState.PROCESSING),
        ("ABNORMAL", RefundState.PROCESSING),
        ("CLOSED", RefundState.CLOSED),
    ],
)
def test_the_states_of_a_refund(gateway, word, state):
    gateway.answer({**signer.REFUND, "status": word})
    asked_again = query_refund(refund_no="R1")
    assert refund() == asked_again
    assert (asked_again.state, asked_again.amount) == (state, Decimal("8.00"))
    assert (asked_again.finished_at is not None) == (state is RefundState.SUCCEEDED)
    assert asked_again.word == word


def test_a_refund_that_does_not_exist_and_one_that_is_refused(gateway):
    gateway.answer({"code": "RESOURCE_NOT_EXISTS", "message": "退款单不存在"}, status=404)
    assert query_refund(refund_no="R1").state is RefundState.NOT_FOUND
    gateway.answer({"code": "NOT_ENOUGH", "message": "余额不足"}, status=403)
    with pytest.raises(WechatPayRefused, match="NOT_ENOUGH"):
        refund()
    with pytest.raises(WechatPayUnknown):
        query_refund(refund_no="R1")


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "NEW"},
        {"status": None},
        {"out_refund_no": "R2"},
        {"amount": {"refund": "800"}},
        {"success_time": None},
        {"transaction_id": None},
    ],
)
def test_a_signed_but_odd_answer_about_a_refund_is_unknown(gateway, changes):
    gateway.answer({**signer.REFUND, "status": "SUCCESS", **changes})
    with pytest.raises(WechatPayUnknown):
        refund()
