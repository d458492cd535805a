"""The people and places of the tests."""

from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.cache import cache
from django.core.files.storage import storages
from django.db.models import FileField
from rest_framework.test import APIClient

from luffy_api.apps.user import tokens
from luffy_api.apps.user.models import User

LIBS = Path(__file__).parent / "libs"
DATABASE_FIXTURES = {"db", "transactional_db", "live_server"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of libs, which know no database, and tests that ask none, need no second kind of it."""
    for item in items:
        asks = item.get_closest_marker("django_db") or DATABASE_FIXTURES & set(item.fixturenames)
        if not asks or LIBS in item.path.parents:
            item.add_marker("any_database")


def pytest_terminal_summary(terminalreporter) -> None:
    """What tests measured (`record_property("figures", …)`), from workers, too."""
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties:
            if name == "figures":
                terminalreporter.write_line(value)


def logged_in(user: User) -> APIClient:
    """A client with a fresh token of this user."""
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"jwt {tokens.issue(user).token}")
    return client


@pytest.fixture(autouse=True)
def _no_memory_of_earlier_requests():
    """Throttles count in the cache."""
    cache.clear()


@pytest.fixture
def api() -> APIClient:
    """A visitor."""
    return APIClient()


@pytest.fixture
def student(db) -> User:
    """Somebody with an account."""
    from luffy_api.tests.factories import UserFactory

    return UserFactory(username="xiaoming", mobile="13812345678", email="ming@example.com")


@pytest.fixture
def student_api(student: User) -> APIClient:
    """The student, logged in."""
    return logged_in(student)


@pytest.fixture
def stranger_api(db) -> APIClient:
    """Somebody else, logged in."""
    from luffy_api.tests.factories import UserFactory

    return logged_in(UserFactory())


@pytest.fixture
def folders(monkeypatch, tmp_path: Path) -> Path:
    """Public and private files of this test only, in `default` and `private`."""
    for name in ("default", "private"):
        (tmp_path / name).mkdir()
        for storage in _storages_of(name):
            monkeypatch.setattr(storage, "location", str(tmp_path / name))
            monkeypatch.setattr(storage, "base_location", str(tmp_path / name))
    return tmp_path


def _storages_of(name: str) -> list[Any]:
    """The storage of an area, and those that model fields were made with.

    A test that changed STORAGES has made Django forget the storage that fields hold on to.
    """
    kind = type(storages[name])
    fields = [field for model in apps.get_models() for field in model._meta.concrete_fields]
    held = [field.storage for field in fields if isinstance(field, FileField)]
    return [storages[name], *(storage for storage in held if type(storage) is kind)]
