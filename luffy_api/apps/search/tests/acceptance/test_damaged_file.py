"""FTS5's file damaged in place while the shop runs: the database answers until it is rebuilt."""

import sqlite3
from pathlib import Path

import pytest
from django.core.cache import cache

from luffy_api.apps.search import indexing, selectors
from luffy_api.apps.search.tasks import ensure_search_index
from luffy_api.apps.search.tests.catalogues import generator, rows
from luffy_api.tests.factories import CourseFactory

# The file is FTS5's, whatever the database.
pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

URL = "/api/v1/course/search/"


@pytest.fixture
def index_file(fts5, settings) -> Path:
    """The index of a hundred courses and one, many pages that are read in parts."""
    rows.insert(list(generator.courses(100)))
    CourseFactory(name="写爬虫", students=10_000_000)
    indexing.rebuild()
    return Path(settings.SEARCH_URL.removeprefix("sqlite:///"))


def first_of(api, text):
    """The name of the first hit."""
    answer = api.get(URL, {"search": text})
    assert answer.status_code == 200, answer.json()
    return answer.json()["data"]["results"][0]["name"]


def garbage(path):
    path.write_bytes(b"this was an index" * 1000)


def emptied(path):
    path.write_bytes(b"")


def cut_short(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 3])


def overwritten_inside(path):
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xff" * len(content[4096:])
    path.write_bytes(bytes(content))


def deleted(path):
    path.unlink()


def its_folder_deleted(path):
    for file in path.parent.iterdir():
        file.unlink()
    path.parent.rmdir()


def another_database(path):
    path.unlink()
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE course (id)")
    connection.close()


DAMAGES = [
    *[garbage, emptied, cut_short, overwritten_inside, deleted, its_folder_deleted],
    another_database,
]


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_file_that_is_damaged_where_it_lies(api, index_file, damage):
    # given a shop that has the file open, and a task runner that is not there yet
    assert selectors.search(text="写爬虫").engine == "fts5"
    damage(index_file)
    cache.set("search:rebuild", 1, timeout=60)

    # then the database answers until the task runner comes
    assert first_of(api, "写爬虫") == "写爬虫"
    assert [each.text for each in selectors.suggestions(text="写爬")] == ["写爬虫"]
    assert selectors.search(text="写爬虫").engine == "database"
    cache.delete("search:rebuild")
    ensure_search_index.call_local()
    assert first_of(api, "写爬虫") == "写爬虫"
    assert selectors.search(text="写爬虫").engine == "fts5"
