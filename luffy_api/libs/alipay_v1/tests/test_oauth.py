"""The login: where a visitor is sent, and what a code is exchanged for."""

import json
from urllib.parse import parse_qsl, urlsplit

import pytest

from luffy_api.libs.alipay_v1 import (
    AlipayCodeRejected,
    AlipayUnknown,
    Member,
    authorize_url,
    exchange_code,
    settings,
)
from luffy_api.libs.alipay_v1.tests.signer import answer

METHOD = "alipay.system.oauth.token"
PAGE = "https://openauth.alipay.com/oauth2/publicAppAuthorize.htm"
APP_ID = "2021000000000001"
OPEN_ID, USER_ID = "074a1CcTG1LelxKe4xQC0zgNdId0nxi95b5lsNpazWYoCo5", "2088102169481075"
TOKEN = {"access_token": "A", "expires_in": "1296000", "refresh_token": "R"}


def test_keys_that_cannot_be_read_are_no_failure_of_another_kind(monkeypatch):
    def unreadable():
        raise LookupError

    monkeypatch.setitem(settings._registered, "loader", unreadable)
    with pytest.raises(AlipayUnknown):
        authorize_url(PAGE, redirect_uri="https://shop.example/login/", state="abc")
    with pytest.raises(AlipayUnknown):
        exchange_code("C")


def test_the_visitor_is_sent_to_alipays_page(alipay):
    url = authorize_url(PAGE, redirect_uri="https://shop.example/login/", state="abc")

    assert url.startswith(f"{PAGE}?")
    assert dict(parse_qsl(urlsplit(url).query)) == {
        "app_id": APP_ID,
        "scope": "auth_user",
        "redirect_uri": "https://shop.example/login/",
        "state": "abc",
    }
    for state in ("", "a" * 101, "a-b", "状态"):
        with pytest.raises(ValueError, match="state"):
            authorize_url(PAGE, redirect_uri="https://shop.example/", state=state)


@pytest.mark.parametrize(
    ("ids", "member"),
    [
        ({"open_id": OPEN_ID}, Member(APP_ID, OPEN_ID, "", "")),
        ({"user_id": USER_ID, "alipay_user_id": "x"}, Member(APP_ID, "", USER_ID, "")),
        (
            {"open_id": OPEN_ID, "user_id": USER_ID, "union_id": "u"},
            Member(APP_ID, OPEN_ID, USER_ID, "u"),
        ),
    ],
)
def test_a_code_is_exchanged_for_the_person(gateway, alipay, ids, member):
    gateway.reply = answer(METHOD, alipay.alipay_private, **TOKEN, **ids)

    assert exchange_code("C&D=1") == member

    sent = dict(parse_qsl(urlsplit(gateway.asked[0]).query))
    assert (sent["method"], sent["grant_type"], sent["code"]) == (
        METHOD,
        "authorization_code",
        "C&D=1",
    )


def test_a_code_that_alipay_refuses_is_begun_again(gateway, alipay):
    refusal = {"code": "40002", "msg": "Invalid Arguments", "sub_code": "isv.code-invalid"}
    for node in ("error_response", "alipay_system_oauth_token_response"):
        gateway.reply = json.dumps({node: refusal, "sign": "x"}).encode()
        with pytest.raises(AlipayCodeRejected):
            exchange_code("C")


def test_whatever_else_is_answered_is_nobody(gateway, alipay, keys):
    other = {"error_response": {"code": "20000", "sub_code": "isp.unknow-error"}}
    replies = [
        b"",
        b"<html>",
        b"[]",
        b"7",
        json.dumps(other).encode(),
        json.dumps({"alipay_system_oauth_token_response": {"open_id": OPEN_ID}}).encode(),
        answer(METHOD, keys.app_private, **TOKEN, open_id=OPEN_ID),
        answer(METHOD, alipay.alipay_private, **TOKEN),
        answer(METHOD, alipay.alipay_private, **TOKEN, open_id="a b"),
    ]
    for reply in replies:
        gateway.reply = reply
        with pytest.raises(AlipayUnknown):
            exchange_code("C")


def test_without_a_gateway_nobody_is_known(alipay):
    with pytest.raises(AlipayUnknown):
        exchange_code("C")
