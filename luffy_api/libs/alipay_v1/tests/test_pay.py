import json
from base64 import b64decode
from datetime import UTC, datetime
from decimal import Decimal
from urllib.parse import parse_qsl, urlsplit

import pytest
from Cryptodome.Hash import SHA256
from Cryptodome.PublicKey import RSA
from Cryptodome.Signature import pkcs1_15

from luffy_api.libs.alipay_v1 import pay_page_url
from luffy_api.libs.alipay_v1.pay import clean_subject

ORDER = "01JABCDEFGHJKMNPQRSTVWXYZ0"


def parameters(url):
    return dict(parse_qsl(urlsplit(url).query, strict_parsing=True))


def test_the_cashier_url_carries_a_signed_order(alipay):
    url = pay_page_url(out_trade_no=ORDER, subject="Python 入门", total_amount=Decimal(88))
    values = parameters(url)
    signature = b64decode(values.pop("sign"))
    text = "&".join(f"{k}={v}" for k, v in sorted(values.items()))
    pkcs1_15.new(RSA.import_key(alipay.app_public)).verify(SHA256.new(text.encode()), signature)
    assert url.startswith("http://127.0.0.1:9/gateway.do?")
    assert values["method"] == "alipay.trade.page.pay"
    assert values["notify_url"] == "https://shop.example/api/v1/order/success/"
    assert values["return_url"] == "https://shop.example/pay/success"
    assert json.loads(values["biz_content"]) == {
        "out_trade_no": ORDER,
        "product_code": "FAST_INSTANT_TRADE_PAY",
        "subject": "Python 入门",
        "total_amount": "88.00",
    }


def test_a_phone_gets_the_cashier_for_phones(alipay):
    url = pay_page_url(
        out_trade_no=ORDER, subject="Python 入门", total_amount=Decimal(88), on_phone=True
    )
    values = parameters(url)
    assert values["method"] == "alipay.trade.wap.pay"
    assert json.loads(values["biz_content"])["product_code"] == "QUICK_WAP_WAY"


def test_the_time_limit_and_the_timestamp_are_beijing_time(alipay, time_machine):
    time_machine.move_to(datetime(2026, 3, 1, 16, 30, tzinfo=UTC), tick=False)
    expires_at = datetime(2026, 3, 1, 17, 0, tzinfo=UTC)
    url = pay_page_url(
        out_trade_no=ORDER, subject="x", total_amount=Decimal(1), expires_at=expires_at
    )
    assert parameters(url)["timestamp"] == "2026-03-02 00:30:00"
    content = json.loads(parameters(url)["biz_content"])
    assert content["time_expire"] == "2026-03-02 01:00:00"


@pytest.mark.parametrize(
    "amount", ["0", "-1", "0.001", "10.005", "100000000", "NaN", "Infinity", "1E+9"]
)
def test_an_amount_that_alipay_cannot_take(alipay, amount):
    with pytest.raises(ValueError, match="amount"):
        pay_page_url(out_trade_no=ORDER, subject="x", total_amount=Decimal(amount))


@pytest.mark.parametrize("number", ["", "A" * 65, "a b", "订单", "a&b", "１２"])
def test_a_number_that_alipay_cannot_take(alipay, number):
    with pytest.raises(ValueError, match="number"):
        pay_page_url(out_trade_no=number, subject="x", total_amount=Decimal("1.00"))


def test_a_time_limit_without_a_zone_is_refused(alipay):
    with pytest.raises(ValueError, match="zone"):
        pay_page_url(
            out_trade_no=ORDER,
            subject="x",
            total_amount=Decimal("1.00"),
            expires_at=datetime(2026, 3, 1, 17, 0),  # noqa: DTZ001
        )


@pytest.mark.parametrize(
    ("subject", "cleaned"),
    [
        ("Python 入门", "Python 入门"),
        ("a&total_amount=0.01", "a total_amount 0.01"),
        ("前端/后端 {全栈}", "前端 后端 全栈"),
        ("a\x00b\r\nc\u202ed\ud800", "a b c d"),
        ("  a   b  ", "a b"),
        ("课" * 300, "课" * 256),
        ("&=/{}", ""),
    ],
)
def test_a_subject_is_cleaned(subject, cleaned):
    assert clean_subject(subject) == cleaned


def test_a_subject_of_which_nothing_is_left_becomes_the_number(alipay):
    url = pay_page_url(out_trade_no=ORDER, subject="&&", total_amount=Decimal("1.00"))
    assert json.loads(parameters(url)["biz_content"])["subject"] == ORDER
