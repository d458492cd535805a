import gzip
import hashlib
from datetime import date
from io import BytesIO

import pytest

from luffy_api.libs.wechatpay_v3 import (
    WechatPayRefused,
    WechatPayUnknown,
    bills,
    download_trade_bill,
)
from luffy_api.libs.wechatpay_v3.tests.test_requests import proves

CSV = "交易时间,公众账号ID\r\n`2026-03-02 00:00:05,`wx1\r\n".encode()
DAY = date(2026, 3, 2)


@pytest.fixture
def bill(gateway):
    """Offers a bill; keyword arguments change the answer that announces it."""

    def offer(content=None, **changes):
        gateway.say(
            gzip.compress(CSV) if content is None else content, path="/v3/billdownload/file"
        )
        gateway.answer(
            {
                "hash_type": "SHA1",
                "hash_value": hashlib.sha1(CSV).hexdigest(),  # noqa: S324
                "download_url": f"{gateway.url}/v3/billdownload/file?token=abc",
                **changes,
            }
        )

    return offer


def test_the_bill_is_unpacked_and_both_requests_are_signed(bill, gateway, wechat):
    bill()
    file = BytesIO()

    assert download_trade_bill(DAY, file)

    assert file.getvalue() == CSV
    asked, download = gateway.asked
    assert asked.path == "/v3/bill/tradebill?bill_date=2026-03-02&bill_type=ALL&tar_type=GZIP"
    assert download.path == "/v3/billdownload/file?token=abc"
    assert proves(asked, wechat.merchant_public)
    assert proves(download, wechat.merchant_public)


@pytest.mark.parametrize("code", ["NO_STATEMENT_EXIST", "STATEMENT_CREATING"])
def test_a_day_without_a_bill(gateway, code):
    gateway.answer({"code": code, "message": "账单文件不存在"}, status=400)
    assert not download_trade_bill(DAY, BytesIO())


def test_a_request_that_is_refused(gateway):
    gateway.answer({"code": "INVALID_REQUEST", "message": "日期有误"}, status=400)
    with pytest.raises(WechatPayRefused):
        download_trade_bill(DAY, BytesIO())


@pytest.mark.parametrize(
    "changes",
    [
        {"hash_value": "0" * 40},
        {"hash_value": None},
        {"hash_type": "MD5"},
        {"download_url": "file:///etc/passwd"},
        {"download_url": None},
        {"content": b"not gzip"},
        {"content": b""},
        {"content": gzip.compress(CSV)[:-12]},
        {"content": gzip.compress(CSV + b"edited")},
    ],
)
def test_a_bill_that_is_not_the_announced_one_is_unknown(bill, changes):
    bill(**changes)
    with pytest.raises(WechatPayUnknown):
        download_trade_bill(DAY, BytesIO())


def test_a_file_that_unpacks_to_too_much_is_refused_while_it_is_unpacked(bill, monkeypatch):
    monkeypatch.setattr(bills, "MAX_UNPACKED_BYTES", 200_000)
    bomb, file = gzip.compress(b"," * 20_000_000), BytesIO()
    assert len(bomb) < bills.CHUNK_BYTES  # it arrives in one piece
    bill(content=bomb)

    with pytest.raises(WechatPayUnknown, match="too large"):
        download_trade_bill(DAY, file)

    assert len(file.getvalue()) <= 200_000


def test_a_bill_of_many_pieces_is_unpacked_whole(bill):
    content = b",".join(b"%d" % n for n in range(100_000))
    bill(content=gzip.compress(content), hash_value=hashlib.sha1(content).hexdigest())  # noqa: S324
    file = BytesIO()

    assert download_trade_bill(DAY, file)

    assert file.getvalue() == content
