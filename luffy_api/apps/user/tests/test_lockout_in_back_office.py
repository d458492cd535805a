"""The lockout at the back office, which checks the same passwords."""

import pytest
from axes.models import AccessAttempt

from luffy_api.apps.user.tests.guessing import WRONG, guesses
from luffy_api.tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def chief():
    return UserFactory(username="chief", is_staff=True, is_superuser=True)


def enter(client, username="chief", password=WRONG, **extra):
    """A login of the back office."""
    return client.post("/admin/login/", {"username": username, "password": password}, **extra)


def test_the_back_office_has_the_same_lockout(client, api, chief):
    assert [enter(client).status_code for _ in range(5)] == [200] * 5
    assert guesses(api, 5, username="chief") == [400] * 5
    answer = enter(client, password=PASSWORD, HTTP_X_FORWARDED_FOR="1.1.1.1")
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 900
    assert client.get("/admin/").status_code == 302


def test_the_tenth_try_at_the_back_office_may_be_right(client, chief):
    assert [enter(client).status_code for _ in range(9)] == [200] * 9
    assert enter(client, password=PASSWORD).status_code == 302
    assert not AccessAttempt.objects.exists()


@pytest.mark.any_database
@pytest.mark.parametrize("password", [PASSWORD, WRONG])
def test_the_back_office_does_not_tell_whether_a_students_password_is_right(
    client, chief, student, password
):
    pages = [enter(client, "xiaoming", password) for _ in range(11)]
    assert [page.status_code for page in pages] == [200] * 10 + [429]
    assert {*pages[0].context["form"].errors} == {"__all__"}
    assert "账号" not in pages[-1].content.decode()


def test_the_back_office_takes_as_many_passwords_a_minute_as_the_api(client, chief, settings):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "login": {"address": (3, 60)}}
    for _ in range(3):
        assert client.get("/admin/login/").status_code == 200
        client.post("/admin/login/", {})
    answer = enter(client, password=PASSWORD)
    assert (answer.status_code, answer.content.decode()) == (429, "操作太频繁，请稍后再试")


def test_a_stolen_session_of_staff_allows_no_guessing_either(client, chief):
    client.force_login(chief)
    new = {"new_password1": "another good password", "new_password2": "another good password"}

    def change(old):
        return client.post("/admin/password_change/", {"old_password": old, **new})

    pages = [change(WRONG) for _ in range(11)]
    assert [page.status_code for page in pages] == [200] * 10 + [429]
    assert {*pages[0].context["form"].errors} == {"old_password"}
    assert change(PASSWORD).status_code == 429
    # What was typed stands in no row of a counter.
    stored = str(list(AccessAttempt.objects.values()))
    assert AccessAttempt.objects.count() == 1
    assert WRONG not in stored
    assert "another good password" not in stored


@pytest.mark.any_database
def test_staff_change_their_password(client, chief):
    client.force_login(chief)
    new = "another good password"
    words = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert client.get("/admin/password_change/").status_code == 200
    answer = client.post("/admin/password_change/", words)
    assert (answer.status_code, answer["Location"]) == (302, "/admin/password_change/done/")
    client.logout()
    assert enter(client, password=new).status_code == 302


@pytest.mark.any_database
def test_only_staff_reach_the_change_of_a_password(client, student):
    client.force_login(student)
    answer = client.post("/admin/password_change/", {"old_password": WRONG})
    assert answer["Location"].startswith("/admin/login/")
    assert not AccessAttempt.objects.exists()


@pytest.mark.any_database
def test_only_staff_enters_the_back_office(client, student, chief):
    assert enter(client, "xiaoming", PASSWORD).status_code == 200
    assert client.get("/admin/").status_code == 302
    assert enter(client, password=PASSWORD).status_code == 302
    assert client.get("/admin/").status_code == 200


def test_a_login_of_the_back_office_forgets_the_wrong_ones(client, chief):
    for _ in range(2):
        for _ in range(9):
            enter(client)
        assert enter(client, password=PASSWORD).status_code == 302
