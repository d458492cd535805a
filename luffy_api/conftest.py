"""Shared fixtures: clients, users, storage folders."""

import gc
import os
import re
import socket
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from _pytest import fixtures
from django.apps import apps
from django.core.cache import cache
from django.core.files.storage import storages
from django.db import connection
from django.db.models import FileField
from django.test import TransactionTestCase
from django.test.client import ClientMixin
from pytest_django import DjangoDbBlocker
from rest_framework.test import APIClient

from luffy_api.apps.user import tokens
from luffy_api.apps.user.models import User
from luffy_api.tests.baseline import Baseline
from luffy_api.tests.database_template import migrated_once
from luffy_api.tests.quick_login import force_login

LIBS = Path(__file__).parent / "libs"
# Where chance decides what meets: one failure in a hundred runs is a fault of ours, see decision
# 0043.
NEVER_REPEATED = re.compile(r"order|pay|refund|bill|race|crash|deadlock|nodes|alipay|wechat|access")
# Seconds after which a worker waits no longer for the first one to have read the tests.
READ_AFTER = 120
DATABASE_FIXTURES = {"db", "transactional_db", "live_server"}


def pytest_sessionstart(session: pytest.Session) -> None:
    """Lets a worker tell its reruns at once.

    pytest-rerunfailures sends two messages for each test. The second one waited for the
    acknowledgement of the first, which Linux delays by 40 ms: a third of all tests is shorter.
    """
    told = getattr(session.config, "failures_db", None)
    if hasattr(session.config, "workerinput") and told:
        told.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    # The fixture `request` is defined anew some twenty times for each test, with a signature that
    # is inspected: an eighth of what pytest takes. It has no arguments.
    names = fixtures.getfuncargnames
    fixtures.getfuncargnames = lambda function, name="", **how: (
        () if name == "request" else names(function, name=name, **how)
    )


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Generator[None, object, object]:
    """Lets one worker read the tests before the others, where TESTS_READ names a file.

    It makes the file afterwards. On a fresh clone half of the time goes into what Python compiles
    and pytest rewrites; who comes later finds it done.
    """
    worker = getattr(session.config, "workerinput", {}).get("workerid")
    if not worker or "TESTS_READ" not in os.environ:
        return (yield)
    file = Path(os.environ["TESTS_READ"])
    end = time.monotonic() + READ_AFTER
    while worker != "gw0" and not file.exists() and time.monotonic() < end:
        time.sleep(0.1)
    try:
        return (yield)
    finally:
        file.touch()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks tests that use no database: they run once, not on every kind of database.

    And those of money and of access, which `--reruns` does not repeat.
    """
    for item in items:
        if NEVER_REPEATED.search(item.nodeid):
            item.add_marker(pytest.mark.flaky(reruns=0))
        marked = item.get_closest_marker("django_db")
        uses_database = marked or DATABASE_FIXTURES & set(item.fixturenames)
        if not uses_database or LIBS in item.path.parents:
            item.add_marker("any_database")


def pytest_collection_finish() -> None:
    """Lets the garbage collector pass over modules and tests, which live until the end.

    settings/test.py has switched it off. It went through half a gigabyte of them again and again, a
    tenth of the processor time. With Python's own thresholds it takes 7 % of what is left, with
    these 5 %.
    """
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)
    gc.enable()


def pytest_terminal_summary(terminalreporter) -> None:
    """Prints measurements (`record_property("figures", …)`), those of xdist workers too."""
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties:
            if name == "figures":
                terminalreporter.write_line(value)


@pytest.fixture(scope="session")
def migrating(
    django_db_modify_db_settings_parallel_suffix: None,
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[ExitStack]:
    """Of several workers one migrates; closed when the database has its tables."""
    with ExitStack() as stack:
        if hasattr(request.config, "workerinput"):
            shared = tmp_path_factory.getbasetemp().parent
            stack.enter_context(migrated_once(connection, shared))
        yield stack


@pytest.fixture(scope="session")
def django_db_modify_db_settings(migrating: ExitStack) -> None:
    """Requested before the database is created."""


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None, migrating: ExitStack, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """Tests with transactions leave behind what migrations put into the tables.

    Django calls this place after each of them and offers no other.
    """
    with django_db_blocker.unblock():
        migrating.close()
        baseline = Baseline.of(connection)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: baseline.restore())
        yield


@pytest.fixture(scope="session", autouse=True)
def _quick_logins() -> Iterator[None]:
    """`force_login` of all clients, and so `admin_client`, writes one row."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ClientMixin, "force_login", force_login)
        yield


def logged_in(user: User) -> APIClient:
    """A client with a new token of this user."""
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"jwt {tokens.issue(user).token}")
    return client


@pytest.fixture(autouse=True)
def _empty_cache():
    """Clears the cache, where throttles count, and reports that wait for a database of before."""
    cache.clear()
    # By name: not every test that uses this module may know that app.
    import_module("luffy_api.apps.learning.progress_buffer").clear_local()
    import_module("luffy_api.apps.learning.stream_limit").clear_local()
    import_module("luffy_api.apps.course.course_list").forget()


@pytest.fixture
def api() -> APIClient:
    """A client without a token."""
    return APIClient()


@pytest.fixture
def student(db) -> User:
    """A user named xiaoming, with mobile and e-mail."""
    from luffy_api.tests.factories import UserFactory

    return UserFactory(username="xiaoming", mobile="13812345678", email="ming@example.com")


@pytest.fixture
def student_api(student: User) -> APIClient:
    """A client with a token of `student`."""
    return logged_in(student)


@pytest.fixture
def stranger_api(db) -> APIClient:
    """A client with a token of another user."""
    from luffy_api.tests.factories import UserFactory

    return logged_in(UserFactory())


@pytest.fixture
def no_threads() -> Callable[[], AbstractContextManager[None]]:
    """A block in which no thread can be started, as when the limit of the machine is reached."""

    def fail(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    @contextmanager
    def limit() -> Iterator[None]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(threading.Thread, "start", fail)
            yield

    return limit


@pytest.fixture
def folders(monkeypatch, tmp_path: Path) -> Path:
    """A folder per test for public (`default`) and private (`private`) files."""
    for name in ("default", "private"):
        (tmp_path / name).mkdir()
        for storage in _storages_of(name):
            monkeypatch.setattr(storage, "location", str(tmp_path / name))
            monkeypatch.setattr(storage, "base_location", str(tmp_path / name))
    return tmp_path


def _storages_of(name: str) -> list[Any]:
    """The storage of that name, and the instances that model fields hold.

    After a change of STORAGES Django creates a new storage, while fields keep the old one.
    """
    kind = type(storages[name])
    fields = [field for model in apps.get_models() for field in model._meta.concrete_fields]
    held = [field.storage for field in fields if isinstance(field, FileField)]
    return [storages[name], *(storage for storage in held if type(storage) is kind)]
