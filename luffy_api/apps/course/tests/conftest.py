"""A video that really lies in the private storage."""

import pytest
from rest_framework.test import APIClient

from luffy_api.tests.factories import SectionFactory, UserFactory

BYTES = bytes(range(256)) * 4


@pytest.fixture(autouse=True)
def _own_workbench(settings, tmp_path):
    """Tests in several processes do not wait for each other's conversions."""
    settings.VAR_DIR = tmp_path / "var"


def store(folders, name, content=BYTES):
    """Puts a file into the private area of this test."""
    path = folders / "private" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


@pytest.fixture
def section(db, folders):
    """A section that must be bought, with its file."""
    store(folders, "course/videos/lesson.mp4")
    return SectionFactory(video="course/videos/lesson.mp4")


@pytest.fixture
def trial(db, folders):
    """A free trial, with its file."""
    store(folders, "course/videos/trial.mp4")
    return SectionFactory(video="course/videos/trial.mp4", free_trail=True)


@pytest.fixture
def staff_api(db):
    """An administrator, logged in to the back office."""
    client = APIClient()
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    return client
