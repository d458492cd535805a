"""Nobody takes away their own rights in the back office: who could give them back?"""

from threading import Barrier

import pytest
from django.urls import reverse

from luffy_api.apps.user import account_status, locks, superusers
from luffy_api.apps.user.models import User
from luffy_api.tests.back_office import save, tries
from luffy_api.tests.factories import UserFactory
from luffy_api.tests.races import at_once

pytestmark = pytest.mark.django_db
RIGHTS = ("is_active", "is_staff", "is_superuser")


def test_ones_own_rights_stay(admin_client, admin_user):
    attempts = [{name: ""} for name in RIGHTS]

    for name, answer in zip(RIGHTS, tries(admin_client, admin_user, *attempts), strict=True):
        assert answer.status_code == 200
        assert answer.context["adminform"].form.errors == {
            name: ["不能取消自己的这一项，请由另一位超级用户修改"]
        }

    admin_user.refresh_from_db()
    assert all(getattr(admin_user, name) for name in RIGHTS)
    assert save(admin_client, admin_user, nickname="校长").status_code == 302


def test_those_of_another_superuser_can_be_taken(admin_client):
    other = UserFactory(is_staff=True, is_superuser=True)

    assert save(admin_client, other, is_superuser="").status_code == 302

    assert not User.objects.get(pk=other.pk).is_superuser


# --- One who can log in stays -------------------------------------------------------------------

LAST = "至少要保留一位能登录后台的超级用户，请先让另一位同事成为超级用户"


@pytest.fixture
def last(admin_user):
    """The only superuser with a password, whom another one tries to turn out."""
    admin_user.set_unusable_password()
    admin_user.save()
    user = UserFactory(is_staff=True, is_superuser=True)
    user.set_password("luffy-luffy")
    user.save()
    return user


@pytest.fixture
def other(client, admin_user, last):
    client.force_login(admin_user)
    return client


def test_the_rights_of_the_last_who_can_log_in_stay(other, last):
    for name, answer in zip(
        RIGHTS, tries(other, last, *({name: ""} for name in RIGHTS)), strict=True
    ):
        assert answer.context["adminform"].form.errors == {name: [LAST]}
    last.refresh_from_db()
    assert superusers.can_log_in(last)
    assert save(other, last, nickname="校长").status_code == 302


def test_the_last_who_can_log_in_stays_active_and_keeps_the_password(other, last):
    chosen = {"action": "deactivate", "_selected_action": [last.pk]}
    answer = other.post(reverse("admin:user_user_changelist"), chosen, follow=True)
    assert LAST in answer.content.decode()
    page = reverse("admin:auth_user_password_change", args=[last.pk])
    answer = other.post(page, {"usable_password": "false", "unset-password": "1"})
    assert answer.context["adminForm"].form.errors == {"usable_password": [LAST]}

    last.refresh_from_db()
    assert superusers.can_log_in(last)


def test_an_account_that_cannot_log_in_as_one_needs_nobody_else(other, last):
    student = UserFactory()
    assert account_status.deactivate(User.objects.filter(pk=student.pk), staff_id=last.pk) == 1
    idle = UserFactory(is_staff=True, is_superuser=True, is_active=False)
    assert save(other, idle, is_superuser="").status_code == 302


@pytest.fixture
def two():
    """The only superusers."""
    rows = [UserFactory(is_staff=True, is_superuser=True) for _ in range(2)]
    for row in rows:
        row.set_password("luffy-luffy")
        row.save()
    return rows


def turn_each_other_out(act, two):
    acts = [
        lambda user=user, rival=rival: act(User.objects.filter(pk=user.pk), staff_id=rival.pk)
        for user, rival in (two, reversed(two))
    ]
    results = at_once(*acts)
    left = [row for row in User.objects.filter(is_superuser=True) if superusers.can_log_in(row)]
    return sorted(results), len(left)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_turn_each_other_out_one_stays(two):
    assert turn_each_other_out(account_status.deactivate, two) == (["LastSuperuser", "done"], 1)


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_nobody_would_stay(two, monkeypatch):
    both_have_looked = Barrier(2)

    def read(user_ids):
        rows = list(User.objects.filter(pk__in=list(user_ids)))
        both_have_looked.wait(timeout=60)
        return rows

    monkeypatch.setattr(locks, "lock_superusers", lambda: None)
    monkeypatch.setattr(locks, "lock_users", read)
    # Nor in one transaction, which is SQLite's lock.
    unguarded = account_status.deactivate.__wrapped__.__wrapped__
    assert turn_each_other_out(unguarded, two) == (["done", "done"], 0)
