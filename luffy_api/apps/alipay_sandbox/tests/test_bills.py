"""The bill of a day, as a merchant's SDK downloads it."""

import io
import zipfile
from datetime import date, datetime, timedelta
from decimal import Decimal
from urllib.request import urlopen

import pytest
import time_machine
from django.test import Client

from luffy_api.apps.alipay_sandbox.models import BillFault, SandboxTrade, TradeStatus
from luffy_api.common.dates import SHANGHAI
from luffy_api.libs.alipay_v1 import AlipayRefused, BillLineKind, BillNotFound, download_bill
from luffy_api.libs.alipay_v1.bill import bill_url

DAY = date(2026, 3, 1)
NEXT_MORNING = datetime(2026, 3, 2, 9, 30, tzinfo=SHANGHAI)


@pytest.fixture
def morning(live):
    """The morning after DAY."""
    with time_machine.travel(NEXT_MORNING, tick=True):
        yield


def trade(number: str, at: datetime, **fields) -> SandboxTrade:
    values = {"subject": "课程", "total_amount": "88.00", "status": TradeStatus.PAID, **fields}
    return SandboxTrade.objects.create(out_trade_no=number, created_at=at, paid_at=at, **values)


def at(hour: int, minute: int = 0, second: int = 0, *, day: int = 1) -> datetime:
    return datetime(2026, 3, day, hour, minute, second, tzinfo=SHANGHAI)


def test_payments_and_refunds_of_the_day_in_beijing(morning):
    first, _ = trade("N1", at(0)), trade("N2", at(23, 59, 59), total_amount="10.00")
    trade("BEFORE", at(0) - timedelta(seconds=1))
    trade("AFTER", at(0, day=2))
    first.refunds.create(request_no="R1", amount="8.00", created_at=at(12))
    first.refunds.create(request_no="R2", amount="8.00", created_at=at(0, day=2))

    lines = list(download_bill(day=DAY))

    assert [(line.out_trade_no, line.request_no, line.amount) for line in lines] == [
        ("N1", "", Decimal("88.00")),
        ("N2", "", Decimal("10.00")),
        ("N1", "R1", Decimal("8.00")),
    ]
    assert [line.kind for line in lines][2] is BillLineKind.REFUND
    assert [line.fee for line in lines] == [Decimal("0.53"), Decimal("0.06"), Decimal(0)]
    assert sum(line.net for line in lines) == Decimal("89.41")


def test_a_day_without_trades_has_no_bill(morning):
    with pytest.raises(BillNotFound):
        list(download_bill(day=DAY))


@pytest.mark.parametrize("day", [date(2026, 3, 2), date(2026, 3, 3)])
def test_today_has_no_bill_yet(morning, day):
    trade("N1", at(8, day=2))

    with pytest.raises(AlipayRefused, match="昨天"):
        list(download_bill(day=day))


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (BillFault.OMITTED, []),
        (BillFault.AMOUNT, [("N1", Decimal("89.00"))]),
        (BillFault.ORDER, [("OTHERN1", Decimal("88.00"))]),
    ],
)
def test_a_bill_can_be_wrong_on_demand(morning, fault, expected):
    trade("N1", at(8), bill_fault=fault)

    lines = list(download_bill(day=DAY))

    assert [(line.out_trade_no, line.amount) for line in lines] == expected


def test_the_file_is_made_like_alipays(morning):
    trade("N1", at(8), subject="Python, 入门")
    with urlopen(bill_url(day=DAY), timeout=5) as answer:
        file = zipfile.ZipFile(io.BytesIO(answer.read()), metadata_encoding="gbk")

    assert [name.partition("_20260301_")[2] for name in file.namelist()] == [
        "业务明细(汇总).csv",
        "业务明细.csv",
    ]
    assert all(not info.flag_bits & 0x800 for info in file.infolist())
    text = file.read(file.infolist()[1]).decode("gb18030")
    assert text.startswith("#支付宝业务明细查询\r\n#账号：[20880000000000010156]\r\n")
    assert "#交易合计：1笔，商家实收共88.00元，商家优惠共0.00元\r\n" in text


def test_the_address_of_a_bill_works_for_half_a_minute(morning):
    trade("N1", at(8))
    path = bill_url(day=DAY).partition("//")[2].partition("/")[2]
    client = Client()

    assert client.get(f"/{path}").status_code == 200
    assert client.get(f"/{path[:-2]}x/").status_code == 404
    with time_machine.travel(NEXT_MORNING + timedelta(seconds=40)):
        assert client.get(f"/{path}").status_code == 404
