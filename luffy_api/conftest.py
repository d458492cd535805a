"""The people and places of the tests."""

from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.files.storage import storages
from rest_framework.test import APIClient

from luffy_api.apps.user import tokens
from luffy_api.apps.user.models import User


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
        # Model fields hold on to the storage they were made with, so that one is moved.
        monkeypatch.setattr(storages[name], "location", str(tmp_path / name))
        monkeypatch.setattr(storages[name], "base_location", str(tmp_path / name))
    return tmp_path
