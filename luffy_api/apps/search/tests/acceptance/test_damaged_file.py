"""FTS5's file damaged while the shop runs: the database answers, and a rebuild mends it."""

import sqlite3

import pytest

from luffy_api.apps.search import indexing, selectors
from luffy_api.apps.search.engines.base import BackendFault
from luffy_api.apps.search.tests.catalogues import generator, rows
from luffy_api.tests.factories import CourseFactory

pytestmark = pytest.mark.django_db

URL = "/api/v1/course/search/"


@pytest.fixture(autouse=True)
def _courses():
    """Enough for an index of many pages, read in parts."""
    rows.insert(list(generator.courses(100)))
    CourseFactory(name="写爬虫", students=10_000_000)


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
@pytest.mark.parametrize("warm", [True, False], ids=["in use", "not yet open"])
def test_a_file_that_is_damaged_while_the_shop_runs(api, fts5, damage, warm):
    indexing.rebuild()
    if warm:
        assert selectors.search(text="爬虫").engine == "fts5"
    damage(fts5)

    assert first_of(api, "写爬虫") == "写爬虫"
    assert selectors.suggestions(text="写爬") == ["写爬虫"]
    assert selectors.search(text="写爬虫").engine == "database"
    indexing.rebuild()
    assert first_of(api, "写爬虫") == "写爬虫"
    assert selectors.search(text="写爬虫").engine == "fts5"


def test_what_stands_in_its_place_and_cannot_be_replaced(api, fts5):
    fts5.mkdir(parents=True)

    assert first_of(api, "写爬虫") == "写爬虫"
    with pytest.raises((BackendFault, OSError)):
        indexing.rebuild()
    assert first_of(api, "写爬虫") == "写爬虫"


def test_a_place_where_nothing_can_be_written(api, settings):
    settings.SEARCH_URL = "sqlite:////proc/search/index.sqlite3"

    assert first_of(api, "写爬虫") == "写爬虫"
    with pytest.raises((BackendFault, OSError)):
        indexing.rebuild()
    assert first_of(api, "写爬虫") == "写爬虫"
