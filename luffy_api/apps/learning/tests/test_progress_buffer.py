"""Reports on their way to the database: in this process, in Redis, and from both into the rows."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection

from luffy_api.apps.learning import pending, progress, progress_buffer, watch_time
from luffy_api.apps.learning.models import SectionProgress
from luffy_api.apps.learning.pending import LocalStore, Pending
from luffy_api.apps.learning.selectors import watched_videos
from luffy_api.apps.learning.watch_time import WatchState
from luffy_api.common.redis_circuit import circuit
from luffy_api.tests.factories import EnrollmentFactory, SectionFactory, UserFactory
from luffy_api.tests.processes.clients import in_threads
from luffy_api.tests.redis_server import NEEDS_REDIS, RedisServer

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 28, 4, tzinfo=UTC)


@pytest.fixture
def clock():
    """Stands still until it is moved: `clock.shift(seconds)`."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def section():
    return SectionFactory(duration=600)


@pytest.fixture
def student(section):
    return EnrollmentFactory(course=section.chapter.course).user


@pytest.fixture(params=["process", pytest.param("redis", marks=NEEDS_REDIS)])
def store(request, settings, tmp_path):
    """Where reports wait; the server, or None."""
    if request.param == "process":
        yield None
        return
    server = RedisServer(tmp_path)
    settings.REDIS_URL = server.url
    circuit.close()
    yield server
    server.kill()
    circuit.close()


def report(user, section, position):
    return progress.save_progress(user_id=user.pk, section_id=section.pk, position=position)


def stored(**where):
    return SectionProgress.objects.values_list("position", "watched").get(**where)


def flush():
    progress_buffer.flush_all()


def test_reports_wait_and_become_one_write(
    store, student, section, clock, django_assert_num_queries
):
    report(student, section, 0)
    flush()
    for position in (10, 20, 30):
        clock.shift(10)
        with django_assert_num_queries(1):
            told = report(student, section, position)

    assert (told.position, told.watched) == (30, 30)
    assert stored() == (0, 0)
    # The rows, all of them written by one, and the savepoint of a test; for the day the course,
    # the rows that there are, the first one, again, and what is added.
    with django_assert_num_queries(9):
        flush()
    assert stored() == (30, 30)
    with django_assert_num_queries(0):
        flush()


def test_whoever_reads_sees_what_was_just_reported(store, student, section, clock):
    report(student, section, 0)
    clock.shift(10)
    report(student, section, 10)
    course_id = section.chapter.course_id

    watched = watched_videos(user_id=student.pk, course_ids=[course_id])[course_id]

    assert watched.seconds == 10
    assert stored() == (10, 10)


def test_a_deleted_row_does_not_keep_the_others_from_being_written(store, student, section, clock):
    others = [EnrollmentFactory(course=section.chapter.course).user for _ in range(2)]
    for user in (student, *others):
        report(user, section, 0)
    clock.shift(10)
    for user in (student, *others):
        report(user, section, 10)
    SectionProgress.objects.filter(user=student).delete()

    flush()

    assert set(SectionProgress.objects.values_list("position", "watched")) == {(10, 10)}
    assert progress_buffer._local.backlog() == (0, 0.0)
    assert store is None or progress_buffer._redis.backlog() == (0, 0.0)


def test_a_row_that_got_the_id_of_another_student_is_left_alone(store, student, section, clock):
    report(student, section, 0)
    clock.shift(10)
    report(student, section, 10)
    SectionProgress.objects.update(user=UserFactory(), position=3)

    flush()

    assert stored() == (3, 0)


def test_a_report_during_the_flush_is_kept_and_goes_on_from_it(
    store, student, section, clock, monkeypatch
):
    report(student, section, 0)
    clock.shift(10)
    report(student, section, 10)
    write = progress_buffer._write

    def write_while_watching(students):
        late = write(students)
        clock.shift(10)
        report(student, section, 20)
        return late

    monkeypatch.setattr(progress_buffer, "_write", write_while_watching)
    flush()
    monkeypatch.undo()
    assert stored() == (10, 10)

    clock.shift(10)
    report(student, section, 30)
    flush()

    assert stored() == (30, 30)
    # Two seconds for each of thirty, as if nothing had been flushed between
    assert SectionProgress.objects.get().budget == 30_000


def test_the_sections_of_a_student_keep_their_order(store, student, section, clock):
    other = SectionFactory(chapter=section.chapter)
    for each in (section, other):
        report(student, each, 0)
    clock.shift(10)
    report(student, other, 10)
    clock.shift(10)
    report(student, section, 10)

    flush()

    latest = SectionProgress.objects.latest("updated_time")
    assert latest.section == section


@pytest.mark.parametrize("limit", [0, 1])
def test_beyond_the_limit_of_memory_rows_are_written_at_once(
    student, section, clock, settings, limit
):
    settings.PROGRESS_BUFFER_ROWS = limit
    users = [student, EnrollmentFactory(course=section.chapter.course).user]
    for user in users:
        report(user, section, 0)
    clock.shift(10)
    for user in users:
        report(user, section, 10)

    assert [stored(user=user)[0] for user in users].count(10) == 2 - limit


@pytest.mark.django_db(transaction=True)
def test_players_that_report_at_once_do_not_spend_the_same_time_twice(store, student, section):
    began, together = datetime.now(UTC) - timedelta(seconds=10), threading.Barrier(8)
    SectionProgress.objects.create(user=student, section=section, reported_at=began)

    def send(number):
        together.wait(timeout=30)
        report(student, section, 10 + number * 20)

    in_threads(send, 8)
    flush()

    elapsed = (datetime.now(UTC) - began).total_seconds()
    assert SectionProgress.objects.get().watched <= 2 * elapsed


