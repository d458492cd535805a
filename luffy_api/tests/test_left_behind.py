"""Tests with transactions share a connection to SQLite; none finds what another one has left."""

import pytest
from django.contrib.auth.models import Group
from django.db import connection, transaction

from luffy_api.apps.user.models import User
from luffy_api.tests.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


def leave_a_transaction():
    transaction.set_autocommit(False)
    UserFactory()


def leave_rows():
    UserFactory()
    Group.objects.all().delete()


@pytest.mark.parametrize("number", range(4))
def test_every_test_begins_as_the_first_one(number):
    assert not User.objects.exists()
    assert Group.objects.exists()
    assert connection.get_autocommit()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            assert cursor.execute("PRAGMA foreign_keys").fetchone() == (1,)
            assert cursor.execute("PRAGMA synchronous").fetchone() == (2,)

    leave = leave_a_transaction if number == 1 else leave_rows
    leave()
