"""SEARCH_URL: where the search index is."""

import re
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from luffy_api.settings import env

_INDEX = re.compile(r"/?|/[a-z0-9][a-z0-9_-]{0,99}/?")
SHAPE = (
    "SEARCH_URL must be sqlite:///path/to/file or the address of Elasticsearch or OpenSearch, like"
    " http://user:password@host:9200/index."
)


def address(var_dir: Path) -> str:
    """The checked address; a relative path starts where manage.py is. Never echoes a password."""
    url = env.secret("SEARCH_URL", f"sqlite:///{var_dir.absolute() / 'search.sqlite3'}")
    try:
        parts = urlsplit(url)
        usable = parts.port != 0 and not parts.query and not parts.fragment
    except ValueError:
        raise ImproperlyConfigured(SHAPE) from None
    if parts.scheme == "sqlite" and usable and not parts.netloc and len(parts.path) > 1:
        return f"sqlite:///{env.BASE_DIR / parts.path.removeprefix('/')}"
    if (
        parts.scheme in {"http", "https"}
        and usable
        and parts.hostname
        and _INDEX.fullmatch(parts.path)
    ):
        return url.rstrip("/")
    raise ImproperlyConfigured(SHAPE)
