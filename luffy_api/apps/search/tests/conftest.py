"""Every engine passes the same tests."""

import pytest

from luffy_api.apps.search import answering, indexing


@pytest.fixture
def empty_index(db, settings, tmp_path):
    """An index of this test only, without a course; `indexing.drain` fills it."""
    settings.SEARCH_URL = f"sqlite:///{tmp_path / 'search.sqlite3'}"
    answering.wake()
    indexing.rebuild()
