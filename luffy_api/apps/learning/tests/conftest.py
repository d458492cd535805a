"""A video that really lies in the private storage."""

import pytest

from luffy_api.tests.factories import SectionFactory
from luffy_api.tests.private_files import store


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
