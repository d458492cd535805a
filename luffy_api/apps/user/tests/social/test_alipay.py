"""Login by Alipay: what is another than by WeChat."""

from urllib.parse import parse_qsl, urlsplit

import pytest

from luffy_api.apps.user.models import SocialAccount, StudentLogin
from luffy_api.apps.user.tests.social.test_login import EXPIRED, said
from luffy_api.libs.alipay_v1.settings import alipay_config
from luffy_api.libs.alipay_v1.tests.conftest import listening
from luffy_api.libs.alipay_v1.tests.signer import answer

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
METHOD = "alipay.system.oauth.token"
OPEN_ID, USER_ID = "074a1CcTG1LelxKe4xQC0zgNdId0nxi95b5lsNpazWYoCo5", "2088102169481075"


@pytest.fixture
def alipay(settings):
    """Alipay's gateway on a port of its own; it answers with the person that a test names."""
    with listening() as server:
        settings.ALIPAY = {
            **settings.ALIPAY,
            "GATEWAY_URL": f"http://127.0.0.1:{server.server_port}/gateway.do",
        }

        def knows(**ids):
            key = settings.ALIPAY_SANDBOX["PRIVATE_KEY"]
            server.reply = answer(METHOD, key, access_token="A", **ids)

        server.knows = knows
        yield server


def arrive(browser, code="C", **how):
    return browser.arrive(code, provider="alipay", **how)


def connected(user, openid):
    return SocialAccount.objects.create(
        user=user, provider="alipay", app_id=alipay_config().app_id, openid=openid
    )


def test_the_visitor_is_sent_to_alipay_on_each_device_but_inside_wechat(browser, settings):
    assert said(browser.begin(provider="alipay", device="phone")) == (404, 1004)
    settings.ALIPAY_LOGIN = {**settings.ALIPAY_LOGIN, "DEVICES": ["desktop", "phone"]}
    for device in ("desktop", "phone"):
        url = browser.begin(provider="alipay", device=device).json()["data"]["authorize_url"]
        query = dict(parse_qsl(urlsplit(url).query))
        assert urlsplit(url).path == "/alipay/oauth2/publicAppAuthorize.htm"
        assert query["redirect_uri"] == f"{settings.PUBLIC_URL}/login/callback/alipay"
    assert said(browser.begin(provider="alipay", device="wechat")) == (404, 1004)
    settings.ALIPAY_LOGIN = {}
    assert said(browser.begin(provider="alipay")) == (404, 1004)


def test_a_newcomer_binds_a_mobile_and_is_known_from_then_on(browser, alipay, code_for, student):
    alipay.knows(open_id=OPEN_ID)
    ticket = arrive(browser).json()["data"]["binding"]["ticket"]
    browser.bind(ticket, student.mobile, code_for(student.mobile, "connect"))

    session = arrive(browser).json()["data"]["session"]

    assert session["user"]["id"] == student.pk
    ways = StudentLogin.objects.values_list("way", flat=True)
    assert set(ways) == {StudentLogin.Way.ALIPAY}


def test_who_was_known_by_user_id_is_known_by_open_id_afterwards(browser, alipay, student):
    connected(student, USER_ID)
    for ids in (
        {"user_id": USER_ID},
        {"user_id": USER_ID, "open_id": OPEN_ID},
        {"open_id": OPEN_ID},
    ):
        alipay.knows(**ids)
        assert arrive(browser).json()["data"]["session"]["user"]["id"] == student.pk, ids
    assert SocialAccount.objects.get().openid == OPEN_ID


def test_a_state_of_the_other_provider_and_a_refused_code_begin_again(
    browser, alipay, wechat, student
):
    connected(student, OPEN_ID)
    alipay.knows(open_id=OPEN_ID)
    assert said(arrive(browser, state=browser.state())) == EXPIRED
    assert said(browser.arrive("C", state=browser.state(provider="alipay"))) == EXPIRED
    assert alipay.asked == wechat.asked == []

    alipay.reply = b'{"error_response":{"code":"40002","sub_code":"isv.code-invalid"}}'
    assert said(arrive(browser)) == EXPIRED
    alipay.reply = b"<html>"
    assert said(arrive(browser)) == (503, 1503)


def test_the_same_text_of_two_providers_is_two_people(browser, wechat, alipay, student):
    connected(student, OPEN_ID)
    assert browser.ticket(wechat.code(OPEN_ID))