@NEEDS_REDIS
@pytest.mark.django_db(transaction=True)
def test_control_without_the_comparison_they_do(store, student, section, monkeypatch):
    if store is None:
        pytest.skip("about Redis")
    blind = pending._SAVE.replace("found ~= ARGV[2]", "found == 'never'")
    assert blind != pending._SAVE
    monkeypatch.setattr(pending, "_SAVE", blind)
    began = datetime.now(UTC) - timedelta(seconds=60)
    SectionProgress.objects.create(user=student, section=section, reported_at=began)
    together, real = threading.Barrier(2), watch_time.apply_heartbeat

    def read_together(before, **heartbeat):
        together.wait(timeout=30)
        return real(before, **heartbeat)

    monkeypatch.setattr(watch_time, "apply_heartbeat", read_together)

    told = in_threads(lambda number: report(student, section, 60), 2)

    # Both have been told that the same minute is theirs
    assert [each.watched >= 60 for each in told] == [True, True]


@pytest.mark.django_db(transaction=True)
def test_two_who_flush_at_once_write_the_same(store, student, section):
    report(student, section, 0)
    report(student, section, 5)

    in_threads(lambda _: flush(), 4)

    assert stored()[0] == 5


@NEEDS_REDIS
@pytest.mark.parametrize("fault", ["kill", "fill", "freeze", "lock"])
def test_without_redis_this_process_goes_on_and_nothing_is_lost(
    settings, tmp_path, student, section, clock, fault
):
    server = RedisServer(tmp_path)
    settings.REDIS_URL = server.url
    circuit.close()
    report(student, section, 0)
    flush()
    clock.shift(10)
    try:
        getattr(server, fault)()
        told = report(student, section, 10)
        flush()
        assert (told.watched, stored()) == (10, (10, 10))
    finally:
        server.kill()
        circuit.close()


def state(position, seconds, budget, second):
    return WatchState(position, seconds, budget, NOON + timedelta(seconds=second))


BASE = state(0, 100, 20_000, 0)


def test_two_who_did_not_know_of_each_other_never_spend_more_than_the_time():
    # Given a minute of two processes that go on from the same row
    one, other = BASE, BASE
    for second in range(10, 61, 10):
        now = NOON + timedelta(seconds=second)
        one = watch_time.apply_heartbeat(one, position=second, duration=0, now=now)
        other = watch_time.apply_heartbeat(other, position=2 * second, duration=0, now=now)

    both = watch_time.merge(one, other)

    # Then what is counted and what may still be spent are no more than twice the time
    assert both.seconds * 1000 + both.budget <= BASE.seconds * 1000 + BASE.budget + 120_000
    assert both == watch_time.merge(other, one) == watch_time.merge(both, one)
    assert both.seconds == max(one.seconds, other.seconds)


def test_a_row_that_somebody_else_has_written_is_merged_and_an_older_one_is_not():
    waiting = Pending(state(50, 130, 1000, 30), BASE.reported_at)

    assert waiting.onto(BASE, None) == waiting
    newer = state(70, 110, 500, 40)
    merged = waiting.onto(newer, None)
    assert merged == Pending(state(70, 130, 500, 40), newer.reported_at)
    older = state(20, 140, 5000, 20)
    assert waiting.onto(older, None).state == state(50, 140, 1000, 30)


def test_what_was_reported_before_the_count_began_anew_is_no_part_of_it():
    waiting = Pending(state(50, 130, 1000, 30), BASE.reported_at)
    began = NOON + timedelta(seconds=35)
    anew = WatchState(0, 0, 20_000, began)

    told = waiting.onto(anew, began)

    assert told == Pending(WatchState(50, 0, 1000, began), began)
    # What goes on from there, and what was reported of the row since, is.
    assert told.onto(anew, began) == told
    later = state(70, 4, 500, 40)
    assert Pending(later, began).onto(anew, began).state == later
    # The row was written since by a process that did not know of it.
    assert waiting.onto(later, began).state == later
    assert not waiting.is_before(None)
    assert Pending(BASE, None).is_before(began)


def test_a_chain_that_was_written_on_the_way_goes_on_from_there():
    store = LocalStore()
    first = store.report(1, 7, lambda _: Pending(state(10, 10, 0, 10), BASE.reported_at), limit=9)
    written = store.oldest(10)[1]
    store.report(1, 7, lambda before: Pending(state(20, 20, 0, 20), before.base), limit=9)

    store.remove(1, written)

    assert first == written[7]
    assert store.of(1) == {7: Pending(state(20, 20, 0, 20), first.state.reported_at)}
    store.remove(1, store.of(1))
    assert (store.backlog(), store.of(1)) == ((0, 0.0), {})


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer")
@pytest.mark.django_db(transaction=True)
def test_batches_that_meet_do_not_deadlock(student, section):
    users = [student, *(EnrollmentFactory(course=section.chapter.course).user for _ in range(20))]
    for user in users:
        report(user, section, 0)
    flush()
    rows = dict(SectionProgress.objects.values_list("user_id", "pk"))
    told = Pending(WatchState(9, 0, 0, datetime.now(UTC)), None)

    def write(number):
        turn = users[:: -1 if number % 2 else 1]
        progress_buffer._write({user.pk: {rows[user.pk]: told} for user in turn})

    in_threads(write, 6)

    assert set(SectionProgress.objects.values_list("position", flat=True)) == {9}
