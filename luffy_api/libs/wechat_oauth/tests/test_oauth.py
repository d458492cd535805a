import json
from urllib.parse import parse_qsl, urlsplit

import pytest

from luffy_api.libs import wechat_oauth
from luffy_api.libs.alipay_v1.tests.conftest import listening
from luffy_api.libs.wechat_oauth import (
    CodeRejected,
    OAuthApp,
    OAuthUnavailable,
    SnapshotVisitor,
    Visitor,
    authorize_url,
    fetch_openid,
    fetch_visitor,
)

OPENID = "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"
TOKEN = {"access_token": "A", "expires_in": 7200, "openid": OPENID, "scope": "snsapi_base"}


@pytest.fixture
def account(monkeypatch):
    """The values of an official account; a test may change them."""
    values = {
        "AUTHORIZE_URL": "https://open.weixin.qq.com/connect/oauth2/authorize",
        "TOKEN_URL": "http://127.0.0.1:9/sns/oauth2/access_token",
        "APP_ID": "wx0000000000000001",
        "APP_SECRET": "the-secret",
    }
    monkeypatch.setitem(wechat_oauth._registered, "loader", lambda: values)
    return values


@pytest.fixture
def server(account):
    with listening() as fake:
        account["TOKEN_URL"] = f"http://127.0.0.1:{fake.server_port}/sns/oauth2/access_token"
        yield fake


def test_the_visitor_is_sent_with_the_parameters_in_wechats_order(account):
    url = authorize_url(redirect_uri="https://shop.example/pay/wechat?out_trade_no=1", state="abc")

    assert url.endswith("#wechat_redirect")
    assert parse_qsl(urlsplit(url).query) == [
        ("appid", "wx0000000000000001"),
        ("redirect_uri", "https://shop.example/pay/wechat?out_trade_no=1"),
        ("response_type", "code"),
        ("scope", "snsapi_base"),
        ("state", "abc"),
    ]


@pytest.mark.parametrize("state", ["", "a" * 129, "a-b", "状态", "a\n"])
def test_a_state_that_wechat_would_not_return_is_refused(account, state):
    with pytest.raises(ValueError, match="state"):
        authorize_url(redirect_uri="https://shop.example/", state=state)


def test_a_code_is_exchanged_for_the_openid(server):
    server.reply = json.dumps(TOKEN).encode()

    assert fetch_openid("C&D=1") == OPENID

    assert dict(parse_qsl(urlsplit(server.asked[0]).query)) == {
        "appid": "wx0000000000000001",
        "secret": "the-secret",
        "code": "C&D=1",
        "grant_type": "authorization_code",
    }


@pytest.mark.parametrize("errcode", [40029, 40163, 42003])
def test_a_code_that_is_wrong_old_or_used(server, errcode):
    server.reply = json.dumps({"errcode": errcode, "errmsg": "invalid code"}).encode()
    with pytest.raises(CodeRejected):
        fetch_openid("C")


@pytest.mark.parametrize(
    "reply",
    [
        *(b"", b"<html>", b"null", b"[]", b"1", b"{}", b'{"errcode":"x"}', b"[" * 60_000),
        *(b'{"errcode":-1}', b'{"errcode":40125}', b'{"openid":""}', b'{"openid":"<script>"}'),
        b'{"openid":["a"]}',
    ],
)
def test_any_other_answer_is_unavailable(server, reply):
    server.reply = reply
    with pytest.raises(OAuthUnavailable):
        fetch_openid("C")


def test_who_looks_at_a_page_snapshot_is_no_visitor(server):
    server.reply = json.dumps({**TOKEN, "is_snapshotuser": 1}).encode()
    with pytest.raises(SnapshotVisitor):
        fetch_openid("C")
    server.reply = json.dumps({**TOKEN, "is_snapshotuser": 0}).encode()
    assert fetch_openid("C") == OPENID


def test_silence_is_unavailable_and_the_secret_is_never_logged(account, caplog):
    with pytest.raises(OAuthUnavailable) as caught:
        fetch_openid("C")
    assert "the-secret" not in caplog.text + str(caught.value)
    assert caught.value.__suppress_context__


@pytest.mark.parametrize("name", ["AUTHORIZE_URL", "TOKEN_URL", "APP_ID", "APP_SECRET"])
def test_an_account_that_is_not_configured_is_unavailable(account, name):
    account[name] = ""
    with pytest.raises(OAuthUnavailable):
        fetch_openid("C")
    with pytest.raises(OAuthUnavailable):
        authorize_url(redirect_uri="https://shop.example/", state="a")


def test_a_website_of_the_open_platform_is_another_app_with_the_unionid(server, account):
    website = OAuthApp(
        "https://open.weixin.qq.com/connect/qrconnect",
        account["TOKEN_URL"],
        "wx2",
        "its-secret",
        "snsapi_login",
    )
    server.reply = json.dumps({**TOKEN, "unionid": "o2oUsuOUzgNL"}).encode()

    url = authorize_url(redirect_uri="https://shop.example/", state="abc", app=website)
    query = dict(parse_qsl(urlsplit(url).query))

    assert url.startswith("https://open.weixin.qq.com/connect/qrconnect?appid=wx2&")
    assert query["scope"] == "snsapi_login"
    assert fetch_visitor("C", app=website) == Visitor(OPENID, "o2oUsuOUzgNL")
    assert "secret=its-secret" in server.asked[0]
    assert "its-secret" not in repr(website)
    server.reply = json.dumps({**TOKEN, "unionid": "a b"}).encode()
    with pytest.raises(OAuthUnavailable):
        fetch_visitor("C", app=website)
