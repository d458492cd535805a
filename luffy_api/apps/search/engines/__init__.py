"""Search engines; SEARCH_URL says which one."""

from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.conf import settings

from luffy_api.apps.search.engines.base import SearchBackend
from luffy_api.apps.search.engines.fts5 import Fts5Backend


def backend() -> SearchBackend:
    """The engine of SEARCH_URL, one per process."""
    return make_backend(settings.SEARCH_URL)


@lru_cache(maxsize=8)
def make_backend(url: str) -> SearchBackend:
    """The engine at an address; nothing is opened before it is asked."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return Fts5Backend(Path(unquote(parts.path.removeprefix("/"))))
    # Only who has chosen it needs the client to be installed.
    from luffy_api.apps.search.engines.elastic import ElasticBackend

    return ElasticBackend(url)
