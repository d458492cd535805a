"""The back office of accounts."""

import pytest
from django.core.files.base import ContentFile

from luffy_api.apps.user.models import User
from luffy_api.conftest import logged_in
from luffy_api.tests import factories
from luffy_api.tests.back_office import act, page, save

pytestmark = pytest.mark.django_db


def test_an_account_is_found_by_its_mobile_which_the_list_masks(admin_client, student):
    url = page(User, "changelist")
    rows = admin_client.get(url, {"q": "13812345678"}).context["cl"].result_list
    assert list(rows) == [student]
    html = admin_client.get(url, {"q": "xiaoming"}).content.decode()
    assert "138****5678" in html
    assert "13812345678" not in html


def test_no_email_is_null_and_identities_have_one_spelling(admin_client, student):
    factories.UserFactory(email=None, mobile=None)
    assert save(admin_client, student, email="", mobile="+86 139-1111-2222").status_code == 302
    student.refresh_from_db()
    assert (student.email, student.mobile) == (None, "13911112222")
    save(admin_client, student, email="Ming@X.cn", mobile="")
    student.refresh_from_db()
    assert (student.email, student.mobile) == ("ming@x.cn", None)
    assert save(admin_client, student, mobile="12345").context["errors"]


def test_the_form_of_an_account_shows_no_whole_hash_and_deletes_nobody(admin_client, student):
    student.set_password("some words")
    student.save()
    url = page(User, "change", student.pk)
    assert student.password.rpartition("$")[2] not in admin_client.get(url).content.decode()
    assert admin_client.post(page(User, "delete", student.pk), {"post": "yes"}).status_code == 403


def test_an_account_is_added_by_hand(admin_client):
    words = {"password1": "some good words", "password2": "some good words"}
    data = {"username": "newone", "usable_password": "true", **words}
    assert admin_client.post(page(User, "add"), data).status_code == 302
    assert User.objects.get(username="newone").email is None


PROFILE = "/api/v1/user/profile/"


def test_who_is_disabled_is_out_at_once_and_stays_out_with_older_tokens(admin_client, student):
    device = logged_in(student)
    act(admin_client, "deactivate", student)
    assert device.get(PROFILE).status_code == 401
    act(admin_client, "activate", student)
    student.refresh_from_db()
    assert student.is_active
    assert device.get(PROFILE).status_code == 401
    assert logged_in(student).get(PROFILE).status_code == 200


def test_unticking_the_account_on_its_form_ends_its_tokens_for_good(admin_client, student):
    device = logged_in(student)
    assert save(admin_client, student, is_active="").status_code == 302
    student.refresh_from_db()
    assert not student.is_active
    save(admin_client, student, is_active="on")
    student.refresh_from_db()
    assert student.is_active
    assert device.get(PROFILE).status_code == 401


def test_forced_logout_ends_every_device_and_closes_nothing(admin_client, student):
    devices = [logged_in(student), logged_in(student)]
    act(admin_client, "log_out_everywhere", student)
    assert {device.get(PROFILE).status_code for device in devices} == {401}
    student.refresh_from_db()
    assert logged_in(student).get(PROFILE).status_code == 200


@pytest.mark.parametrize("action", ["deactivate", "log_out_everywhere"])
def test_forced_out_means_out_of_the_back_office_too(admin_client, client, action):
    colleague = factories.UserFactory(is_staff=True)
    client.force_login(colleague)
    assert client.get("/admin/").status_code == 200
    act(admin_client, action, colleague)
    assert client.get("/admin/").status_code == 302


def test_nobody_disables_oneself(admin_client, admin_user, student):
    act(admin_client, "deactivate", admin_user, student)
    admin_user.refresh_from_db()
    student.refresh_from_db()
    assert (admin_user.is_active, student.is_active) == (True, False)


def test_a_closed_account_is_not_ticked_back_to_life(admin_client, student):
    User.objects.filter(pk=student.pk).update(is_active=False, closed_at="2026-01-01T00:00:00Z")
    assert save(admin_client, student, is_active="on").context["errors"]


def test_an_avatar_is_removed(admin_client, student, folders):
    student.icon.save("a.webp", ContentFile(b"x"))
    act(admin_client, "remove_avatar", student)
    student.refresh_from_db()
    assert not student.icon
