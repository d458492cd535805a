"""The OAuth fake, asked by the shop's client."""

from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from luffy_api.apps.wechatpay_sandbox.models import WechatCode
from luffy_api.libs import wechat_oauth
from luffy_api.libs.wechat_oauth import (
    CodeRejected,
    OAuthApp,
    OAuthUnavailable,
    authorize_url,
    fetch_openid,
    fetch_visitor,
)

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


@pytest.fixture
def website(account, sandbox, live):
    """The app by which visitors log in."""
    known = sandbox.WECHATPAY_SANDBOX
    return OAuthApp(
        f"{live}/connect/qrconnect",
        f"{live}/sns/oauth2/access_token",
        known["LOGIN_APP_ID"],
        known["LOGIN_APP_SECRET"],
        "snsapi_login",
    )


def scan(url, person, client):
    """What the visitor comes back with after this person's answer."""
    parts = urlsplit(url)
    path = f"{parts.path}?{parts.query}"
    page = client.get(path)
    assert "微信用户甲" in page.content.decode()
    token = client.cookies["csrftoken"].value
    answer = client.post(path, {"person": person, "csrfmiddlewaretoken": token})
    assert answer["Location"].startswith(BACK)
    return dict(parse_qsl(urlsplit(answer["Location"]).query))


def test_a_person_who_scans_is_the_same_inside_wechat(website, account):
    client = Client(enforce_csrf_checks=True)
    url = authorize_url(redirect_uri=BACK, state="abc", app=website)
    query = scan(url, "a", client)
    assert query["state"] == "abc"
    code = query["code"]
    # A code is good for the app that it was made for.
    with pytest.raises(CodeRejected):
        fetch_openid(code)
    scanned = fetch_visitor(code, app=website)
    with pytest.raises(CodeRejected):
        fetch_visitor(code, app=website)
    assert fetch_visitor(scan(url, "a", client)["code"], app=website) == scanned
    other = fetch_visitor(scan(url, "b", Client())["code"], app=website)

    inside = OAuthApp(
        *(account[name] for name in ("AUTHORIZE_URL", "TOKEN_URL", "APP_ID", "APP_SECRET")),
        "snsapi_userinfo",
    )
    asked = scan(authorize_url(redirect_uri=BACK, state="abc", app=inside), "a", client)
    person = fetch_visitor(asked["code"], app=inside)
    parts = urlsplit(authorize_url(redirect_uri=BACK, state="abc"))
    back = client.get(f"{parts.path}?{parts.query}")["Location"]
    silent = fetch_visitor(dict(parse_qsl(urlsplit(back).query))["code"], app=inside)

    assert person.unionid == scanned.unionid != other.unionid
    assert person.openid != scanned.openid != other.openid
    # Who is asked nothing is known by the openid alone.
    assert silent == replace(person, unionid="")


def test_who_refuses_comes_back_without_a_code(website):
    url = authorize_url(redirect_uri=BACK, state="abc", app=website)
    assert scan(url, "", Client()) == {"out_trade_no": "1", "state": "abc"}


def test_what_wechat_would_not_open_is_an_error(website, account):
    urls = [
        authorize_url(redirect_uri=BACK, state="abc", app=replace(website, scope="snsapi_base")),
        authorize_url(redirect_uri=BACK, state="abc", app=replace(website, app_id="wx9")),
        authorize_url(redirect_uri="ftp://x", state="abc", app=website),
        f"{website.authorize_url}?appid={website.app_id}",
    ]
    for url in urls:
        parts = urlsplit(url)
        assert Client().get(f"{parts.path}?{parts.query}").status_code == 400, url
