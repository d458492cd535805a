"""The OAuth fake, asked by the shop's client."""

from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from luffy_api.apps.wechatpay_sandbox.models import WechatCode
from luffy_api.libs import wechat_oauth
from luffy_api.libs.wechat_oauth import CodeRejected, OAuthUnavailable, authorize_url, fetch_openid

pytestmark = pytest.mark.django_db(transaction=True)
BACK = "http://127.0.0.1:9/pay/wechat?out_trade_no=1"


@pytest.fixture
def account(live, sandbox, monkeypatch):
    values = {
        **sandbox.WECHATPAY,
        "AUTHORIZE_URL": f"{live}/connect/oauth2/authorize",
        "TOKEN_URL": f"{live}/sns/oauth2/access_token",
    }
    monkeypatch.setitem(wechat_oauth._registered, "loader", lambda: values)
    return values


def visit(url):
    """Where the visitor comes back to, and the parameters there."""
    parts = urlsplit(url)
    answer = Client().get(f"{parts.path}?{parts.query}")
    assert answer.status_code == 302, answer.content.decode()
    return answer["Location"], dict(parse_qsl(urlsplit(answer["Location"]).query))


def test_a_visitor_comes_back_with_a_code_that_is_good_once(account):
    url, query = visit(authorize_url(redirect_uri=BACK, state="abc"))

    assert url.startswith(BACK + "&")
    assert query["state"] == "abc"
    openid = fetch_openid(query["code"])
    assert len(openid) == 28
    with pytest.raises(CodeRejected):
        fetch_openid(query["code"])


def test_a_guessed_or_old_code_is_rejected(account):
    for code in ("x", "", "\x00"):
        with pytest.raises(CodeRejected):
            fetch_openid(code)
    _, query = visit(authorize_url(redirect_uri=BACK, state="abc"))
    WechatCode.objects.update(created_at=timezone.now() - timedelta(minutes=6))
    with pytest.raises(CodeRejected):
        fetch_openid(query["code"])


def test_a_wrong_secret_or_app_is_refused(account):
    _, query = visit(authorize_url(redirect_uri=BACK, state="abc"))
    account["APP_SECRET"] = "wrong"
    with pytest.raises(OAuthUnavailable):
        fetch_openid(query["code"])
    account["APP_ID"] = "wx9"
    parts = urlsplit(authorize_url(redirect_uri=BACK, state="abc"))
    assert Client().get(f"{parts.path}?{parts.query}").status_code == 400


def test_a_visitor_is_not_sent_to_what_is_no_address(account):
    parts = urlsplit(authorize_url(redirect_uri="javascript:alert(1)", state="abc"))
    assert Client().get(f"{parts.path}?{parts.query}").status_code == 400
