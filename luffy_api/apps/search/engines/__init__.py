"""Search engines; SEARCH_URL says which one."""

from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.conf import settings

from luffy_api.apps.search.engines.base import SearchBackend
from luffy_api.apps.search.engines.fts5 import Fts5Backend


def backend() -> SearchBackend:
    """Return the engine of SEARCH_URL, one instance per process."""
    return make_backend(settings.SEARCH_URL)


@lru_cache(maxsize=8)
def make_backend(url: str) -> SearchBackend:
    """Create the engine for a URL; it connects with its first request."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return Fts5Backend(Path(unquote(parts.path.removeprefix("/"))))
    # The client has to be installed only where it is used.
    from luffy_api.apps.search.engines.elastic import ElasticBackend

    return ElasticBackend(url)
