"""Engines, each with an empty index of its own.

scripts/test starts an Elasticsearch and names it in SEARCH_TEST_URL; plain pytest does without one,
but never where CI is set and ../shared/es_core is there.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import elasticsearch
import pytest

ELASTICSEARCH = os.environ.get("SEARCH_TEST_URL", "")
CORE = Path(__file__).resolve().parents[6] / "shared" / "es_core"

needs_elasticsearch = pytest.mark.skipif(
    not ELASTICSEARCH and not (os.environ.get("CI") and CORE.is_dir()),
    reason="SEARCH_TEST_URL names no Elasticsearch",
)


@pytest.fixture
def fts5(settings, tmp_path: Path) -> Path:
    """Search by a file; returns where it will be."""
    path = tmp_path / "search" / "index.sqlite3"
    settings.SEARCH_URL = f"sqlite:///{path}"
    return path


@pytest.fixture
def elastic(settings) -> Iterator[str]:
    """Search by an Elasticsearch; returns the address with the name of the index."""
    name = f"luffy-test-{uuid4().hex[:12]}"
    settings.SEARCH_URL = f"{ELASTICSEARCH}/{name}"
    yield settings.SEARCH_URL
    with elasticsearch.Elasticsearch(ELASTICSEARCH) as client:
        client.indices.delete(index=f"{name}*")


@pytest.fixture(
    params=["fts5", pytest.param("elastic", marks=[needs_elasticsearch, pytest.mark.any_database])]
)
def engine(request) -> str:
    """Each engine in turn, by its name in `Found.engine`."""
    request.getfixturevalue(request.param)
    return {"elastic": "elasticsearch"}.get(request.param, request.param)
