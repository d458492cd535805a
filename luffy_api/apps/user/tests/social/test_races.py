"""Two who connect at the same moment, each race with a control without its guard."""

from functools import partial
from inspect import unwrap
from itertools import count
from threading import Barrier

import pytest

from luffy_api.apps.user.models import SocialAccount, User
from luffy_api.apps.user.social import accounts
from luffy_api.apps.user.social.interface import Identity
from luffy_api.tests.factories import UserFactory
from luffy_api.tests.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)
RIVALS = 8


def person(openid="o-one", app_id="wx1", unionid=""):
    return Identity(SocialAccount.Provider.WECHAT, app_id, openid, unionid)


def connecting(user, identity, nonce=""):
    return partial(accounts.connect, user_id=user.pk, identity=identity, nonce=nonce)


def to_many_accounts(identity):
    return [connecting(user, identity) for user in UserFactory.create_batch(RIVALS)]


@pytest.mark.parametrize("unionid", ["", "u"])
def test_one_person_who_is_bound_to_many_accounts_belongs_to_one(unionid):
    ends = at_once(*to_many_accounts(person(unionid=unionid)))

    assert (ends.count("done"), ends.count("SocialAccountTaken")) == (1, RIVALS - 1)
    assert SocialAccount.objects.count() == 1


def test_control_without_the_unique_openid_many_accounts_have_them(monkeypatch):
    numbers, insert = count(), accounts._insert

    def another(user, identity, *, has_unionid):
        insert(user, person(f"o-{next(numbers)}"), has_unionid=has_unionid)

    monkeypatch.setattr(accounts, "_insert", another)

    ends = at_once(*to_many_accounts(person()))

    assert ends.count("done") == SocialAccount.objects.count() == RIVALS


def test_two_people_who_are_bound_to_one_account_are_not_both():
    for _ in range(4):
        user = UserFactory()
        two = (person(f"o-{user.pk}", "wx1", f"u-{user.pk}"), person(f"p-{user.pk}", "wx2", "v"))

        ends = at_once(*(connecting(user, each) for each in two))

        assert sorted(ends) == ["SocialAccountExists", "done"]
        assert user.social_accounts.count() == 1
        SocialAccount.objects.all().delete()


def test_control_without_the_lock_of_the_account_both_are(monkeypatch):
    together = Barrier(2)

    def read(user_id):
        return User.objects.get(pk=user_id)

    def look_then_wait(identity):
        found = accounts_find(identity)
        together.wait(timeout=30)
        return found

    accounts_find = accounts.find
    user = UserFactory()
    monkeypatch.setattr(accounts.locks, "lock_active_user", read)
    monkeypatch.setattr(accounts, "find", look_then_wait)
    monkeypatch.setattr(accounts, "_connect", unwrap(accounts._connect))
    two = (person("o-1", "wx1", "u-1"), person("o-2", "wx2", "u-2"))

    ends = at_once(*(connecting(user, each) for each in two))

    assert ends == ["done", "done"]
    assert user.social_accounts.count() == 2


def test_a_ticket_that_is_used_twice_at_once_counts_once():
    users = UserFactory.create_batch(2)
    acts = [connecting(user, person(f"o-{user.pk}"), nonce="n") for user in users]

    ends = at_once(*acts)

    assert sorted(ends) == ["SocialLoginExpired", "done"]
    assert SocialAccount.objects.count() == 1
