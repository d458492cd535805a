"""A MariaDB with a replica: the catalogue is read there, and never when that would be seen."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.conf import settings as site_settings
from django.db import OperationalError, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoDbBlocker
from rest_framework.test import APIClient

from luffy_api.apps.course.models import Course
from luffy_api.apps.monitoring import readiness
from luffy_api.apps.publishing import versions
from luffy_api.apps.search import indexing
from luffy_api.common import replica
from luffy_api.conftest import logged_in
from luffy_api.settings import databases
from luffy_api.tests.factories import CourseFactory, EnrollmentFactory, SectionFactory, UserFactory
from luffy_api.tests.processes.mariadb import PASSWORD, MariaDB, copy_to, moved_to
from luffy_api.tests.redis_server import wait_until

pytestmark = pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has no replicas")

COURSES, CATEGORIES, BANNERS = "/api/v1/course/", "/api/v1/course/category/", "/api/v1/home/banner/"


@pytest.fixture(scope="module")
def servers(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[tuple[MariaDB, MariaDB]]:
    """Primary and replica; the database of the tests is on the primary meanwhile."""
    primary = MariaDB(number=1)
    second = MariaDB(number=2, copy_of=primary)
    try:
        primary.start()
        second.start()
        second.execute(
            "CHANGE MASTER TO MASTER_HOST='127.0.0.1', MASTER_USER='root', MASTER_CONNECT_RETRY=1,"
            f" MASTER_PORT={primary.port}, MASTER_USE_GTID=slave_pos",
            "START SLAVE",
        )
        with django_db_blocker.unblock():
            copy_to(primary)
            with moved_to(primary):
                yield primary, second
    finally:
        primary.remove()
        second.remove()


@pytest.fixture
def behind(servers, transactional_db, monkeypatch) -> Iterator[MariaDB]:
    """The replica, which the shop uses, and which has all."""
    _, second = servers
    url = f"mysql://luffy:{PASSWORD}@127.0.0.1:{second.port}/luffy_away"
    monkeypatch.setattr(replica, "LOOK_INTERVAL", 0.05)
    monkeypatch.setattr(replica, "FIRST_PAUSE", 0.2)
    be_patient(monkeypatch)
    site_settings.DATABASES[replica.ALIAS] = connections.configure_settings(
        {"default": {}, replica.ALIAS: databases.replica(url, of=connection.settings_dict)}
    )[replica.ALIAS]
    monkeypatch.setattr(BaseDatabaseWrapper, "ensure_connection", _connecting())
    replica.watch.forget()
    try:
        caught_up()
        wait_until(_is_connected)
        yield second
    finally:
        monkeypatch.setattr(replica, "IDLE_SECONDS", 0)
        wait_until(lambda: replica.watch._thread is None)
        connections[replica.ALIAS].close()
        del site_settings.DATABASES[replica.ALIAS]


def be_patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine can take its time over an answer; which database gives it stays the same."""
    for name in ("READ_SECONDS", "LOOK_SECONDS", "GOOD_FOR"):
        monkeypatch.setattr(replica, name, 20.0)
    # What has changed is asked of the primary once a second, and courses are counted there then
    monkeypatch.setattr(versions, "READ_AFTER", 60)


def _is_connected() -> bool:
    try:
        connections[replica.ALIAS].ensure_connection()
    except OperationalError:
        return False
    return True


def _connecting() -> Callable[[BaseDatabaseWrapper], None]:
    """Django's method for tests refuses databases that were not there when the test began."""
    others = BaseDatabaseWrapper.ensure_connection

    def connect(wrapper: BaseDatabaseWrapper) -> None:
        if wrapper.alias != replica.ALIAS:
            others(wrapper)
        elif wrapper.connection is None:
            with wrapper.wrap_database_errors:
                wrapper.connect()

    return connect


def caught_up() -> None:
    """Returns when the replica has all that was committed, and is used."""
    wait_until(lambda: replica.watch.is_usable() and replica.watch.lag == 0)


@contextmanager
def standing_still(second: MariaDB) -> Iterator[None]:
    """The replica takes what the primary sends, and does nothing of it."""
    second.execute("STOP SLAVE SQL_THREAD")
    try:
        yield
    finally:
        second.execute("START SLAVE SQL_THREAD")


@contextmanager
def counted(expected: dict[str, int]) -> Iterator[None]:
    """The block asks each database so often."""
    captures = {alias: CaptureQueriesContext(connections[alias]) for alias in expected}
    with captures["default"], captures["replica"]:
        yield
    assert {alias: len(each) for alias, each in captures.items()} == expected, captures


@pytest.fixture
def course(servers, transactional_db) -> Course:
    course: Course = CourseFactory(name="爬虫实战", price="99.00")
    SectionFactory(course=course)
    return course


