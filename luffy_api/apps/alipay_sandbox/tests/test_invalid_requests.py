"""Requests of unknown apps, forged requests and garbage."""

import json
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from luffy_api.apps.alipay_sandbox.models import SandboxTrade
from luffy_api.apps.alipay_sandbox.signing import sign, text_of, verify

# Requests are refused by signature and form.
pytestmark = pytest.mark.any_database

ORDER = "01JABCDEFGHJKMNPQRSTVWXYZ0"


def signed(keys, content, **changes):
    params = {
        "app_id": "2021000000000001",
        "method": "alipay.trade.query",
        "charset": "utf-8",
        "sign_type": "RSA2",
        "timestamp": "2026-03-01 12:00:00",
        "version": "1.0",
        "biz_content": content if isinstance(content, str) else json.dumps(content),
        **changes,
    }
    return {**params, "sign": sign(text_of(params, leave_out=("sign",)), keys.app_private)}


def ask(client, params, **kwargs):
    answer = client.post(reverse("alipay_sandbox:gateway"), params, **kwargs)
    assert answer.status_code == 200
    return answer, json.loads(answer.content)


@pytest.mark.parametrize(
    ("changes", "sub_code"),
    [
        ({"sign": "AAAA"}, "isv.invalid-signature"),
        ({"sign": "é"}, "isv.invalid-signature"),
        ({"sign": ""}, "isv.missing-signature"),
        ({"biz_content": '{"out_trade_no":"OTHER"}'}, "isv.invalid-signature"),
        ({"sign_type": "RSA"}, "isv.invalid-signature-type"),
        ({"app_id": "1"}, "isv.invalid-app-id"),
    ],
)
@pytest.mark.django_db
def test_a_request_of_another_merchant_is_refused(client, sandbox, changes, sub_code):
    _, answer = ask(client, {**signed(sandbox, {"out_trade_no": ORDER}), **changes})
    node = answer["alipay_trade_query_response"]
    assert (node["code"], node["sub_code"]) == ("40002", sub_code)
    assert ("sign" in answer) == (sub_code != "isv.invalid-app-id")


@pytest.mark.django_db
def test_the_answer_is_signed_over_the_exact_bytes_of_its_node(client, sandbox):
    answer, parsed = ask(client, signed(sandbox, {"out_trade_no": ORDER}))
    text = answer.content.decode().split(":", 1)[1].rsplit(',"sign"', 1)[0]
    assert verify(text, parsed["sign"], sandbox.gateway_public)


@pytest.mark.django_db
def test_a_repeated_parameter_and_an_unknown_method(client, sandbox):
    params = signed(sandbox, {"out_trade_no": ORDER})
    address = reverse("alipay_sandbox:gateway")
    twice = client.post(f"{address}?{urlencode({'method': params['method']})}", params)
    assert "isv.invalid-parameter" in twice.content.decode()
    _, answer = ask(client, signed(sandbox, {}, method="alipay.trade.\x00nothing"))
    assert answer["error_response"]["sub_code"] == "isv.invalid-method"


@pytest.mark.parametrize(
    "content",
    [
        *("", "null", "[]", "1", "{", "{}", "\x00", '{"a":1', "[" * 100_000),
        *('{"out_trade_no":"\\u0000"}', '{"out_trade_no":1}', '{"out_trade_no":["a"]}'),
        '{"out_trade_no":"\\ud800"}',
    ],
)
@pytest.mark.parametrize("method", ["query", "close", "refund"])
@pytest.mark.django_db
def test_garbage_content_is_an_invalid_parameter(client, sandbox, content, method):
    name = f"alipay.trade.{method}"
    _, answer = ask(client, signed(sandbox, content, method=name))
    assert answer[f"alipay_trade_{method}_response"]["code"] in {"40002", "40004"}


GOOD = {
    "out_trade_no": ORDER,
    "product_code": "FAST_INSTANT_TRADE_PAY",
    "total_amount": "88.00",
    "subject": "课程",
}


@pytest.mark.parametrize(
    "changes",
    [
        {"total_amount": amount}
        for amount in [
            "0.00",
            "-1.00",
            "100000000.01",
            "999999999999999999.00",
            "1e5",
            "1_0.00",
            "NaN",
            "Infinity",
            "10.001",
            "１０.００",
        ]
    ]
    + [{"total_amount": value} for value in (None, 88, 88.0, " 10.00", "", ["1.00"], 10**400)]
    + [{"subject": value} for value in (None, "", "a\x00b", "\ud800", "课" * 257, 1, "a\nb")]
    + [{"out_trade_no": value} for value in ("", "a b", "A" * 65, "订单", "\x00", None)]
    + [{"time_expire": value} for value in ("soon", "2026-02-30 10:00:00", "0001-01-01 00:00:00")]
    + [{"product_code": "OTHER"}],
)
@pytest.mark.django_db
def test_an_invalid_order_is_an_error_page(client, sandbox, changes):
    params = signed(sandbox, {**GOOD, **changes}, method="alipay.trade.page.pay")
    page = client.post(reverse("alipay_sandbox:gateway"), params)
    assert page.status_code == 400
    assert "暂时无法付款" in page.content.decode()
    assert not SandboxTrade.objects.exists()


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "//evil", "ftp://a/b", "http://", "http://a\nb/", "http://a:x/"]
)
@pytest.mark.parametrize("name", ["notify_url", "return_url"])
@pytest.mark.django_db
def test_an_invalid_url_is_refused(client, sandbox, name, url):
    params = signed(sandbox, GOOD, method="alipay.trade.page.pay", **{name: url})
    assert client.post(reverse("alipay_sandbox:gateway"), params).status_code == 400


@pytest.mark.django_db
def test_a_get_and_a_post_open_the_same_cashier_and_other_verbs_nothing(client, sandbox):
    params = signed(sandbox, GOOD, method="alipay.trade.page.pay")
    address = reverse("alipay_sandbox:gateway")
    assert (
        client.get(address, params).headers["Location"]
        == (client.post(address, params).headers["Location"])
    )
    assert client.put(address).status_code == 405
