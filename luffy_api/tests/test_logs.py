"""Lines of the log: text or JSON, the request's id through to tasks, and what is slow."""

import json
import logging
import logging.config
import sys

import pytest
from django.conf import settings as site_settings
from django.db import connection
from django_guid.context import guid

from luffy_api.apps.user.models import User
from luffy_api.common import slow_queries
from luffy_api.common.log_formats import JsonFormatter, TextFormatter
from luffy_api.common.media_queue import MEDIA
from luffy_api.common.task_queue import SqliteHuey
from luffy_api.common.task_tracing import TracedHuey
from luffy_api.tests.loaded_settings import DEV, refusal, run

__all__ = ["refusal", "run"]

pytestmark = pytest.mark.any_database
REQUEST = "0123456789abcdef0123456789abcdef"


def record(message: str, *args, **extra) -> logging.LogRecord:
    made = logging.LogRecord("luffy", logging.ERROR, __file__, 1, message, args, None)
    made.__dict__.update(extra)
    return made


@pytest.mark.parametrize("moment", [0.0, 1796000000.0, 1796000000.0004, 1796000000.9996, 5e9])
def test_a_text_has_the_time_that_logging_writes(moment):
    made, after = record("付款 %s", "A1"), record("再来")
    made.created, made.msecs = moment, moment % 1 * 1000
    after.created, after.msecs = moment + 60, 7.0
    ours, theirs = (
        of("{asctime} {message}", style="{") for of in (TextFormatter, logging.Formatter)
    )

    assert [ours.format(each) for each in (made, after, made)] == [
        theirs.format(each) for each in (made, after, made)
    ]


class TestJson:
    def test_a_record_is_one_object_on_one_line(self):
        made = record("付款 %s\n第二行", "A1", correlation_id=REQUEST, fields={"status": 200})

        line = JsonFormatter().format(made)

        assert "\n" not in line
        found = json.loads(line)
        assert found.pop("time").endswith("+08:00")
        assert found == {
            "level": "ERROR",
            "logger": "luffy",
            "request_id": REQUEST,
            "message": "付款 A1\n第二行",
            "status": 200,
        }

    def test_an_exception_is_in_it(self):
        try:
            raise ValueError("wrong")
        except ValueError:
            made = record("failed")
            made.exc_info = sys.exc_info()

        assert "ValueError: wrong" in json.loads(JsonFormatter().format(made))["exception"]

    def test_of_extras_only_fields_are_written(self, rf):
        made = record("x", request=rf.get("/files/signature/?search=secret"), fields={"a": {1, 2}})

        line = JsonFormatter().format(made)

        assert "secret" not in line
        assert "signature" not in line
        assert json.loads(line)["a"]

    @pytest.mark.parametrize("form", ["text", "json"])
    def test_the_setting_chooses_the_form(self, run, form):
        shown = run({**DEV, "LOG_FORMAT": form}, "s.LOGGING['handlers']['console']['formatter']")

        assert shown == (0, form)

    @pytest.mark.parametrize(("form", "begin"), [("text", "2"), ("json", "{")])
    def test_both_forms_can_be_made(self, form, begin):
        make = logging.config.DictConfigurator({"version": 1}).configure_formatter
        formatter = make(dict(site_settings.LOGGING["formatters"][form]))

        assert formatter.format(record("x", correlation_id=REQUEST)).startswith(begin)

    @pytest.mark.parametrize(
        ("name", "value"),
        [("LOG_FORMAT", "xml"), ("SLOW_QUERY_MS", "-1"), ("SLOW_REQUEST_MS", "s")],
    )
    def test_another_value_is_refused(self, refusal, name, value):
        assert name in refusal({**DEV, name: value})


