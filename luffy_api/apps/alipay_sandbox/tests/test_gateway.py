"""The gateway's JSON methods, asked by the SDK."""

from decimal import Decimal

import pytest

from luffy_api.apps.alipay_sandbox.tests.merchant import wait_for
from luffy_api.libs.alipay_v1 import (
    AlipayRefused,
    AlipayUnknown,
    RefundState,
    TradeState,
    close_trade,
    parse_notification,
    pay_page_url,
    query_refund,
    query_trade,
    refund_trade,
)
from luffy_api.libs.payment_settings.rsa_keys import generate_key_pair

ORDER = "01JABCDEFGHJKMNPQRSTVWXYZ0"
AMOUNT = Decimal("88.00")


@pytest.fixture
def opened(live, browser):
    """The cashier of an order that waits for its buyer."""
    return browser.enter(pay_page_url(out_trade_no=ORDER, subject="课程", total_amount=AMOUNT))


@pytest.fixture
def paid(opened, browser, merchant):
    browser.press(opened, "pay")
    wait_for(lambda: merchant.forms)


def trade_no() -> str:
    """The gateway's number of the trade."""
    return query_trade(out_trade_no=ORDER).trade_no


def test_close(opened):
    assert close_trade(out_trade_no=ORDER) is TradeState.CLOSED
    assert query_trade(out_trade_no=ORDER).state is TradeState.CLOSED
    with pytest.raises(AlipayRefused, match="TRADE_STATUS_ERROR"):
        close_trade(out_trade_no=ORDER)


def test_closing_what_nobody_opened_or_what_is_paid(live):
    assert close_trade(out_trade_no=ORDER) is TradeState.NOT_FOUND


def test_a_paid_trade_cannot_be_closed(paid):
    with pytest.raises(AlipayRefused, match="TRADE_STATUS_ERROR"):
        close_trade(out_trade_no=ORDER)
    assert query_trade(out_trade_no=ORDER).state is TradeState.PAID


def test_a_full_refund_once(paid, merchant):
    first = refund_trade(trade_no=trade_no(), amount=AMOUNT, request_no="R1")
    again = refund_trade(trade_no=trade_no(), amount=AMOUNT, request_no="R1")
    assert (first.refunded_total, first.moved_money) == (AMOUNT, True)
    assert (again.refunded_total, again.moved_money) == (AMOUNT, False)
    assert query_trade(out_trade_no=ORDER).state is TradeState.CLOSED
    wait_for(lambda: len(merchant.forms) == 2)
    notice = parse_notification(merchant.forms[1])
    assert notice.trade_status == "TRADE_CLOSED"
    assert notice.refund_fee == AMOUNT


def test_a_query_about_a_refund(paid):
    refund_trade(trade_no=trade_no(), amount=Decimal("8.00"), request_no="R1")
    known = query_refund(trade_no=trade_no(), request_no="R1")
    assert (known.state, known.amount) == (RefundState.SUCCEEDED, Decimal("8.00"))
    assert known.finished_at
    assert query_refund(trade_no=trade_no(), request_no="R2").state is RefundState.NOT_FOUND
    assert query_refund(trade_no="OTHER", request_no="R1").state is RefundState.NOT_FOUND


def test_partial_refunds_are_reported_as_success_again(paid, merchant):
    refund_trade(trade_no=trade_no(), amount=Decimal("8.00"), request_no="R1")
    wait_for(lambda: len(merchant.forms) == 2)
    notice = parse_notification(merchant.forms[1])
    assert (notice.trade_status, notice.refund_fee) == ("TRADE_SUCCESS", Decimal("8.00"))
    with pytest.raises(AlipayRefused, match="REFUND_AMT_NOT_EQUAL_TOTAL"):
        refund_trade(trade_no=trade_no(), amount=Decimal("80.01"), request_no="R2")
    with pytest.raises(AlipayRefused, match="DISCORDANT_REPEAT_REQUEST"):
        refund_trade(trade_no=trade_no(), amount=Decimal("1.00"), request_no="R1")
    refund = refund_trade(trade_no=trade_no(), amount=Decimal("80.00"), request_no="R3")
    assert refund.refunded_total == AMOUNT


def test_a_refund_of_what_is_unknown_or_unpaid(opened):
    with pytest.raises(AlipayRefused, match="TRADE_STATUS_ERROR"):
        refund_trade(trade_no=trade_no(), amount=AMOUNT, request_no="R1")
    with pytest.raises(AlipayRefused, match="TRADE_NOT_EXIST"):
        refund_trade(trade_no="OTHER", amount=AMOUNT, request_no="R1")


def test_an_unknown_key_and_an_unknown_app(live, settings):
    private, _ = generate_key_pair()
    known = settings.ALIPAY
    settings.ALIPAY = {**known, "APP_PRIVATE_KEY": private}
    with pytest.raises(AlipayUnknown):
        query_trade(out_trade_no=ORDER)
    settings.ALIPAY = {**known, "APP_ID": "2021000000000009"}
    with pytest.raises(AlipayUnknown):
        query_trade(out_trade_no=ORDER)
