import io
import random
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from luffy_api.libs.wechatpay_v3.bill_file import (
    BillInvalid,
    BillLineState,
    TradeBillLine,
    read_trade_bill,
)

DAY = date(2026, 3, 1)
COLUMNS = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,"
    "付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,"
    "退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注"
)
TOTALS = (
    "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"
)
PAID = (
    "`2026-03-01 23:59:59,`wx1,`1900000001,`0,`,`4200002086202603010000000001,`01JABC,`openid,"
    "`NATIVE,`SUCCESS,`OTHERS,`CNY,`88.00,`0.00,`0,`0,`0.00,`0.00,`,`,`Python 入门,`,"
    "`0.52800,`0.60%,`88.00,`0.00,`"
)
BACK = (
    "`2026-03-01 23:59:59,`wx1,`1900000001,`0,`,`4200002086202603010000000001,`01JABC,`openid,"
    "`NATIVE,`REFUND,`OTHERS,`CNY,`0.00,`0.00,`50303108562026030110000000001,`R1,`8.00,`0.00,"
    "`ORIGINAL,`SUCCESS,`Python 入门,`,`-0.04800,`0.60%,`0.00,`8.00,`"
)
PAYMENT = TradeBillLine(
    is_refund=False,
    state=BillLineState.SUCCESS,
    transaction_id="4200002086202603010000000001",
    out_trade_no="01JABC",
    out_refund_no="",
    amount=Decimal("88.00"),
    fee=Decimal("0.52800"),
    net=Decimal("87.47200"),
    at=datetime(2026, 3, 1, 15, 59, 59, tzinfo=UTC),
    subject="Python 入门",
    buyer="openid",
)
REFUND = replace(
    PAYMENT,
    is_refund=True,
    out_refund_no="R1",
    amount=Decimal("8.00"),
    fee=Decimal("-0.04800"),
    net=Decimal("-7.95200"),
)


def bill(*rows: str, count: str = "", settled: str = "88.00", refunded: str = "0.00") -> str:
    totals = f"`{count or len(rows)},`{settled},`{refunded},`0.00,`0.00000,`88.00,`0.00"
    return "".join(f"{line}\r\n" for line in (f"\ufeff{COLUMNS}", *rows, TOTALS, totals))


def read(text: str) -> list[TradeBillLine]:
    return list(read_trade_bill(io.BytesIO(text.encode()), day=DAY))


def test_a_payment_and_its_refund():
    assert read(bill(PAID, BACK, refunded="8.00")) == [PAYMENT, REFUND]


def test_the_file_stays_open_for_its_owner(tmp_path):
    with (tmp_path / "bill.csv").open("wb+") as file:
        file.write(bill(PAID).encode())
        file.seek(0)

        assert list(read_trade_bill(file, day=DAY)) == [PAYMENT]

        assert not file.closed


def test_a_day_without_trades():
    assert read(bill(settled="0.00")) == []


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("PROCESSING", BillLineState.PROCESSING),
        ("FAIL", BillLineState.FAILED),
        ("CHANGE", BillLineState.FAILED),
    ],
)
def test_the_state_of_a_refund(word, state):
    refund = BACK.replace("`SUCCESS,`Python", f"`{word},`Python")

    assert read(bill(PAID, refund, refunded="8.00"))[1].state is state


def test_a_coupon_lowers_what_is_settled_and_not_the_amount():
    (line,) = read(bill(PAID.replace("`CNY,`88.00", "`CNY,`80.00"), settled="80.00"))

    assert (line.amount, line.net) == (Decimal("88.00"), Decimal("79.47200"))


def test_columns_are_found_by_their_names():
    names, cells = COLUMNS.split(","), PAID.split(",")
    order = random.Random(7).sample(range(len(names)), len(names))
    text = bill(",".join(cells[n] for n in order))
    text = text.replace(COLUMNS, ",".join(f"`{names[n]}" for n in order))

    assert read(text) == [PAYMENT]


def test_the_columns_of_an_old_merchant():
    text = bill(PAID).replace("应结订单金额", "总金额").replace("应结订单总金额", "总交易额")
    text = text.replace(",订单金额,申请退款金额,费率备注", "").replace(
        ",`88.00,`0.00,`\r\n", "\r\n"
    )

    assert read(text) == [PAYMENT]


@pytest.mark.parametrize("subject", ["Python, 入门", ",", '"入门', "#1", "a`b", "𠮷野家"])
def test_a_comma_or_quote_in_a_subject_moves_no_column(subject):
    assert read(bill(PAID.replace("Python 入门", subject))) == [replace(PAYMENT, subject=subject)]


def test_a_number_of_lines_may_be_written_with_decimals():
    assert read(bill(PAID, count="1.0")) == [PAYMENT]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "columns"),
        ("<html>502</html>", "columns"),
        ('{"code":"NO_STATEMENT_EXIST"}', "columns"),
        (bill(PAID).replace("手续费,", "费用,"), "手续费"),
        (bill(PAID).partition("总交易单数")[0], "incomplete"),
        (bill(PAID).partition("`1,")[0], "number of fields"),
        (bill(PAID, count="2"), "number of lines"),
        (bill(PAID, count="many"), "number of lines"),
        (bill(PAID, settled="88.01"), "add up"),
        (bill(PAID, refunded="1.00"), "add up"),
        (bill(PAID.replace("`88.00", "`８８.00")), "amount"),
        (bill(PAID.replace("`0.52800", "`")), "amount"),
        (bill(PAID.replace("2026-03-01 23:59:59", "2026-03-02 00:00:00")), "another day"),
        (bill(PAID.replace("2026-03-01 23:59:59", "2026-13-01 00:00:00")), "time"),
        (bill(PAID.replace("2026-03-01 23:59:59", "")), "time"),
        (bill(PAID.replace("4200002086202603010000000001", "")), "trade number"),
        (bill(PAID.removesuffix(",`")), "number of fields"),
        (bill(PAID + ",`"), "number of fields"),
        (bill(PAID + "x" * 9000), "too long"),
        (bill(PAID, BACK.replace("`SUCCESS,`Python", "`LOST,`Python"), refunded="8.00"), "state"),
    ],
)
def test_a_bill_that_is_not_complete_is_refused(text, reason):
    with pytest.raises(BillInvalid, match=reason):
        read(text)
