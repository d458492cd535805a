"""Query, close, refund, certificates and bill, asked by the shop's client."""

from datetime import datetime, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
import time_machine

from luffy_api.apps.wechatpay_sandbox.models import BillFault, TradeState, WechatRefund, WechatTrade
from luffy_api.apps.wechatpay_sandbox.tests.conftest import ORDER, new_trade, wait_for
from luffy_api.common.dates import SHANGHAI
from luffy_api.libs import wechatpay_v3
from luffy_api.libs.payment_settings.rsa_keys import generate_key_pair
from luffy_api.libs.wechatpay_v3 import (
    RefundState,
    WechatPayRefused,
    WechatPayUnknown,
    close_trade,
    download_trade_bill,
    native_order,
    parse_notification,
    query_refund,
    query_trade,
    refund_trade,
)
from luffy_api.libs.wechatpay_v3.bill_file import read_trade_bill
from luffy_api.tests.cashier import press

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def paid(live, merchant):
    """A paid trade; the number of its transaction."""
    press(native_order(new_trade()), "pay")
    wait_for(lambda: merchant.received)
    return query_trade(out_trade_no=ORDER).transaction_id


def refund(transaction_id, amount="8.00", refund_no="R1", total="88.00"):
    return refund_trade(
        transaction_id=transaction_id,
        total_amount=Decimal(total),
        amount=Decimal(amount),
        refund_no=refund_no,
        reason="不想学了",
    )


def test_close(live):
    native_order(new_trade())
    assert close_trade(out_trade_no=ORDER) is wechatpay_v3.TradeState.CLOSED
    assert close_trade(out_trade_no=ORDER) is wechatpay_v3.TradeState.CLOSED
    assert query_trade(out_trade_no=ORDER).state is wechatpay_v3.TradeState.CLOSED
    assert close_trade(out_trade_no="OTHER1") is wechatpay_v3.TradeState.NOT_FOUND
    with pytest.raises(WechatPayRefused, match="ORDER_CLOSED"):
        native_order(new_trade())


def test_a_paid_trade_cannot_be_closed(paid):
    with pytest.raises(WechatPayRefused, match="ORDER_PAID"):
        close_trade(out_trade_no=ORDER)
    assert query_trade(out_trade_no=ORDER).state is wechatpay_v3.TradeState.PAID


def test_a_refund_is_processing_then_done_and_reported_once(paid, merchant):
    first, again = refund(paid), refund(paid)

    assert first.state is RefundState.PROCESSING
    assert again.state is RefundState.SUCCEEDED
    assert query_refund(refund_no="R1") == again
    assert again.amount == Decimal("8.00")
    wait_for(lambda: len(merchant.received) == 2)
    notice = parse_notification(*merchant.received[1])
    assert notice.event_type == "REFUND.SUCCESS"
    assert (notice.refund.refund_no, notice.refund.amount) == ("R1", Decimal("8.00"))
    assert notice.transaction_id == paid
    assert query_trade(out_trade_no=ORDER).state is wechatpay_v3.TradeState.PAID
    assert WechatTrade.objects.get().state == TradeState.REFUND


def test_no_more_than_the_whole_goes_back(paid):
    refund(paid)
    for wrong in (
        lambda: refund(paid, amount="80.01", refund_no="R2"),
        lambda: refund(paid, amount="1.00"),  # the same number with another amount
        lambda: refund(paid, refund_no="R2", total="87.00"),
    ):
        with pytest.raises(WechatPayRefused, match="INVALID_REQUEST"):
            wrong()
    assert refund(paid, amount="80.00", refund_no="R2").amount == Decimal("80.00")
    assert WechatTrade.objects.get().refunded == 8800


def test_a_refund_of_what_is_unknown_or_unpaid(live):
    native_order(new_trade())
    trade = WechatTrade.objects.get()
    with pytest.raises(WechatPayRefused, match="订单状态不可退款"):
        refund(trade.transaction_id)
    with pytest.raises(WechatPayRefused, match="ORDER_NOT_EXIST"):
        refund("4200009999")
    assert query_refund(refund_no="R1").state is RefundState.NOT_FOUND


