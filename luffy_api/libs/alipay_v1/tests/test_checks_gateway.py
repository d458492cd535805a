"""Checks of the gateway, over HTTP."""

import json
import ssl
from http.server import HTTPServer
from socket import create_server
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.checks import ERROR

from luffy_api.libs.alipay_v1.checks.gateway import check_gateway
from luffy_api.libs.alipay_v1.settings import alipay_config
from luffy_api.libs.alipay_v1.tests.conftest import _Handler
from luffy_api.libs.alipay_v1.tests.signer import answer

QUERY = "alipay.trade.query"
NOT_EXIST = {"code": "40004", "msg": "Business Failed", "sub_code": "ACQ.TRADE_NOT_EXIST"}
APP = "2021000000000001"
ACCEPTED = f"支付宝认识应用 {APP}，并接受我们的签名。"
VERIFIED = "支付宝的签名可以用 ALIPAY_PUBLIC_KEY 验证。"


def look(own_key=False):
    """(errors, infos) about the gateway of the settings."""
    found = list(check_gateway(alipay_config(), own_key=own_key))
    return [f.msg for f in found if f.level >= ERROR], [f.msg for f in found if f.level < ERROR]


@pytest.fixture
def host(gateway):
    return f"127.0.0.1:{gateway.server_port}"


def move_to(settings, url):
    settings.ALIPAY = {**settings.ALIPAY, "GATEWAY_URL": url, "TIMEOUT": 0.3}


def test_a_gateway_that_knows_us_and_not_the_order(gateway, alipay, host):
    gateway.reply = answer(QUERY, alipay.alipay_private, **NOT_EXIST)

    assert look() == ([], [f"支付网关 {host} 有应答。", ACCEPTED, VERIFIED])


def test_each_query_is_about_another_order(gateway, alipay):
    gateway.reply = answer(QUERY, alipay.alipay_private, **NOT_EXIST)

    look(), look()

    contents = {parse_qs(urlsplit(path).query)["biz_content"][0] for path in gateway.asked}
    assert len(contents) == 2
    assert all('"out_trade_no":"CHECK-' in content for content in contents)


UNKNOWN_APP = (
    f"支付宝不认识应用 {APP}：请核对 ALIPAY_APP_ID，并确认 ALIPAY_GATEWAY 与它相符"
    "（沙箱应用只能用 sandbox，正式应用只能用 production）。"
)
NO_PERMISSION = (
    f"应用 {APP} 没有权限调用支付接口：请在控制台签约并绑定“电脑网站支付”，并确认应用已上线。"
)
NOT_A_PAIR = (
    "支付宝不接受我们的签名：ALIPAY_APP_PRIVATE_KEY 与控制台里上传的应用公钥不是一对，"
    "请重新上传与这把私钥配对的应用公钥，或换成配对的私钥。"
)


@pytest.mark.parametrize(
    ("code", "sub_code", "sentence"),
    [
        ("40002", "isv.invalid-signature", NOT_A_PAIR),
        ("40001", "isv.missing-signature", NOT_A_PAIR),
        (
            "40003",
            "isv.missing-signature-config",
            "支付宝那边还没有我们的应用公钥，请在控制台的“接口加签方式”里上传（RSA2、公钥方式）。",
        ),
        (
            "40002",
            "isv.invalid-signature-type",
            "支付宝不接受签名类型 RSA2，请在控制台把接口加签方式改为 RSA2。",
        ),
        ("40002", "isv.invalid-app-id", UNKNOWN_APP),
        ("40001", "isv.missing-app-id", UNKNOWN_APP),
        (
            "40003",
            "isv.app-unbind-partner",
            f"应用 {APP} 没有绑定商户账号，请在支付宝商家中心完成绑定。",
        ),
        (
            "40003",
            "isv.app-unbind-something-new",
            f"应用 {APP} 没有绑定商户账号，请在支付宝商家中心完成绑定。",
        ),
        ("40006", "isv.insufficient-isv-permissions", NO_PERMISSION),
        ("40006", "isv.insufficient-user-permissions", NO_PERMISSION),
        ("40006", "isv.of-tomorrow", NO_PERMISSION),
        ("40004", "ACQ.ACCESS_FORBIDDEN", NO_PERMISSION),
        (
            "40002",
            "isv.invalid-timestamp",
            "支付宝不接受请求里的时间：请校准这台服务器的时钟。",
        ),
        ("20000", "isp.unknow-error", "支付宝暂时不可用（code 20000），请过几分钟再检查。"),
        ("40002", "isv.of-tomorrow", "支付宝拒绝了查询：code 40002，isv.of-tomorrow，不行。"),
    ],
)
def test_a_refusal_says_what_to_do(gateway, alipay, host, code, sub_code, sentence):
    node = {"code": code, "sub_code": sub_code, "sub_msg": "不行"}
    gateway.reply = answer(QUERY, alipay.alipay_private, **node)

    assert look() == ([sentence], [f"支付网关 {host} 有应答。", VERIFIED])


def test_an_unknown_app_with_an_unsigned_answer_is_one_error(gateway, host):
    gateway.reply = (
        b'{"error_response":{"code":"40002","sub_code":"isv.invalid-app-id","sub_msg":"AppID"}}'
    )

    assert look() == ([UNKNOWN_APP], [f"支付网关 {host} 有应答。"])


