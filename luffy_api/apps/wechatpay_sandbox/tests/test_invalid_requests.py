"""Forged requests and garbage."""

import json

import pytest

from luffy_api.apps.wechatpay_sandbox.models import WechatTrade
from luffy_api.apps.wechatpay_sandbox.tests.conftest import ORDER
from luffy_api.libs.wechatpay_v3.settings import current
from luffy_api.libs.wechatpay_v3.transport import authorization

# Requests are refused by signature and form.
pytestmark = [pytest.mark.any_database, pytest.mark.django_db]
NATIVE = "/wechatpay/v3/pay/transactions/native"


@pytest.fixture
def post(client, sandbox):
    """Posts a body with our merchant's signature over `signed` (the body itself by default)."""

    def send(body, path=NATIVE, *, signed=None, **headers):
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        proof = authorization(current(), "POST", path, raw if signed is None else signed)
        headers = {"Authorization": proof, **headers}
        return client.generic("POST", path, raw, "application/json", headers=headers)

    return send


def order(settings, **changes):
    fields = {
        "appid": settings.WECHATPAY["APP_ID"],
        "mchid": settings.WECHATPAY["MCH_ID"],
        "description": "课程",
        "out_trade_no": ORDER,
        "notify_url": "http://127.0.0.1:9/",
        "amount": {"total": 8800, "currency": "CNY"},
        **changes,
    }
    return {name: value for name, value in fields.items() if value is not None}


def test_a_good_request_is_answered(post, settings):
    answer = post(order(settings))
    assert answer.status_code == 200
    assert answer["Wechatpay-Signature"]


def test_a_body_path_time_or_scheme_that_was_not_signed_is_refused(post, settings):
    good = order(settings)
    for answer in (
        post(good, signed=b"{}"),
        post(good, Authorization=""),
        post(good, Authorization="Bearer x"),
        post(good, Authorization=authorization(current(), "GET", NATIVE, b"")),
        post(good, Authorization=authorization(current(), "POST", NATIVE + "?a=1", b"")),
        post(good, Authorization=authorization(current(), "POST", NATIVE, b"").replace("1", "2")),
    ):
        assert (answer.status_code, answer.json()["code"]) == (401, "SIGN_ERROR")
    assert not WechatTrade.objects.exists()


@pytest.mark.parametrize(
    "body", [b"", b"null", b"[]", b"1", b"{", b"{}", b"\xff", b"\x00", b"[" * 100_000]
)
@pytest.mark.parametrize(
    "path",
    [
        NATIVE,
        "/wechatpay/v3/refund/domestic/refunds",
        f"/wechatpay/v3/pay/transactions/out-trade-no/{ORDER}/close",
    ],
)
def test_garbage_is_a_parameter_error(post, body, path):
    answer = post(body, path)
    assert (answer.status_code, answer.json()["code"]) == (400, "PARAM_ERROR")


@pytest.mark.parametrize(
    "changes",
    [
        *({"amount": value} for value in (None, 88, {}, {"total": "8800"}, {"total": 0})),
        *({"amount": {"total": value}} for value in (-1, 88.0, True, None, [], 10**10, 10**400)),
        *({"description": value} for value in (None, "", "a\x00b", "\ud800", "课" * 128, 1)),
        *({"out_trade_no": value} for value in (None, "", "short", "A" * 33, "订单订单订单", 42)),
        *({"time_expire": value} for value in ("soon", "2026-02-30T10:00:00+08:00", 5)),
        *({"notify_url": value} for value in (None, "", "javascript:alert(1)", "ftp://a/b", 1)),
        *({"notify_url": value} for value in ("http://a\nb/", "http://a:x/", "http://")),
        {"mchid": "1900000009"},
    ],
)
def test_an_invalid_order_is_refused(post, settings, changes):
    answer = post(order(settings, **changes))
    assert answer.status_code == 400
    assert not WechatTrade.objects.exists()


@pytest.mark.parametrize("kind", ["h5", "jsapi"])
def test_an_order_without_what_its_kind_needs_is_refused(post, settings, kind):
    path = f"/wechatpay/v3/pay/transactions/{kind}"
    for changes in ({}, {"payer": "x", "scene_info": []}, {"payer": {}, "scene_info": {}}):
        assert post(order(settings, **changes), path).json()["code"] == "PARAM_ERROR"


@pytest.mark.parametrize("verb", ["get", "put", "delete"])
def test_other_verbs_are_refused(client, sandbox, verb):
    assert getattr(client, verb)(NATIVE).status_code == 405


def test_a_bill_is_not_given_to_strangers(client, sandbox):
    assert client.get("/wechatpay/v3/billdownload/file?token=x").status_code == 401
