"""What is sent: signatures, contents, numbers and amounts."""

import re
from base64 import b64decode
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from Cryptodome.Hash import SHA256
from Cryptodome.PublicKey import RSA
from Cryptodome.Signature import pkcs1_15

from luffy_api.libs.wechatpay_v3 import (
    NewTrade,
    close_trade,
    h5_order,
    jsapi_order,
    native_order,
    query_trade,
    refund_trade,
)
from luffy_api.libs.wechatpay_v3.tests import signer

ORDER = "01JABCDEFGHJKMNPQRSTVWXYZ0"
TRADE = NewTrade(
    out_trade_no=ORDER,
    description="Python 入门",
    total_amount=Decimal("88.00"),
    expires_at=datetime(2026, 3, 1, 17, 0, tzinfo=UTC),
)


def proves(asked, public_pem: str) -> bool:
    """Whether the Authorization header signs this very request."""
    scheme, _, rest = asked.headers["Authorization"].partition(" ")
    fields = dict(re.findall(r'(\w+)="([^"]*)"', rest))
    assert scheme == "WECHATPAY2-SHA256-RSA2048"
    assert (fields["mchid"], fields["serial_no"]) == (
        signer.MCH_ID,
        "5157F09EFDC096DE15EBE81A47057A7232F1B8E1",
    )
    lines = [asked.method, asked.path, fields["timestamp"], fields["nonce_str"]]
    message = "\n".join(lines).encode() + b"\n" + asked.body + b"\n"
    try:
        pkcs1_15.new(RSA.import_key(public_pem)).verify(
            SHA256.new(message), b64decode(fields["signature"])
        )
    except ValueError:
        return False
    return True


def test_a_native_order_is_signed_and_complete(gateway, wechat):
    gateway.answer({"code_url": "weixin://wxpay/bizpayurl?pr=p4lpSuKzz"})

    assert native_order(TRADE) == "weixin://wxpay/bizpayurl?pr=p4lpSuKzz"

    (asked,) = gateway.asked
    assert (asked.method, asked.path) == ("POST", "/v3/pay/transactions/native")
    assert proves(asked, wechat.merchant_public)
    assert not proves(asked, wechat.platform_public)
    assert asked.headers["Wechatpay-Serial"] == signer.PUBLIC_KEY_ID
    assert asked.json == {
        "appid": signer.APP_ID,
        "mchid": signer.MCH_ID,
        "description": "Python 入门",
        "out_trade_no": ORDER,
        "time_expire": "2026-03-02T01:00:00+08:00",
        "notify_url": "https://shop.example/api/v1/order/wechat/notify/",
        "amount": {"total": 8800, "currency": "CNY"},
    }


def test_an_h5_order_says_where_the_buyer_is_and_comes_back(gateway):
    gateway.answer({"h5_url": "https://wx.tenpay.com/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=wx1"})

    url = h5_order(TRADE, client_ip="203.0.113.7", return_url="https://shop.example/?a=1&b=2")

    assert url.endswith("&redirect_url=https%3A%2F%2Fshop.example%2F%3Fa%3D1%26b%3D2")
    (asked,) = gateway.asked
    assert asked.json["scene_info"] == {
        "payer_client_ip": "203.0.113.7",
        "h5_info": {"type": "Wap"},
    }


def test_a_jsapi_order_gives_signed_parameters_of_the_bridge(gateway, wechat):
    gateway.answer({"prepay_id": "wx201410272009395522657a690389285100"})

    parameters = jsapi_order(TRADE, openid="oUpF8uMuAJO_M2pxb1Q9zNjWeS6o")

    assert gateway.asked[0].json["payer"] == {"openid": "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"}
    assert parameters.package == "prepay_id=wx201410272009395522657a690389285100"
    signed = [parameters.appId, parameters.timeStamp, parameters.nonceStr, parameters.package, ""]
    pkcs1_15.new(RSA.import_key(wechat.merchant_public)).verify(
        SHA256.new("\n".join(signed).encode()), b64decode(parameters.paySign)
    )
    assert (parameters.appId, parameters.signType) == (signer.APP_ID, "RSA")


def test_a_query_is_signed_with_its_query_string(gateway, wechat):
    gateway.answer({**signer.TRANSACTION, "trade_state": "NOTPAY"})

    query_trade(out_trade_no=ORDER)

    (asked,) = gateway.asked
    assert asked.path == f"/v3/pay/transactions/out-trade-no/{ORDER}?mchid={signer.MCH_ID}"
    assert proves(asked, wechat.merchant_public)


def test_a_gateway_below_a_path_gets_a_signature_over_the_whole_path(gateway, wechat, settings):
    settings.WECHATPAY = {**settings.WECHATPAY, "GATEWAY_URL": f"{gateway.url}/wechatpay/"}
    gateway.answer(b"", status=204)

    close_trade(out_trade_no=ORDER)

    (asked,) = gateway.asked
    assert asked.path == f"/wechatpay/v3/pay/transactions/out-trade-no/{ORDER}/close"
    assert asked.json == {"mchid": signer.MCH_ID}
    assert proves(asked, wechat.merchant_public)


def test_a_refund_names_the_trade_the_amount_and_the_total(gateway):
    gateway.answer({**signer.REFUND, "status": "PROCESSING"})

    refund_trade(
        transaction_id="4200000000202603020000000001",
        total_amount=Decimal("88.00"),
        amount=Decimal("8.00"),
        refund_no="R1",
        reason="不想学了",
    )

    assert gateway.asked[0].json == {
        "transaction_id": "4200000000202603020000000001",
        "out_refund_no": "R1",
        "reason": "不想学了",
        "notify_url": "https://shop.example/api/v1/order/wechat/notify/",
        "amount": {"refund": 800, "total": 8800, "currency": "CNY"},
    }


@pytest.mark.parametrize(
    "amount", ["0", "-1", "0.001", "10.005", "100000000", "NaN", "Infinity", "1E+9"]
)
def test_an_amount_that_cannot_be_paid(gateway, amount):
    with pytest.raises(ValueError, match="amount"):
        native_order(replace(TRADE, total_amount=Decimal(amount)))
    assert gateway.asked == []


@pytest.mark.parametrize("number", ["", "short", "A" * 33, "a b c d", "订单订单订单", "a&b=cdef"])
def test_a_number_that_wechat_pay_cannot_take(gateway, number):
    with pytest.raises(ValueError, match="number"):
        native_order(replace(TRADE, out_trade_no=number))
    with pytest.raises(ValueError, match="number"):
        query_trade(out_trade_no=number)
    assert gateway.asked == []


def test_a_time_limit_without_a_zone_is_refused(gateway):
    with pytest.raises(ValueError, match="zone"):
        native_order(replace(TRADE, expires_at=datetime(2026, 3, 1, 17, 0)))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("text", "sent"),
    [("a\x00b\r\nc\u202ed\ud800", "a b c d"), ("课" * 300, "课" * 127), (" \n ", ORDER)],
)
def test_a_description_is_cleaned(gateway, text, sent):
    gateway.answer({"code_url": "weixin://x"})
    native_order(replace(TRADE, description=text))
    assert gateway.asked[0].json["description"] == sent


@pytest.mark.parametrize("total", ["0.01", "0.29", "19.99", "4035.55", "99999999.99"])
def test_yuan_become_fen_without_rounding(gateway, total):
    gateway.answer({"code_url": "weixin://x"})
    native_order(replace(TRADE, total_amount=Decimal(total)))
    assert gateway.asked[0].json["amount"]["total"] == int(total.replace(".", ""))
