"""Every engine passes the same tests.

Elasticsearch is a real one: SEARCH_TEST_URL names it, and scripts/test starts `../shared/es_core`.
"""

import os
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings as django_settings

from luffy_api.apps.search import circuit_breaker, indexing, search_log
from luffy_api.apps.search.engines import backend
from luffy_api.tests.factories import CategoryFactory, CourseFactory, TeacherFactory

ES_CORE = Path(django_settings.BASE_DIR).parent / "shared" / "es_core"
ENGINES = ["fts5", pytest.param("elasticsearch", marks=pytest.mark.any_database)]


def server_url() -> str:
    """The address of the Elasticsearch of the tests, or a skip that says how to get one."""
    url = os.environ.get("SEARCH_TEST_URL", "")
    if not url and os.environ.get("CI") and ES_CORE.is_dir():
        pytest.fail("CI must run these tests: set SEARCH_TEST_URL to what es_core/start prints")
    if not url:
        pytest.skip("no Elasticsearch: set SEARCH_TEST_URL, or run ./scripts/test")
    return url


@pytest.fixture(autouse=True)
def _numbers_that_nobody_looks_for():
    """Whether a `老师99` is found with the price 99 must not hang on the tests before."""
    for each in (CategoryFactory, CourseFactory, TeacherFactory):
        each.reset_sequence(70_000)


@pytest.fixture
def fts5(settings, tmp_path):
    """A file of this test only; there is no index in it yet."""
    settings.SEARCH_URL = f"sqlite:///{tmp_path / 'search.sqlite3'}"
    circuit_breaker.reset_circuit()
    return backend()


@pytest.fixture
def elasticsearch(settings, monkeypatch):
    """A name of this test only; there is no index of that name yet."""
    # A busy machine is not a broken one; test_elastic_errors.py is about timeouts.
    monkeypatch.setattr("luffy_api.apps.search.engines.elastic_client.READ_TIMEOUT", 20)
    monkeypatch.setattr("luffy_api.apps.search.circuit_breaker.ENGINE_TIMEOUT", 30)
    name = f"test-{uuid4().hex}"
    settings.SEARCH_URL = f"{server_url()}/{name}"
    circuit_breaker.reset_circuit()
    yield backend()
    with backend()._cluster.writing() as client:
        client.indices.delete(index=f"{name}-*,{name}", ignore_unavailable=True)


@pytest.fixture(params=ENGINES)
def engine(request):
    """Each engine in turn, without an index."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def empty_index(db, engine):
    """An index without a course; `indexing.process_outbox` fills it."""
    indexing.rebuild()
    return engine


@pytest.fixture(autouse=True)
def _noted_by_this_test_alone():
    search_log.forget()
    yield
    search_log.forget()
