"""POST user/social/authorize/ and user/social/login/: in by WeChat, where it is connected."""

from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from luffy_api.apps.user import account_deletion, cleanup
from luffy_api.apps.user.models import SocialAccount, StudentLogin, UsedNonce
from luffy_api.apps.user.tests.social.browser import Browser
from luffy_api.apps.user.tests.social.fake_wechat import OFFICIAL_ACCOUNT, WEBSITE
from luffy_api.conftest import logged_in
from luffy_api.tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
OPENID, UNIONID = "oRvxY6DXNEdehn5sPypKvep9zyds", "o2oUsuOUzgNL-JSLtIp8b3FzkI-M"
EXPIRED, REFUSED = (400, 2008), (400, 2001)


def said(answer):
    return answer.status_code, answer.json()["code"]


def connected(user, wechat, openid=OPENID, *, unionid=None, device=WEBSITE):
    app_id = wechat.ids[device]
    return SocialAccount.objects.create(
        user=user, provider="wechat", app_id=app_id, openid=openid, unionid=unionid
    )


def test_the_visitor_is_sent_to_the_page_of_the_device(browser, wechat, settings):
    pages = {
        "desktop": ("connect/qrconnect", "snsapi_login"),
        "wechat": ("connect/oauth2/authorize", "snsapi_userinfo"),
    }
    for device, (path, scope) in pages.items():
        url = browser.begin(device=device).json()["data"]["authorize_url"]

        assert urlsplit(url).path == f"/wechatpay/{path}"
        assert url.endswith("#wechat_redirect")
        query = dict(parse_qsl(urlsplit(url).query))
        state = query.pop("state")
        assert state.isascii()
        assert state.isalnum()
        assert len(state) <= 100
        assert query == {
            "appid": wechat.ids[device],
            "redirect_uri": f"{settings.PUBLIC_URL}/login/callback/wechat",
            "response_type": "code",
            "scope": scope,
        }


def test_who_has_connected_wechat_is_logged_in(browser, wechat, student):
    connected(student, wechat)

    answer = browser.arrive(wechat.code(OPENID))

    data = answer.json()["data"]
    assert (answer.status_code, data["binding"]) == (200, None)
    assert data["session"]["user"]["id"] == student.pk
    browser.client.credentials(HTTP_AUTHORIZATION=f"jwt {data['session']['token']}")
    assert browser.client.get("/api/v1/user/profile/").status_code == 200
    assert StudentLogin.objects.get().way == StudentLogin.Way.WECHAT
    student.refresh_from_db()
    assert student.last_login is not None


def test_the_unionid_makes_one_person_of_two_apps(browser, wechat, student):
    connected(student, wechat, unionid=UNIONID)

    for _ in range(2):
        code = wechat.code("o-inside", unionid=UNIONID, device=OFFICIAL_ACCOUNT)
        with CaptureQueriesContext(connection) as asked:
            data = browser.arrive(code, device="wechat").json()["data"]
        assert data["session"]["user"]["id"] == student.pk
    # The row that may not carry the unionid too is not written again each time.
    writes = [each["sql"] for each in asked if not each["sql"].startswith("SELECT")]
    assert not [sql for sql in writes if SocialAccount._meta.db_table in sql]

    rows = SocialAccount.objects.values_list("app_id", "openid", "unionid")
    assert list(rows) == [
        (wechat.ids[WEBSITE], OPENID, UNIONID),
        (wechat.ids[OFFICIAL_ACCOUNT], "o-inside", None),
    ]


def test_the_virtual_account_of_a_page_snapshot_is_nobody(browser, wechat, student):
    connected(student, wechat, device=OFFICIAL_ACCOUNT)
    snapshot = {"device": OFFICIAL_ACCOUNT, "is_snapshotuser": 1}
    code = wechat.code(OPENID, unionid=UNIONID, **snapshot)

    answer = browser.arrive(code, device="wechat")

    assert answer.status_code == 400
    assert "使用完整服务" in answer.json()["msg"]
    assert not StudentLogin.objects.exists()
    assert SocialAccount.objects.get().unionid is None


def test_a_unionid_that_wechat_tells_later_is_kept(browser, wechat, student):
    connected(student, wechat)

    browser.arrive(wechat.code(OPENID, unionid=UNIONID))

    assert SocialAccount.objects.get().unionid == UNIONID


def test_apps_that_contradict_each_other_lock_nobody_out(browser, wechat, student):
    connected(student, wechat)
    connected(UserFactory(), wechat, "o-inside", unionid=UNIONID, device=OFFICIAL_ACCOUNT)

    answer = browser.arrive(wechat.code(OPENID, unionid=UNIONID))

    assert answer.json()["data"]["session"]["user"]["id"] == student.pk
    assert SocialAccount.objects.get(user=student).unionid is None


def test_openids_that_differ_in_case_are_two_people(browser, wechat, student):
    connected(student, wechat)
    assert browser.ticket(wechat.code(OPENID.lower()))


def test_staff_and_accounts_that_are_not_active_are_refused(browser, wechat):
    for name, value in (("is_staff", True), ("is_active", False)):
        connected(UserFactory(**{name: value}), wechat, f"o-{name}")
        assert said(browser.arrive(wechat.code(f"o-{name}"))) == REFUSED, name
    assert not StudentLogin.objects.exists()


