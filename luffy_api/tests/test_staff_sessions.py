"""Sessions of the back office: whose they are, until when, and what a page looks up for them."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from luffy_api.apps.user.models import User
from luffy_api.tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

PAGE = "/admin/password_change/"


@pytest.fixture
def staff():
    return UserFactory(is_staff=True)


@pytest.fixture
def browser(staff):
    client = Client()
    client.force_login(staff)
    return client


def opens(client):
    return client.get(PAGE).status_code == 200


def test_each_browser_is_its_own_account(browser, staff):
    other = Client()
    other.force_login(UserFactory(is_staff=True, username="robin"))
    assert browser.get(PAGE).wsgi_request.user == staff
    assert other.get(PAGE).wsgi_request.user.username == "robin"
    assert browser.get(PAGE).wsgi_request.user == staff


def test_it_ends_at_its_moment(browser):
    assert opens(browser)
    Session.objects.update(expire_date=timezone.now() + timedelta(minutes=1))
    assert opens(browser)
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert not opens(browser)


@pytest.mark.parametrize("key", ["", "short", "x" * 32, "x" * 5000, "' OR 1=1 -- ", "%s", "%C3%BC"])
def test_a_key_that_nobody_has_is_a_visitor(browser, key):
    browser.cookies[settings.SESSION_COOKIE_NAME] = key
    assert not opens(browser)
    assert Session.objects.count() == 1


@pytest.mark.parametrize(
    "change", [{"is_active": False}, {"is_staff": False}, {"password": "another"}], ids=str
)
def test_what_happens_to_the_account_holds_at_once(browser, staff, change):
    assert opens(browser)
    for name, value in change.items():
        setattr(staff, name, value)
    staff.save()
    assert not opens(browser)


def test_a_closed_account_is_a_visitor(browser, staff):
    assert browser.get(PAGE).wsgi_request.user.is_authenticated
    User.objects.update(is_active=False)
    assert browser.get(PAGE).wsgi_request.user.is_anonymous


def test_an_account_that_is_gone_has_none(browser, staff):
    staff.delete()
    assert not opens(browser)


def test_session_and_account_are_a_query_each(browser):
    with CaptureQueriesContext(connection) as queries:
        assert opens(browser)
    asked = [each["sql"] for each in queries]
    assert sum("django_session" in sql for sql in asked) == 1
    assert sum(" FROM " in sql and "luffy_user" in sql.split("WHERE")[0] for sql in asked) == 1
