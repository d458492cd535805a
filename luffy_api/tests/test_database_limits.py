"""What an allowance leaves, which requests have one, and pages that need no database."""

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client, RequestFactory

from luffy_api.common.database_limits import (
    STATEMENT_SECONDS,
    TASK_STATEMENT_SECONDS,
    Allowance,
    DatabaseLimitsMiddleware,
    DatabaseTimeout,
    at_most,
    current,
    limited,
)
from luffy_api.common.mysql.silence import PAUSE_SECONDS, PROBE_SECONDS, Silence
from luffy_api.common.task_queue import SqliteHuey


def allowance_at(path: str) -> Allowance:
    seen = []

    def view(request):
        seen.append(current())
        return HttpResponse()

    DatabaseLimitsMiddleware(view)(RequestFactory().get(path))
    return seen[0]


def test_an_api_request_has_a_total_and_an_import_of_the_back_office_has_none():
    assert allowance_at("/api/v1/course/").left == STATEMENT_SECONDS
    office = allowance_at("/admin/course/course/import/")
    for _ in range(10):
        office.spend(STATEMENT_SECONDS - 1, timed_out=False)
    assert office.take() == STATEMENT_SECONDS
    assert current() is None


def test_nothing_is_left_after_a_statement_that_timed_out():
    office = allowance_at("/admin/")
    office.spend(1, timed_out=True)

    with pytest.raises(DatabaseTimeout):
        office.take()


def test_statements_of_one_request_share_its_time():
    request = allowance_at("/api/v1/course/")
    for _ in range(100):
        request.spend(0.01, timed_out=False)
    assert request.take() == STATEMENT_SECONDS
    request.spend(STATEMENT_SECONDS - 1, timed_out=False)
    assert 1 <= request.take() < 1.1
    request.spend(1.1, timed_out=False)
    with pytest.raises(DatabaseTimeout):
        request.take()


def test_an_inner_limit_is_never_longer():
    with limited(Allowance(STATEMENT_SECONDS, 0.5)), at_most(2):
        assert current().take() == 0.5
    with at_most(2):
        assert current().take() == 2


def test_a_task_waits_longer_than_a_request(tmp_path):
    huey = SqliteHuey(name="test", filename=str(tmp_path / "queue.sqlite3"), immediate=True)
    seen = huey.task(name="look")(lambda: current().take())()

    assert seen() == TASK_STATEMENT_SECONDS


class Clock:
    """The monotonic clock of `silence`."""

    def __init__(self, monkeypatch):
        self.now = 1000.0
        monkeypatch.setattr("luffy_api.common.mysql.silence.time", self)

    def monotonic(self) -> float:
        return self.now


def test_one_slow_statement_is_not_a_silent_database(monkeypatch):
    clock, silence = Clock(monkeypatch), Silence()
    clock.now += 1
    silence.note_answer()
    silence.note_timeout(began=clock.now - 3)
    assert silence.limit() > 100

    silence.note_timeout(began=clock.now + 1)
    assert silence.limit() == silence.limit() == PROBE_SECONDS


def test_a_silent_database_is_tried_by_one_request_at_a_time(monkeypatch):
    clock, silence = Clock(monkeypatch), Silence()
    silence.note_timeout(began=clock.now)
    silence.note_timeout(began=clock.now)
    with pytest.raises(DatabaseTimeout):
        silence.limit()
    clock.now += PAUSE_SECONDS
    assert silence.limit() == PROBE_SECONDS
    with pytest.raises(DatabaseTimeout):
        silence.limit()
    silence.note_answer()
    assert silence.limit() > 100


@pytest.fixture
def visitor():
    client = Client(raise_request_exception=False)
    client.cookies.load({"sessionid": "s" * 32, "csrftoken": "c" * 32, "messages": "m"})
    return client


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("path", ["/pay/success", "/nowhere", "/healthz"])
def test_a_page_needs_no_database(cut, visitor, path):
    before = visitor.get(path)

    cut(True)
    answer = visitor.get(path)

    assert (answer.status_code, answer.content) == (before.status_code, before.content)
    assert connection.connection is None


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("path", ["/", "/course/1"])
def test_a_page_comes_without_the_answers_that_need_a_database(cut, visitor, path):
    visitor.get(path)

    cut(True)
    answer = visitor.get(path)

    assert answer.status_code == 200
    assert '<div id="app">' in answer.content.decode()
    assert "data-answer" not in answer.content.decode()
    assert connection.connection is None
