"""Sessions of the back office: whose they are, until when, and what a page looks up for them."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AnonymousUser, Permission
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from luffy_api.apps.user.backends import IdentityBackend
from luffy_api.apps.user.models import User
from luffy_api.common import roles
from luffy_api.tests.factories import UserFactory
from luffy_api.tests.people import staff as staff_of

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


def test_rights_are_two_queries_and_those_of_nobody_else(django_assert_num_queries):
    user = staff_of(roles.FINANCE)
    with django_assert_num_queries(2):
        assert user.get_all_permissions()
        user.get_group_permissions()
    assert staff_of().get_all_permissions() == set()
    assert user.get_all_permissions(obj=user) == set()
    user.is_active = False
    assert user.get_group_permissions() == set()
    assert AnonymousUser().get_all_permissions() == set()
    assert len(staff_of(is_superuser=True).get_all_permissions()) == Permission.objects.count()


def test_rights_of_both_kinds_are_those_of_djangos_own_backend():
    user = staff_of(roles.OPERATIONS)
    user.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    for name in ("get_user_permissions", "get_group_permissions", "get_all_permissions"):
        ours, djangos = (User.objects.get(pk=user.pk) for _ in range(2))
        found = getattr(IdentityBackend(), name)(ours)
        assert found == getattr(ModelBackend(), name)(djangos)
        assert len(found) > 10