def test_control_characters_of_an_answer_are_removed(gateway, alipay):
    node = {"code": "40002", "sub_code": "x\x1b[2J", "sub_msg": "y\n" + "z" * 999}
    gateway.reply = answer(QUERY, alipay.alipay_private, **node)

    (sentence,), _ = look()

    assert sentence.isprintable()
    assert len(sentence) < 300


DIFFERENT_KEY = (
    "支付宝的应答用 ALIPAY_PUBLIC_KEY 验签不通过：请到控制台重新复制“支付宝公钥”"
    "（不是应用公钥；沙箱与正式环境各有一把）。"
)


def test_an_answer_that_the_public_key_does_not_verify(gateway, alipay, host):
    gateway.reply = answer(QUERY, alipay.app_private, **NOT_EXIST)

    assert look() == ([DIFFERENT_KEY], [f"支付网关 {host} 有应答。", ACCEPTED])
    # Where the key is known to be our own, that error was reported already.
    assert look(own_key=True) == ([], [f"支付网关 {host} 有应答。", ACCEPTED])


def test_an_answer_without_a_signature(gateway):
    gateway.reply = json.dumps({"alipay_trade_query_response": NOT_EXIST}).encode()

    assert look()[0] == [
        "网关的应答没有签名，无法相信：请核对 ALIPAY_GATEWAY，并检查中间有没有代理。"
    ]


def test_a_gateway_that_reports_a_made_up_order_as_paid(gateway, alipay):
    gateway.reply = answer(QUERY, alipay.alipay_private, code="10000", trade_status="TRADE_SUCCESS")

    assert look()[0] == [
        "网关说一笔不存在的订单是存在的：它不是支付宝的网关，请核对 ALIPAY_GATEWAY。"
    ]


@pytest.mark.parametrize(
    "reply",
    [
        *(b"", b"<html><body>Welcome</body></html>", b"null", b"[]", b"{}", b"1", b'"x"'),
        *(b'{"alipay_trade_query_response":null}', b'{"error_response":[1]}', b"[" * 100_000),
    ],
)
def test_an_answer_that_is_no_gateway_answer(gateway, host, reply):
    gateway.reply = reply

    assert look() == (
        [f"{host} 有应答，但不是支付宝网关的应答（像是网页或代理的页面）：请核对 ALIPAY_GATEWAY。"],
        [],
    )


@pytest.mark.parametrize(
    ("status", "headers", "reply", "because"),
    [
        (502, {}, b"", "它回答了 HTTP 502"),
        (403, {}, b"", "它回答了 HTTP 403"),
        (
            302,
            {"Location": "http://login.example/?x=1"},
            b"",
            "它要求跳转到 http://login.example/?x=1",
        ),
        (200, {}, "系统繁忙".encode("gbk"), "它的应答不是 UTF-8 文本"),
        (200, {}, b"x" * ((1 << 20) + 1), "它的应答太长"),
    ],
)
def test_an_unusable_answer_has_its_cause(gateway, host, status, headers, reply, because):
    gateway.status, gateway.headers, gateway.reply = status, headers, reply

    assert look() == ([f"访问不了支付网关 {host}：{because}。"], [])


def test_a_refused_connection(alipay, settings):
    move_to(settings, "http://127.0.0.1:9/gateway.do")

    assert look() == (["访问不了支付网关 127.0.0.1:9：对方拒绝连接，那个端口上没有服务。"], [])


def test_a_name_that_does_not_resolve(alipay, settings, monkeypatch):
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)
    move_to(settings, "https://openapi.alipay.invalid/gateway.do")

    assert look() == (
        ["访问不了支付网关 openapi.alipay.invalid：域名无法解析，请检查拼写和 DNS。"],
        [],
    )


def test_a_silent_gateway(alipay, settings):
    with create_server(("127.0.0.1", 0)) as silent:
        host = f"127.0.0.1:{silent.getsockname()[1]}"
        move_to(settings, f"http://{host}/gateway.do")

        assert look() == ([f"访问不了支付网关 {host}：0.3 秒内没有应答。"], [])


def test_https_to_an_http_server(gateway, settings, host):
    move_to(settings, f"https://{host}/gateway.do")

    (sentence,), _ = look()

    assert sentence == f"访问不了支付网关 {host}：HTTPS 连接失败，对方可能不是 HTTPS 服务。"


def test_an_untrusted_certificate(alipay, settings, certificate, tmp_path):
    chain = tmp_path / "chain.pem"
    chain.write_text(certificate + alipay.alipay_private)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    with HTTPServer(("127.0.0.1", 0), _Handler, bind_and_activate=True) as server:
        server.handle_error = lambda *args: None
        server.socket = context.wrap_socket(server.socket, server_side=True)
        Thread(target=server.handle_request, daemon=True).start()
        host = f"127.0.0.1:{server.server_port}"
        move_to(settings, f"https://{host}/gateway.do")

        assert look() == (
            [f"访问不了支付网关 {host}：HTTPS 证书不可信（self-signed certificate）。"],
            [],
        )
