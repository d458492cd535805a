from collections.abc import Iterator

import pytest

from luffy_api.apps.publishing import versions
from luffy_api.apps.publishing.publisher import publisher
from luffy_api.apps.school.current_site import current_site


@pytest.fixture
def publishing(settings, monkeypatch) -> Iterator[None]:
    """Answers are kept, and a version holds until this process changes something."""
    settings.PUBLISHED_BYTES = 1024**2
    monkeypatch.setattr(versions, "READ_AFTER", 60.0)
    monkeypatch.setattr(versions, "GOOD_FOR", 60.0)
    publisher.cache_clear()
    versions.versions.expire()
    current_site.forget()
    yield
    current_site.forget()
    publisher.cache_clear()
    versions.versions.expire()
