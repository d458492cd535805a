"""POST user/social/bind/: who came by WeChat for the first time proves a mobile."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from luffy_api.apps.school.models import Agreement, AgreementKind
from luffy_api.apps.user.models import SocialAccount, StudentLogin, User
from luffy_api.apps.user.tests.conftest import wrong
from luffy_api.apps.user.tests.social.browser import Browser
from luffy_api.apps.user.tests.social.fake_wechat import OFFICIAL_ACCOUNT
from luffy_api.apps.user.tests.social.test_login import (
    EXPIRED,
    OPENID,
    REFUSED,
    UNIONID,
    connected,
    said,
)
from luffy_api.tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
MOBILE = "13700000000"


@pytest.fixture
def ticket(browser, wechat):
    return browser.ticket(wechat.code(OPENID))


def test_an_unknown_mobile_gets_an_account_and_the_next_login_asks_nothing(
    browser, wechat, ticket, code_for
):
    answer = browser.bind(ticket, "+86 137 0000 0000", code_for(MOBILE, "connect"))

    assert answer.status_code == 200
    user = User.objects.get()
    assert (user.mobile, user.has_usable_password()) == (MOBILE, False)
    assert answer.json()["data"]["user"]["id"] == user.pk
    again = Browser().arrive(wechat.code(OPENID)).json()["data"]
    assert again["session"]["user"]["id"] == user.pk
    ways = StudentLogin.objects.values_list("way", flat=True)
    assert set(ways) == {StudentLogin.Way.WECHAT}


def test_a_known_mobile_is_connected_after_its_code(browser, ticket, code_for, student):
    code = code_for(student.mobile, "connect")
    assert said(browser.bind(ticket, student.mobile, wrong(code))) == (400, 2002)
    assert not SocialAccount.objects.exists()

    answer = browser.bind(ticket, student.mobile, code)

    assert answer.json()["data"]["user"]["id"] == student.pk
    assert SocialAccount.objects.get().user == student


def test_a_code_for_a_login_binds_nothing(browser, ticket, code_for, student):
    code = code_for(student.mobile, "login")
    assert said(browser.bind(ticket, student.mobile, code)) == (400, 2002)
    assert not SocialAccount.objects.exists()


def test_without_a_unionid_both_apps_are_bound_to_one_account(browser, wechat, code_for, student):
    connected(student, wechat)
    code = wechat.code("o-inside", device=OFFICIAL_ACCOUNT)
    ticket = browser.ticket(code, device="wechat")

    browser.bind(ticket, student.mobile, code_for(student.mobile, "connect"))

    apps = SocialAccount.objects.filter(user=student).values_list("app_id", flat=True)
    assert set(apps) == set(wechat.ids.values())


def test_a_ticket_is_for_one_browser_one_binding_and_a_quarter_of_an_hour(
    browser, wechat, ticket, code_for, student
):
    code = code_for(student.mobile, "connect")
    other = Browser()
    middle = len(ticket) // 2
    forged = ticket[:middle] + ("A" if ticket[middle] != "A" else "B") + ticket[middle + 1 :]
    for whose, what in ((other, ticket), (browser, forged), (browser, "x"), (browser, "é:é:é")):
        assert said(whose.bind(what, student.mobile, code)) == EXPIRED, what
    with time_machine.travel(timezone.now() + timedelta(minutes=15, seconds=2)):
        assert said(browser.bind(ticket, student.mobile, code)) == EXPIRED
    # None of them has used up the code.
    assert browser.bind(ticket, student.mobile, code).status_code == 200

    SocialAccount.objects.all().delete()
    fresh = code_for("13700000001", "connect")
    assert said(browser.bind(ticket, "13700000001", fresh)) == EXPIRED
    assert User.objects.count() == 1


def test_a_person_belongs_to_one_account(browser, wechat, ticket, code_for, student):
    second = browser.ticket(wechat.code(OPENID))
    third = browser.ticket(wechat.code("o-other", unionid=UNIONID))
    connected(UserFactory(), wechat, "o-inside", unionid=UNIONID, device=OFFICIAL_ACCOUNT)
    browser.bind(ticket, student.mobile, code_for(student.mobile, "connect"))

    for number, rival in enumerate((second, third)):
        mobile = f"1370000000{number}"
        answer = browser.bind(rival, mobile, code_for(mobile, "connect"))
        assert said(answer) == (409, 2009)
        assert answer.json()["msg"].startswith("这个微信已绑定其他账号")
        assert not User.objects.filter(mobile=mobile).exists()
    assert SocialAccount.objects.filter(openid=OPENID).get().user == student


def test_an_account_has_one_person_of_wechat(browser, wechat, code_for):
    here, elsewhere = UserFactory(), UserFactory()
    connected(here, wechat, "o-first")
    connected(elsewhere, wechat, "o-first-inside", unionid="u-first", device=OFFICIAL_ACCOUNT)
    for user in (here, elsewhere):
        ticket = browser.ticket(wechat.code(f"{OPENID}{user.pk}", unionid=f"u-{user.pk}"))

        answer = browser.bind(ticket, user.mobile, code_for(user.mobile, "connect"))

        assert said(answer) == (409, 1009)
        assert SocialAccount.objects.filter(user=user).count() == 1
        # The ticket is good for another mobile.
        fresh = f"1370000{user.pk:04}"
        assert browser.bind(ticket, fresh, code_for(fresh, "connect")).status_code == 200


def test_staff_and_accounts_that_are_not_active_are_refused(browser, ticket, code_for):
    for fault in ({"is_staff": True}, {"is_active": False}):
        user = UserFactory(**fault)
        answer = browser.bind(ticket, user.mobile, code_for(user.mobile, "connect"))
        assert said(answer) == REFUSED, fault
    assert not SocialAccount.objects.exists()


def test_agreements_are_those_in_force(browser, ticket, code_for):
    terms = Agreement.objects.create(kind=AgreementKind.TERMS, version=1, text="条款")
    code = code_for(MOBILE, "connect")
    assert said(browser.bind(ticket, MOBILE, code, agreements=[])) == (400, 2007)

    answer = browser.bind(ticket, MOBILE, code, agreements=[terms.pk])

    assert answer.json()["data"]["consent_needed"] is False


def test_input_of_any_kind_is_refused_with_the_name_of_its_field(browser, ticket):
    good = {"browser_key": browser.key, "mobile": MOBILE, "code": "123456", "ticket": ticket}
    bad = {"ticket": ["", None, [], {}, "x" * 2001, "\x00"], "browser_key": ["", None, "x"]}
    for name, values in bad.items():
        for value in values:
            answer = browser.client.post(
                "/api/v1/user/social/bind/", {**good, name: value}, format="json"
            )
            assert (answer.status_code, [*answer.json()["errors"]]) == (400, [name]), value
