"""user/social/: a student connects WeChat to the account they are logged in to, and ends that."""

import pytest

from luffy_api.apps.user.models import SocialAccount
from luffy_api.apps.user.social import accounts
from luffy_api.apps.user.social.interface import Identity
from luffy_api.apps.user.tests.conftest import post, wrong
from luffy_api.apps.user.tests.social.browser import Browser
from luffy_api.apps.user.tests.social.test_login import EXPIRED, OPENID, connected, said
from luffy_api.conftest import logged_in
from luffy_api.tests.factories import PASSWORD, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
URL = "/api/v1/user/social/"
PATH = "social/connect/authorize/"


@pytest.fixture
def mine(student):
    return Browser(logged_in(student))


@pytest.fixture
def code(mine, phone, student):
    """Sent to the student's own mobile."""
    assert post(mine.client, "confirm_code/").status_code == 200
    return phone.codes[student.mobile]


def connect(browser, code, state):
    return browser.arrive(code, state=state, path="social/connect/")


def test_a_code_to_the_accounts_mobile_connects_wechat(mine, wechat, code, student):
    assert said(mine.begin(path=PATH)) == (400, 2002)
    assert said(mine.begin(path=PATH, code=wrong(code))) == (400, 2002)

    state = mine.state(path=PATH, code=code)
    answer = connect(mine, wechat.code(OPENID), state)

    [row] = answer.json()["data"]
    assert mine.client.get(URL).json()["data"] == [row]
    assert (row["provider_name"], row["openid"]) == ("微信", "oRv****zyds")
    assert OPENID not in answer.content.decode()
    assert SocialAccount.objects.get().user == student


def test_the_same_once_more_changes_nothing(wechat, student):
    connected(student, wechat)
    person = Identity(SocialAccount.Provider.WECHAT, wechat.ids["desktop"], OPENID)

    accounts.connect(user_id=student.pk, identity=person)

    assert SocialAccount.objects.count() == 1


def test_without_a_mobile_the_password_proves_the_student(wechat):
    user = UserFactory(mobile=None)
    browser = Browser(logged_in(user))
    for guess in ({}, {"password": "guess"}, {"code": "123456"}):
        assert said(browser.begin(path=PATH, **guess)) == (400, 2005)

    state = browser.state(path=PATH, password=PASSWORD)

    assert connect(browser, wechat.code(OPENID), state).status_code == 200


def test_a_state_connects_the_account_that_has_begun_it_only(mine, wechat, code):
    stranger = Browser(logged_in(UserFactory()), key=mine.key)
    state = mine.state(path=PATH, code=code)

    assert said(connect(stranger, wechat.code(OPENID), state)) == EXPIRED
    assert said(Browser(key=mine.key).arrive(wechat.code(OPENID), state=state)) == EXPIRED
    assert said(connect(Browser(mine.client), wechat.code(OPENID), state)) == EXPIRED
    # A state of a login, which anybody may begin, connects nothing.
    assert said(connect(mine, wechat.code(OPENID), mine.state())) == EXPIRED
    assert (wechat.asked, SocialAccount.objects.count()) == ([], 0)
    assert connect(mine, wechat.code(OPENID), state).status_code == 200


def test_what_another_account_has_is_not_taken_away(mine, wechat, code):
    other = UserFactory()
    connected(other, wechat)

    answer = connect(mine, wechat.code(OPENID), mine.state(path=PATH, code=code))

    assert said(answer) == (409, 2009)
    assert SocialAccount.objects.get().user == other


def test_it_is_ended_for_all_apps_of_the_provider(mine, wechat, student):
    connected(student, wechat, unionid="u")
    connected(student, wechat, "o-inside", device="wechat")
    connected(UserFactory(), wechat, "o-other")

    assert len(mine.client.get(URL).json()["data"]) == 1
    assert mine.client.delete(f"{URL}wechat/").status_code == 200

    assert not student.social_accounts.exists()
    assert SocialAccount.objects.count() == 1
    assert said(mine.client.delete(f"{URL}wechat/")) == (404, 1004)
    assert mine.client.delete(f"{URL}qq/").status_code == 404


def test_the_only_way_in_stays(wechat):
    user = UserFactory(mobile=None)
    connected(user, wechat)
    user.set_unusable_password()
    user.save()
    client = logged_in(user)

    assert said(client.delete(f"{URL}wechat/")) == (400, 1000)
    assert user.social_accounts.exists()

    user.mobile = "13700000000"
    user.save()
    assert client.delete(f"{URL}wechat/").status_code == 200


def test_a_visitor_has_nothing_to_connect(api, wechat):
    browser = Browser(api)
    answers = [
        api.get(URL),
        api.delete(f"{URL}wechat/"),
        browser.begin(path=PATH),
        browser.arrive("x", state="0", path="social/connect/"),
    ]
    assert [answer.status_code for answer in answers] == [401] * 4
