"""Which database a query goes to, and whether a replica may be read, without a server."""

import time
from threading import Event

import pytest
from django.db import OperationalError
from django.http import Http404

from luffy_api.apps.course.models import Course, CourseCategory, Enrollment
from luffy_api.apps.home.models import Banner
from luffy_api.apps.order.models import Order, OrderPayment, Refund
from luffy_api.apps.user.models import User
from luffy_api.common import replica
from luffy_api.common.mysql import gtid
from luffy_api.common.mysql.gtid import LagUnknown, ReplicaLag
from luffy_api.common.mysql.silence import silence_of
from luffy_api.common.replica import ReplicaRouter, ReplicaWatch
from luffy_api.tests.redis_server import wait_until

ROUTER = ReplicaRouter()


@pytest.fixture
def reading():
    """A request that may read the replica."""
    token = replica._reading.set(replica._Reading())
    yield
    replica._reading.reset(token)


@pytest.mark.parametrize("model", [Course, CourseCategory, Banner])
def test_the_catalogue_is_read_from_the_replica_where_a_view_allows_it(reading, model):
    assert ROUTER.db_for_read(model) == replica.ALIAS


@pytest.mark.parametrize("model", [Order, OrderPayment, Refund, User, Enrollment])
def test_money_access_and_people_are_not(reading, model):
    assert ROUTER.db_for_read(model) is None


def test_nothing_is_without_a_view_that_allows_it():
    assert ROUTER.db_for_read(Course) is None


def test_a_request_that_has_written_reads_the_primary(reading):
    assert ROUTER.db_for_write(User) == replica.PRIMARY

    assert ROUTER.db_for_read(Course) is None


def test_migrations_leave_the_replica_alone():
    assert ROUTER.allow_migrate(replica.ALIAS, "course") is False
    assert ROUTER.allow_migrate(replica.PRIMARY, "course") is None


@pytest.fixture
def quick(monkeypatch, settings):
    settings.DATABASE_REPLICA_MAX_LAG = 5
    monkeypatch.setattr(replica, "LOOK_INTERVAL", 0.01)
    monkeypatch.setattr(replica, "IDLE_SECONDS", 0.2)


class TestWatch:
    pytestmark = pytest.mark.usefixtures("quick")

    @pytest.mark.parametrize(("lag", "usable"), [(0.0, True), (5.0, True), (5.1, False)])
    def test_a_replica_may_be_behind_by_so_much(self, lag, usable):
        watch = ReplicaWatch(lambda: lag)

        watch.is_usable()
        wait_until(lambda: watch.lag == lag)

        assert watch.is_usable() is usable

    def test_nobody_waits_for_the_first_look(self):
        looked = Event()
        watch = ReplicaWatch(lambda: 0.0 if looked.wait(30) else 1.0)

        assert not watch.is_usable()

        assert not looked.is_set()
        looked.set()
        wait_until(watch.is_usable)

    def test_a_look_that_hangs_makes_it_unusable(self, monkeypatch):
        monkeypatch.setattr(replica, "GOOD_FOR", 0.1)
        seconds = iter([0.0])

        def look() -> float:
            time.sleep(next(seconds, 1.0))
            return 0.0

        watch = ReplicaWatch(look)
        watch.is_usable()
        wait_until(watch.is_usable)

        wait_until(lambda: not watch.is_usable())

    @pytest.mark.parametrize("error", [LagUnknown, OperationalError, RuntimeError])
    def test_what_cannot_be_told_is_not_usable(self, error):
        answers = [0.0]

        def look() -> float:
            if answers:
                return answers.pop()
            raise error

        watch = ReplicaWatch(look)
        watch.is_usable()

        wait_until(lambda: not answers)
        wait_until(lambda: watch.lag == float("inf"))
        assert not watch.is_usable()

    def test_failures_of_reads_make_the_pauses_longer(self, monkeypatch):
        monkeypatch.setattr(replica, "FIRST_PAUSE", 0.05)
        watch = ReplicaWatch(lambda: 0.0)
        watch.is_usable()
        wait_until(watch.is_usable)
        pauses = []
        for _ in range(4):
            watch.note_failure(OperationalError())
            assert not watch.is_usable()
            pauses.append(watch._pause)

        assert pauses == [0.05, 0.1, 0.2, 0.4]
        wait_until(watch.is_usable)

    def test_the_thread_ends_when_nobody_asks_and_begins_anew(self):
        watch = ReplicaWatch(lambda: 0.0)
        watch.is_usable()
        wait_until(lambda: watch._thread is None)

        wait_until(watch.is_usable)

    def test_without_threads_the_primary_is_read(self, no_threads):
        with no_threads():
            assert not ReplicaWatch(lambda: 0.0).is_usable()


class TestLag:
    """By the positions that two servers tell, one after the other."""

    @pytest.fixture
    def positions(self, monkeypatch):
        told: dict[str, str] = {}

        def position(alias: str, variable: str) -> gtid.Position:
            if not told[alias]:
                raise LagUnknown
            return gtid.parse(told[alias])

        monkeypatch.setattr(gtid, "_position", position)
        return told

    @pytest.fixture
    def lag(self):
        return ReplicaLag(primary="default", replica="replica")

    def test_it_is_the_time_since_what_the_replica_has_was_new(self, positions, lag, time_machine):
        positions.update(default="0-1-10", replica="0-1-10")
        assert lag() == 0
        positions.update(default="0-1-11")
        time.sleep(0.05)
        assert 0.05 <= lag() < 5
        positions.update(default="0-1-12,3-1-7", replica="0-1-11")
        time.sleep(0.05)
        assert 0.05 <= lag() < 5
        positions.update(replica="0-1-12,3-1-7,4-9-9")
        assert lag() == 0

    def test_a_new_primary_goes_on_counting(self, positions, lag):
        positions.update(default="0-2-11", replica="0-1-10")
        with pytest.raises(LagUnknown):
            lag()
        positions.update(replica="0-2-11")
        assert lag() == 0

    @pytest.mark.parametrize("alias", ["default", "replica"])
    def test_without_a_binary_log_nobody_can_tell(self, positions, lag, alias):
        positions.update(default="0-1-10", replica="0-1-10")
        positions[alias] = ""

        with pytest.raises(LagUnknown):
            lag()

    def test_what_was_never_seen_is_unknown(self, positions, lag):
        positions.update(default="0-1-10", replica="0-1-9")

        with pytest.raises(LagUnknown):
            lag()


def test_a_silent_replica_says_nothing_about_the_primary():
    silence_of("somewhere").note_timeout(began=time.monotonic())

    assert silence_of("somewhere").limit() < 10
    assert silence_of("elsewhere").limit() > 10
    assert silence_of("somewhere") is silence_of("somewhere")


def test_other_errors_are_not_tried_twice(monkeypatch):
    monkeypatch.setattr(replica, "is_configured", lambda: True)
    monkeypatch.setattr(replica.watch, "is_usable", lambda: True)
    calls = []

    @replica.catalogue_read
    def action(view, request):
        calls.append(replica._reading.get())
        raise Http404

    class Request:
        class user:
            is_staff = False

    with pytest.raises(Http404):
        action(None, Request())

    assert [reading.on_replica for reading in calls] == [True]
