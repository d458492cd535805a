"""A video that really lies in the private storage."""

import pytest

from luffy_api.tests.factories import SectionFactory

BYTES = bytes(range(256)) * 4


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
