"""Of two machines that start together one migrates, and the other waits."""

from io import StringIO
from threading import Event, Thread

import pytest
from django.core.management import call_command
from django.db import connection, connections

from luffy_api.common.migration_lock import MigrationLockTimeout, migration_lock

pytestmark = pytest.mark.django_db(transaction=True)


def migrate(out: StringIO, done: Event) -> None:
    """What a second machine does."""
    call_command("migrate", verbosity=0, interactive=False, stdout=out)
    done.set()
    connections.close_all()


def test_a_second_process_waits_until_the_first_has_migrated():
    out, done = StringIO(), Event()
    other = Thread(target=migrate, args=(out, done))

    with migration_lock(connection, on_wait=pytest.fail):
        other.start()
        assert not done.wait(1)

    other.join(60)
    assert done.is_set()
    assert out.getvalue() == "Another process brings this database up to date; waiting for it.\n"


def test_control_without_another_process_it_migrates_at_once():
    out = StringIO()

    migrate(out, Event())

    assert out.getvalue() == ""


def test_nobody_waits_for_ever():
    told = []

    with (
        migration_lock(connection, on_wait=pytest.fail),
        pytest.raises(MigrationLockTimeout),
        migration_lock(connection, on_wait=lambda: told.append(1), seconds=0.3),
    ):
        pytest.fail("both hold the lock")

    assert told == [1]


def test_the_lock_of_one_that_failed_is_free():
    with pytest.raises(ZeroDivisionError), migration_lock(connection, on_wait=pytest.fail):
        raise ZeroDivisionError

    with migration_lock(connection, on_wait=pytest.fail):
        pass