def test_visitors_read_the_catalogue_from_the_replica(course, behind, api):
    pages = {
        COURSES: 4,
        CATEGORIES: 1,
        BANNERS: 1,
        f"{COURSES}{course.pk}/": 3,
        f"{COURSES}chapter/?course={course.pk}": 2,
    }
    caught_up()
    api.get(COURSES)
    for path, queries in pages.items():
        with counted({"default": 0, "replica": queries}):
            assert api.get(path).status_code == 200


def test_the_rows_of_search_results_come_from_the_replica(course, behind, api):
    search = "/api/v1/course/search/?search=爬虫"
    indexing.ensure_index()
    caught_up()

    with CaptureQueriesContext(connections["replica"]) as asked:
        body = api.get(search).json()

    assert [hit["id"] for hit in body["data"]["results"]] == [course.pk]
    assert len(asked) >= 2  # what follows the line of the search log is read from the primary


def test_what_a_student_has_is_read_from_the_primary(course, behind):
    student = UserFactory()
    caught_up()
    with standing_still(behind):
        EnrollmentFactory(user=student, course=course)
        client = logged_in(student)
        with counted({"default": 2, "replica": 2}):
            page = client.get(f"{COURSES}{course.pk}/").json()
        outline = client.get(f"{COURSES}chapter/?course={course.pk}")

    assert page["data"]["owned"] is True
    assert outline.status_code == 200


def test_staff_read_the_primary(course, behind):
    client = logged_in(UserFactory(is_staff=True))
    caught_up()

    with counted({"default": 4, "replica": 0}):
        assert client.get(f"{COURSES}{course.pk}/").status_code == 200


def test_an_order_never_looks_at_the_replica(course, behind, one_origin, student_api):
    caught_up()
    body = {"courses": [course.pk], "total_amount": "99.00"}

    with CaptureQueriesContext(connections["replica"]) as asked:
        assert student_api.post("/api/v1/order/pay/", body, format="json").status_code == 201

    assert len(asked) == 0


def test_a_page_that_the_replica_does_not_have_yet_is_no_404(behind, api):
    with standing_still(behind):
        course = CourseFactory()

        assert api.get(f"{COURSES}{course.pk}/").status_code == 200


def test_a_replica_that_is_behind_is_not_used_until_it_has_caught_up(behind, settings, api):
    settings.DATABASE_REPLICA_MAX_LAG = 60
    with standing_still(behind):
        CourseFactory(name="上新")
        assert api.get(COURSES).json()["data"]["results"] == []  # a moment ago it was not

        settings.DATABASE_REPLICA_MAX_LAG = 1
        wait_until(lambda: not replica.watch.is_usable())
        assert 1 < replica.watch.lag < 20
        assert len(api.get(COURSES).json()["data"]["results"]) == 1
        assert readiness.find_replica_fault().endswith("seconds behind")

    caught_up()
    assert readiness.find_replica_fault() == ""
    with counted({"default": 0, "replica": 4}):
        assert len(api.get(COURSES).json()["data"]["results"]) == 1


def test_without_changes_nobody_is_behind(behind, settings):
    settings.DATABASE_REPLICA_MAX_LAG = 1
    with standing_still(behind):
        time.sleep(1.5)

        assert replica.watch.is_usable()


@pytest.mark.parametrize("fault", ["killed", "frozen"])
def test_a_replica_that_fails_while_it_is_asked_fails_no_request(
    course, behind, api, fault, monkeypatch
):
    monkeypatch.setattr(replica, "READ_SECONDS", 1.0)
    monkeypatch.setattr(replica, "LOOK_SECONDS", 1.0)
    monkeypatch.setattr(replica, "GOOD_FOR", 3.0)
    assert api.get(COURSES).status_code == 200
    with failing(behind, fault):
        waits = [_seconds(api), _seconds(api), _seconds(api)]
        assert not replica.watch.is_usable()
        assert readiness.find_replica_fault() or replica.watch.lag == 0

    # One request waits for it, and within its time has its answer from the primary.
    assert max(waits) < 3
    assert sum(waits) < 4
    be_patient(monkeypatch)
    caught_up()
    connections["replica"].close()  # as a server does at the beginning of a request
    wait_until(_is_connected)
    with counted({"default": 0, "replica": 4}):
        assert api.get(COURSES).status_code == 200


@contextmanager
def failing(second: MariaDB, fault: str) -> Iterator[None]:
    if fault == "frozen":
        with second.frozen():
            yield
        return
    second.kill()
    try:
        yield
    finally:
        second.start()


def _seconds(api: APIClient) -> float:
    began = time.monotonic()
    assert api.get(COURSES).json()["data"]["count"] == 1
    return time.monotonic() - began
