"""The version of what is public: when it stays, when it ends, and without a database."""

import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError, connection

from luffy_api.apps.publishing import publications, versions
from luffy_api.apps.publishing.models import Publication
from luffy_api.apps.publishing.versions import Versions
from luffy_api.tests.redis_server import wait_until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def known():
    return Versions()


def _fail(*_):
    raise OperationalError("gone")


def label(known: Versions):
    version = known.now()
    assert version
    return version.label


def test_it_stays_the_same_and_is_read_once_a_second(known, django_assert_num_queries, monkeypatch):
    # A busy machine takes its time for ten questions
    monkeypatch.setattr(versions, "READ_AFTER", 60)
    monkeypatch.setattr(versions, "GOOD_FOR", 60)
    first = label(known)

    with django_assert_num_queries(0):
        assert [label(known) for _ in range(10)] == [first] * 10


def test_a_publication_ends_it_within_a_second(known):
    first = label(known)

    publications.publish()
    time.sleep(versions.GOOD_FOR)

    assert label(known) != first


def test_the_process_that_has_published_knows_at_once(known, monkeypatch):
    monkeypatch.setattr(publications, "versions", known)
    first = label(known)

    publications.publish()

    assert label(known) != first


def test_a_smaller_id_that_was_committed_later_ends_it(known):
    Publication.objects.create(pk=1000, kind=Publication.Kind.CONTENT)
    first = label(known)

    Publication.objects.create(pk=999, kind=Publication.Kind.CONTENT)
    known.expire()

    assert label(known) != first


def test_it_ends_at_the_moments_at_which_something_changes_by_itself(known):
    moment = datetime.now(UTC) + timedelta(seconds=0.3)
    known.change_by_themselves(lambda after: moment if after < moment else None)
    first = label(known)

    wait_until(lambda: datetime.now(UTC) >= moment)

    assert label(known) != first
    assert label(known) == label(known)


def test_an_answer_may_be_some_seconds_older_than_a_number_of_students(known, monkeypatch):
    first = known.now()
    assert first
    made = first.made()
    publications.publish(Publication.Kind.STUDENTS)
    known.expire()
    version = known.now()
    assert version

    assert version.label == first.label
    assert version.holds(made)
    assert version.holds(version.made())
    monkeypatch.setattr(versions, "STUDENTS_AGE", 0.0)
    assert not version.holds(made)
    assert version.holds(version.made())


def test_nothing_holds_for_ever(known, monkeypatch):
    version = known.now()
    assert version
    made = version.made()

    assert version.holds(made)
    assert not version.holds(made, max_age=0)


def test_without_a_database_there_is_none_and_nobody_asks_again_at_once(known):
    asked = []

    def fail(*_):
        asked.append(1)
        raise OperationalError("gone")

    with connection.execute_wrapper(fail):
        assert known.now() is None
        assert known.now() is None

    assert len(asked) == 1


def test_who_has_just_changed_something_asks_at_once(known):
    with connection.execute_wrapper(_fail):
        assert known.now() is None

    known.expire()

    assert known.now()


def test_one_thread_reads_while_others_wait(known):
    asked, found = [], []

    def count(execute, sql, *args):
        if "luffy_publication" in sql:  # a new connection asks its server what it is
            asked.append(1)
        return execute(sql, *args)

    def read():
        with connection.execute_wrapper(count):
            found.append(known.now())
        connection.close()

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len({version.label for version in found}) == 1
    assert len(asked) == 1
