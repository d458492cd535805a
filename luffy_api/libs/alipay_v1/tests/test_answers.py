from datetime import UTC, datetime
from decimal import Decimal

import pytest

from luffy_api.libs.alipay_v1 import (
    AlipayRefused,
    AlipayUnknown,
    RefundState,
    RefundStatus,
    TradeState,
    close_trade,
    query_refund,
    query_trade,
    refund_trade,
)
from luffy_api.libs.alipay_v1.tests.signer import answer

ORDER = "01JABCDEFGHJKMNPQRSTVWXYZ0"
TRADE = "2026030222001400000000000001"
QUERY = "alipay.trade.query"
PAID = {
    "code": "10000",
    "msg": "Success",
    "out_trade_no": ORDER,
    "trade_no": "2026030222001400000000000001",
    "trade_status": "TRADE_SUCCESS",
    "total_amount": "88.00",
    "send_pay_date": "2026-03-02 00:00:05",
}
REFUSED = {"code": "40004", "msg": "Business Failed", "sub_msg": "不行"}


def test_a_paid_trade(gateway, alipay):
    gateway.reply = answer(QUERY, alipay.alipay_private, **PAID)
    status = query_trade(out_trade_no=ORDER)
    assert status.state is TradeState.PAID
    assert status.trade_no == PAID["trade_no"]
    assert status.total_amount == Decimal("88.00")
    assert status.paid_at == datetime(2026, 3, 1, 16, 0, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("WAIT_BUYER_PAY", TradeState.WAITING),
        ("TRADE_CLOSED", TradeState.CLOSED),
        ("TRADE_FINISHED", TradeState.PAID),
    ],
)
def test_the_states_of_an_unpaid_trade(gateway, alipay, text, state):
    gateway.reply = answer(QUERY, alipay.alipay_private, **{**PAID, "trade_status": text})
    assert query_trade(out_trade_no=ORDER).state is state


def test_a_trade_that_does_not_exist(gateway, alipay):
    node = {**REFUSED, "sub_code": "ACQ.TRADE_NOT_EXIST"}
    gateway.reply = answer(QUERY, alipay.alipay_private, **node)
    assert query_trade(out_trade_no=ORDER).state is TradeState.NOT_FOUND
    gateway.reply = answer("alipay.trade.close", alipay.alipay_private, **node)
    assert close_trade(out_trade_no=ORDER) is TradeState.NOT_FOUND


@pytest.mark.parametrize("text", ["}", "{", 'a"}', "{{{", "\\", '","sign":"x"}'])
def test_unbalanced_braces_in_a_text_do_not_hide_a_genuine_answer(gateway, alipay, text):
    gateway.reply = answer(QUERY, alipay.alipay_private, **PAID, buyer_logon_id=text)
    assert query_trade(out_trade_no=ORDER).state is TradeState.PAID


@pytest.mark.parametrize(
    "changes",
    [
        {"out_trade_no": "01JOTHER"},
        {"out_trade_no": None},
        {"trade_status": "SOMETHING_NEW"},
        {"trade_status": None},
        {"total_amount": "１.００"},
        {"total_amount": 88},
        {"total_amount": None},
        {"trade_no": ""},
        {"send_pay_date": "yesterday"},
        {"code": "20000"},
        {"code": "40004", "sub_code": "ACQ.SYSTEM_ERROR"},
        {"code": "40004"},
        {"code": "40002", "sub_code": "isv.invalid-signature"},
        {"code": None},
    ],
)
def test_a_signed_but_odd_answer_is_unknown(gateway, alipay, changes):
    gateway.reply = answer(QUERY, alipay.alipay_private, **{**PAID, **changes})
    with pytest.raises(AlipayUnknown):
        query_trade(out_trade_no=ORDER)


@pytest.mark.parametrize(
    "reply",
    [
        b"",
        b"<html>502 Bad Gateway</html>",
        "系统繁忙".encode("gbk"),
        b"null",
        b"[]",
        b"{}",
        b'{"sign":1}',
        b'{"alipay_trade_query_response":{"code":"10000"}}',
        b'{"alipay_trade_query_response":{"code":"10000"},"sign":"AAAA"}',
        b'{"alipay_trade_query_response":null,"sign":"AAAA"}',
        b'{"error_response":{"code":"40002"},"sign":"AAAA"}',
        b"x" * (1 << 20) + b"x",
    ],
)
def test_an_unsigned_answer_is_unknown(gateway, reply):
    gateway.reply = reply
    with pytest.raises(AlipayUnknown):
        query_trade(out_trade_no=ORDER)


def test_an_answer_signed_with_another_key_is_unknown(gateway, alipay):
    gateway.reply = answer(QUERY, alipay.app_private, **PAID)
    with pytest.raises(AlipayUnknown):
        query_trade(out_trade_no=ORDER)


def test_an_edited_answer_is_unknown(gateway, alipay):
    genuine = answer(QUERY, alipay.alipay_private, **{**PAID, "trade_status": "WAIT_BUYER_PAY"})
    gateway.reply = genuine.replace(b"WAIT_BUYER_PAY", b"TRADE_SUCCESS")
    with pytest.raises(AlipayUnknown):
        query_trade(out_trade_no=ORDER)


