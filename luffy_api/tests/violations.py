from collections.abc import Iterator

import pytest

from luffy_api.apps.order import integrity


@pytest.fixture
def no_violations(db: None) -> Iterator[None]:
    """At the end of the test no rule between rows is broken."""
    yield
    assert list(integrity.run_checks()) == []
