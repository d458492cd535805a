"""The first visit to the back office: an account for the code of the terminal, once."""

import threading
from io import StringIO

import pytest
from django.contrib.admin.models import LogEntry
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from luffy_api.apps.user import first_staff
from luffy_api.apps.user.exceptions import FirstStaffRefused
from luffy_api.apps.user.models import FirstStaffCode, User
from luffy_api.tests.factories import UserFactory

pytestmark = [pytest.mark.django_db]
URL = "/admin/login/?next=/admin/"
PASSWORD = "a good password"


@pytest.fixture
def code():
    """What the terminal shows."""
    out = StringIO()
    call_command("first_staff_code", stdout=out)
    return out.getvalue().strip()


def form(code, /, **changes):
    return {
        "code": code,
        "username": "校长",
        "password": PASSWORD,
        "again": PASSWORD,
        **changes,
    }


def test_the_first_visit_asks_for_the_code_and_opens_the_back_office(client, code):
    page = client.get("/admin/", follow=True)
    assert "创建第一个管理员" in page.content.decode()

    answer = client.post(URL, form(f" {code.lower().replace('-', ' ')} "), follow=True)

    assert answer.redirect_chain[-1][0] == "/admin/"
    user = User.objects.get()
    assert (user.username, user.is_staff, user.is_superuser) == ("校长", True, True)
    assert user.check_password(PASSWORD)
    assert LogEntry.objects.get().get_change_message() == "首次使用时创建管理员"
    assert not FirstStaffCode.objects.exists()


def test_a_code_is_long_and_another_each_time():
    codes = {first_staff.make_code() for _ in range(5)}

    assert len(codes) == 5
    assert {len(each.replace("-", "")) for each in codes} == {16}


@pytest.mark.any_database
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"code": ""}, "code"),
        ({"code": "AAAA-AAAA-AAAA-AAAA"}, "code"),
        ({"code": "x" * 5000}, "code"),
        ({"code": "码\0"}, "code"),
        ({"username": ""}, "username"),
        ({"username": "a@b"}, "username"),
        ({"username": "长" * 31}, "username"),
        ({"username": "taken"}, "username"),
        ({"password": "short", "again": "short"}, "password"),
        ({"again": "another password"}, "again"),
    ],
)
def test_what_is_wrong_makes_no_account_and_leaves_the_code(client, code, changes, field):
    UserFactory(username="taken")

    answer = client.post(URL, form(code, **changes))

    assert field in answer.context["form"].errors
    assert not User.objects.filter(is_staff=True).exists()
    assert client.post(URL, form(code)).status_code == 302


def test_after_ten_wrong_tries_the_right_code_is_refused(code):
    for _ in range(10):
        with pytest.raises(FirstStaffRefused):
            first_staff.create(code="WRONG", username="a1", password=PASSWORD)

    with pytest.raises(FirstStaffRefused):
        first_staff.create(code=code, username="a1", password=PASSWORD)
    assert not first_staff.has_code()
    again = first_staff.make_code()
    assert first_staff.create(code=again, username="a1", password=PASSWORD).is_superuser


def test_with_staff_the_code_is_dead_and_login_is_back(client, code):
    UserFactory(is_staff=True)

    answer = client.post(URL, form(code))

    assert "首次" not in answer.content.decode()
    assert "创建第一个管理员" not in client.get(URL).content.decode()
    with pytest.raises(FirstStaffRefused):
        first_staff.create(code=code, username="a1", password=PASSWORD)
    with pytest.raises(CommandError):
        call_command("first_staff_code", stdout=StringIO())
    assert not User.objects.filter(is_superuser=True).exists()


def test_without_a_code_the_page_says_how_to_get_one(client):
    page = client.get(URL).content.decode()

    assert "manage.py first_staff_code" in page
    assert "manage.py createsuperuser" in page
    assert "<form" not in page
    assert client.post(URL, form("AAAA-AAAA-AAAA-AAAA")).status_code == 200
    assert not User.objects.exists()


@pytest.mark.any_database
def test_a_form_of_another_site_is_refused(code):
    assert Client(enforce_csrf_checks=True).post(URL, form(code)).status_code == 403
    assert not User.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_is_first(code):
    barrier, made = threading.Barrier(3), []

    def run(number):
        barrier.wait()
        try:
            name = f"chief{number}"
            made.append(first_staff.create(code=code, username=name, password=PASSWORD))
        except FirstStaffRefused:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[number]) for number in range(3)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert len(made) == 1
    assert User.objects.filter(is_staff=True).count() == 1