def test_a_refusing_redirecting_or_silent_gateway_is_unknown(gateway, alipay, settings):
    gateway.reply = answer(QUERY, alipay.alipay_private, **PAID)
    gateway.status = 500
    with pytest.raises(AlipayUnknown):
        query_trade(out_trade_no=ORDER)
    gateway.status, gateway.headers = 302, {"Location": "/elsewhere"}
    with pytest.raises(AlipayUnknown):
        query_trade(out_trade_no=ORDER)
    assert not any(path.startswith("/elsewhere") for path in gateway.asked)
    settings.ALIPAY = {**settings.ALIPAY, "GATEWAY_URL": "http://127.0.0.1:9/gateway.do"}
    with pytest.raises(AlipayUnknown):
        query_trade(out_trade_no=ORDER)


def test_a_local_gateway_is_reached_without_a_proxy(gateway, alipay, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    gateway.reply = answer(QUERY, alipay.alipay_private, **PAID)
    assert query_trade(out_trade_no=ORDER).state is TradeState.PAID


def test_close(gateway, alipay):
    node = {"code": "10000", "out_trade_no": ORDER}
    gateway.reply = answer("alipay.trade.close", alipay.alipay_private, **node)
    assert close_trade(out_trade_no=ORDER) is TradeState.CLOSED
    node = {**REFUSED, "sub_code": "ACQ.TRADE_STATUS_ERROR"}
    gateway.reply = answer("alipay.trade.close", alipay.alipay_private, **node)
    with pytest.raises(AlipayRefused) as caught:
        close_trade(out_trade_no=ORDER)
    assert caught.value.sub_code == "ACQ.TRADE_STATUS_ERROR"


def test_refund(gateway, alipay):
    node = {"code": "10000", "trade_no": TRADE, "refund_fee": "88.00", "fund_change": "Y"}
    gateway.reply = answer("alipay.trade.refund", alipay.alipay_private, **node)
    refund = refund_trade(trade_no=TRADE, amount=Decimal("88.00"), request_no="R1")
    assert refund.refunded_total == Decimal("88.00")
    assert refund.moved_money
    gateway.reply = answer(
        "alipay.trade.refund", alipay.alipay_private, **{**node, "refund_fee": None}
    )
    with pytest.raises(AlipayUnknown):
        refund_trade(trade_no=TRADE, amount=Decimal("88.00"), request_no="R1")


REFUND_QUERY = "alipay.trade.fastpay.refund.query"
REFUNDED = {
    "code": "10000",
    "trade_no": TRADE,
    "out_request_no": "R1",
    "refund_status": "REFUND_SUCCESS",
    "refund_amount": "8.00",
    "total_amount": "88.00",
    "gmt_refund_pay": "2026-03-02 00:00:05",
}


def test_a_refund_that_was_carried_out(gateway, alipay):
    gateway.reply = answer(REFUND_QUERY, alipay.alipay_private, **REFUNDED)
    assert query_refund(trade_no=TRADE, request_no="R1") == RefundStatus(
        RefundState.SUCCEEDED,
        amount=Decimal("8.00"),
        finished_at=datetime(2026, 3, 1, 16, 0, 5, tzinfo=UTC),
        word="REFUND_SUCCESS",
    )


@pytest.mark.parametrize(
    ("node", "state"),
    [
        ({"code": "10000", "trade_no": TRADE}, RefundState.NOT_FOUND),
        ({"code": "10000"}, RefundState.NOT_FOUND),
        ({**REFUSED, "sub_code": "ACQ.TRADE_NOT_EXIST"}, RefundState.NOT_FOUND),
        ({**REFUNDED, "refund_status": "REFUND_PROCESSING"}, RefundState.PROCESSING),
        ({**REFUNDED, "refund_status": "REFUND_FAIL"}, RefundState.CLOSED),
    ],
)
def test_a_refund_that_was_not_carried_out(gateway, alipay, node, state):
    gateway.reply = answer(REFUND_QUERY, alipay.alipay_private, **node)
    status = query_refund(trade_no=TRADE, request_no="R1")
    assert (status.state, status.amount) == (state, None)


@pytest.mark.parametrize(
    "changes",
    [
        {"trade_no": "2026030222001400000000000009"},
        {"trade_no": None},
        {"refund_status": None, "trade_no": "2026030222001400000000000009"},
        {"out_request_no": "R2"},
        {"out_request_no": None},
        {"refund_status": "SOMETHING_NEW"},
        {"refund_status": 1},
        {"refund_amount": None},
        {"refund_amount": "8"},
        {"gmt_refund_pay": "soon"},
        {"code": "20000"},
    ],
)
def test_a_signed_but_odd_answer_about_a_refund_is_unknown(gateway, alipay, changes):
    gateway.reply = answer(REFUND_QUERY, alipay.alipay_private, **{**REFUNDED, **changes})
    with pytest.raises(AlipayUnknown):
        query_refund(trade_no=TRADE, request_no="R1")