@pytest.mark.parametrize("state", [WechatRefund.State.CLOSED, WechatRefund.State.ABNORMAL])
def test_a_refund_may_end_in_another_way(paid, state):
    refund(paid)
    WechatRefund.objects.update(state=state, finished_at=None)
    assert query_refund(refund_no="R1").word == state


def test_a_merchant_without_the_public_key_uses_certificates(live, sandbox):
    sandbox.WECHATPAY = {**sandbox.WECHATPAY, "PUBLIC_KEY": "", "PUBLIC_KEY_ID": ""}
    native_order(new_trade())
    assert query_trade(out_trade_no=ORDER).state is wechatpay_v3.TradeState.WAITING


def test_another_merchants_key_number_or_serial_is_refused(live, sandbox):
    known = sandbox.WECHATPAY
    for change in (
        {"PRIVATE_KEY": generate_key_pair()[0]},
        {"MCH_ID": "1900000009"},
        {"SERIAL_NO": "00"},
    ):
        sandbox.WECHATPAY = {**known, **change}
        with pytest.raises(WechatPayUnknown):
            query_trade(out_trade_no=ORDER)


def test_another_app_is_refused(live, sandbox):
    sandbox.WECHATPAY = {**sandbox.WECHATPAY, "APP_ID": "wx9"}
    with pytest.raises(WechatPayRefused, match="APPID_MCHID_NOT_MATCH"):
        native_order(new_trade())


def at(hour, minute=0, second=0, *, day=1):
    return datetime(2026, 3, day, hour, minute, second, tzinfo=SHANGHAI)


def paid_row(number, when, **fields):
    values = {"trade_type": "NATIVE", "description": "课程", "total": 8800, "state": "SUCCESS"}
    return WechatTrade.objects.create(
        out_trade_no=number, created_at=when, paid_at=when, **{**values, **fields}
    )


@pytest.fixture
def morning(live):
    """The morning after the first of March."""
    with time_machine.travel(at(10, day=2), tick=True):
        yield


def bill():
    file = BytesIO()
    assert download_trade_bill(at(0).date(), file)
    file.seek(0)
    return list(read_trade_bill(file, day=at(0).date()))


def test_the_bill_has_payments_and_refunds_of_the_day_in_beijing(morning):
    first = paid_row("FIRST1", at(0))
    paid_row("SECOND", at(23, 59, 59), total=1000, description="Java, `入门`")
    paid_row("BEFORE", at(0) - timedelta(seconds=1))
    paid_row("AFTER1", at(0, day=2))
    done = {"state": "SUCCESS", "amount": 800}
    first.refunds.create(out_refund_no="R1", created_at=at(12), **done)
    first.refunds.create(out_refund_no="R2", created_at=at(0, day=2), **done)

    lines = bill()

    assert [(line.out_trade_no, line.out_refund_no, line.amount) for line in lines] == [
        ("FIRST1", "", Decimal("88.00")),
        ("SECOND", "", Decimal("10.00")),
        ("FIRST1", "R1", Decimal("8.00")),
    ]
    assert [line.fee for line in lines] == [Decimal("0.53"), Decimal("0.06"), Decimal("-0.05")]
    assert lines[0].at == at(0)


def test_a_bill_may_be_wrong_in_three_ways(morning):
    for number, fault in (
        ("GOOD01", ""),
        ("GONE01", BillFault.OMITTED),
        ("MORE01", BillFault.AMOUNT),
        ("OTHER1", BillFault.ORDER),
    ):
        paid_row(number, at(9), bill_fault=fault)

    assert [(line.out_trade_no, line.amount) for line in bill()] == [
        ("GOOD01", Decimal("88.00")),
        ("MORE01", Decimal("89.00")),
        ("OTHEROTHER1", Decimal("88.00")),
    ]


def test_a_day_without_trades_or_before_its_end_has_no_bill(morning):
    assert not download_trade_bill(at(0).date(), BytesIO())
    with pytest.raises(WechatPayRefused, match="账单日期有误"):
        download_trade_bill(at(0, day=2).date(), BytesIO())