class TestRequestId:
    @pytest.fixture
    def queue(self, tmp_path):
        return SqliteHuey(name="test", filename=str(tmp_path / "queue.sqlite3"), immediate=False)

    @pytest.fixture
    def seen(self):
        return []

    @pytest.fixture
    def request_id(self):
        token = guid.set(REQUEST)
        yield REQUEST
        guid.reset(token)

    def work(self, queue):
        """What a worker does, in a context without a request."""
        token = guid.set(None)
        while (task := queue.dequeue()) is not None:
            queue.execute(task)
            assert guid.get() is None
        guid.reset(token)

    def test_it_travels_with_a_task_to_the_tasks_that_it_queues(self, queue, seen, request_id):
        @queue.task()
        def inner():
            seen.append(("inner", guid.get()))

        @queue.task()
        def outer():
            seen.append(("outer", guid.get()))
            inner()

        outer()
        self.work(queue)

        assert seen == [("outer", REQUEST), ("inner", REQUEST)]

    def test_a_task_that_repeats_itself_keeps_it(self, queue, seen, request_id):
        @queue.task(retries=1)
        def failing():
            seen.append(guid.get())
            raise ValueError

        failing()
        self.work(queue)

        assert seen == [REQUEST, REQUEST]

    def test_a_task_without_a_request_gets_one_of_its_own(self, queue, seen):
        @queue.task()
        def scheduled():
            seen.append(guid.get())

        token = guid.set(None)
        scheduled()
        scheduled()
        guid.reset(token)
        self.work(queue)

        assert len(set(seen)) == 2
        assert all(len(each) == 32 for each in seen)

    def test_a_result_and_a_revocation_still_find_their_task(self, queue, seen, request_id):
        @queue.task()
        def answer():
            return 42

        handle, revoked = answer(), answer()
        revoked.revoke()
        self.work(queue)

        assert handle.get() == 42
        assert revoked.get() is None

    def test_the_queue_of_conversions_does_the_same(self):
        assert isinstance(MEDIA, TracedHuey)


@pytest.mark.django_db
class TestSlow:
    @pytest.fixture(autouse=True)
    def _nothing_logged_yet(self, monkeypatch):
        monkeypatch.setattr(slow_queries, "_logged", {})

    def lines(self, caplog, logger: str) -> list[logging.LogRecord]:
        return [record for record in caplog.records if record.name == logger]

    def test_a_slow_statement_is_logged_once_without_its_parameters(self, settings, caplog):
        settings.SLOW_QUERY_SECONDS = 1e-9
        with slow_queries.watched("task test"):
            for _ in range(3):
                assert not User.objects.filter(username="somebody-13800000000").exists()

        (line,) = self.lines(caplog, "luffy.slow_query")
        assert line.levelno == logging.WARNING
        assert "slow query in task test" in line.getMessage()
        assert "luffy_user" in line.fields["sql"]
        assert "%s" in line.fields["sql"]
        assert "somebody" not in str(line.__dict__)

    def test_it_names_the_route_of_the_request(self, settings, caplog, client):
        settings.SLOW_QUERY_SECONDS = 1e-9

        client.get("/api/v1/course/123456/")

        lines = self.lines(caplog, "luffy.slow_query")
        assert {line.fields["route"] for line in lines} == {"/api/v1/course/<int:pk>/"}

    @pytest.mark.parametrize("limit", [0, 60])
    def test_quick_statements_and_a_limit_of_0_log_nothing(self, settings, caplog, client, limit):
        settings.SLOW_QUERY_SECONDS = settings.SLOW_REQUEST_SECONDS = limit

        client.get("/api/v1/course/")

        assert self.lines(caplog, "luffy.slow_query") == []
        assert [line.levelname for line in self.lines(caplog, "luffy.access")] == ["INFO"]

    def test_a_slow_request_is_a_warning_with_its_route(self, settings, caplog, client):
        settings.SLOW_REQUEST_SECONDS = 1e-9

        client.get("/api/v1/course/", {"page": 1})

        (line,) = self.lines(caplog, "luffy.access")
        assert line.levelno == logging.WARNING
        assert line.fields["route"] == "/api/v1/course/"
        assert (line.fields["status"], line.fields["method"]) == (200, "GET")

    def test_a_statement_is_watched_once_and_takes_away_nobody_elses_wrapper(self):
        def other(execute, *args):
            return execute(*args)

        connection.execute_wrappers.clear()

        with connection.execute_wrapper(other):
            for _ in range(2):
                with slow_queries.watched("test"):
                    pass
            assert connection.execute_wrappers == [slow_queries._watch, other]

        assert connection.execute_wrappers == [slow_queries._watch]