def test_a_closed_account_frees_its_wechat(browser, wechat, student):
    connected(student, wechat)

    account_deletion.close(student.pk)

    assert not SocialAccount.objects.exists()
    assert browser.ticket(wechat.code(OPENID))


def test_a_state_is_for_one_browser_one_login_and_once(browser, wechat, student):
    connected(student, wechat)
    other = Browser()
    mine = Browser(logged_in(student))
    wechat_state = browser.state()
    faults = {
        "another browser's": (other, wechat_state),
        "none": (browser, "0"),
        "forged": (browser, wechat_state[:-1] + ("0" if wechat_state[-1] != "0" else "1")),
        "of another device": (browser, f"w{wechat_state[1:]}"),
        "later than it was": (browser, f"dffffffff{wechat_state[9:]}"),
        "with more behind it": (browser, f"{wechat_state}0"),
        "in other digits": (browser, wechat_state.replace("1", "１")),
        "of a key that is another text": (Browser(key=browser.key[::-1]), wechat_state),
    }
    for name, (whose, state) in faults.items():
        assert said(whose.arrive(wechat.code(OPENID), state=state)) == EXPIRED, name
    # What was begun by somebody who is logged in connects, and logs nobody in.
    assert said(mine.arrive("x", state=wechat_state, path="social/connect/")) == EXPIRED
    assert wechat.asked == []

    assert browser.arrive(wechat.code(OPENID), state=wechat_state).status_code == 200
    assert said(browser.arrive(wechat.code(OPENID), state=wechat_state)) == EXPIRED
    assert len(wechat.asked) == 1


def test_a_state_is_for_ten_minutes(browser, wechat, student):
    connected(student, wechat)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        states = [browser.state() for _ in range(2)]
        clock.shift(timedelta(minutes=10))
        assert browser.arrive(wechat.code(OPENID), state=states[0]).status_code == 200
        clock.shift(timedelta(seconds=2))
        assert said(browser.arrive(wechat.code(OPENID), state=states[1])) == EXPIRED
        assert UsedNonce.objects.count() == 1
        clock.shift(timedelta(hours=1))
        cleanup.clear_expired()
    assert not UsedNonce.objects.exists()


def test_a_code_that_wechat_refuses_is_begun_again(browser, wechat, student):
    connected(student, wechat)
    code = wechat.code(OPENID)
    assert browser.arrive(code).status_code == 200

    assert said(browser.arrive(code)) == EXPIRED
    assert said(browser.arrive("unknown")) == EXPIRED
    inside = wechat.code(OPENID, device=OFFICIAL_ACCOUNT)
    assert said(browser.arrive(inside)) == EXPIRED


def test_without_a_usable_answer_it_is_tried_later(browser, wechat, student):
    connected(student, wechat)
    for answer in (b"", b"<html>", b"[]", b'{"errcode": -1}', b'{"openid": "a b"}', b"x" * 70_000):
        wechat.broken = answer
        refused = browser.arrive(wechat.code(OPENID))
        assert said(refused) == (503, 1503), answer
        assert refused.headers["Retry-After"].isdecimal()


def test_what_is_not_configured_is_not_offered(api, browser, settings):
    assert api.get("/api/v1/user/social/providers/").json()["data"][0] == {
        "provider": "wechat",
        "provider_name": "微信",
        "devices": ["desktop", "wechat"],
    }
    assert said(browser.begin(device="phone")) == (404, 1004)
    state = browser.state()
    settings.WECHAT_LOGIN = {}
    offered = api.get("/api/v1/user/social/providers/").json()["data"]
    assert "wechat" not in [row["provider"] for row in offered]
    assert said(browser.begin()) == (404, 1004)
    assert said(browser.arrive("x", state=state)) == (404, 1004)


def test_input_of_any_kind_is_refused_with_the_name_of_its_field(browser, wechat):
    bad = {
        "provider": ["", None, "qq", 7, [], {}],
        "code": ["", None, [], {}, "x" * 513, "\x00"],
        "state": ["", None, [], {}, "x" * 129, "\x00"],
        "browser_key": ["", None, [], {}, "x", "x" * 44, "é" * 43, f"{'x' * 42}\n"],
    }
    good = {"provider": "wechat", "code": "x", "state": "0", "browser_key": browser.key}
    url = "/api/v1/user/social/login/"
    for name, values in bad.items():
        for value in values:
            answer = browser.client.post(url, {**good, name: value}, format="json")
            assert (answer.status_code, [*answer.json()["errors"]]) == (400, [name]), value
    for body in ([], "x", 7):
        assert browser.client.post(url, body, format="json").status_code == 400


@pytest.mark.parametrize("others", [0, 9])
def test_a_fixed_number_of_queries(browser, wechat, student, others, django_assert_num_queries):
    connected(student, wechat)
    for user in UserFactory.create_batch(others):
        connected(user, wechat, f"o-{user.pk}")
    code, state = wechat.code(OPENID), browser.state()
    with django_assert_num_queries(7):
        browser.arrive(code, state=state)
