"""A new FTS5 index: documents are collected first, and indexed together."""

import sqlite3
from contextlib import closing

import pytest

from luffy_api.apps.search.documents import CourseSource, build_document
from luffy_api.apps.search.engines import fts5_writer, make_backend
from luffy_api.apps.search.query import parse
from luffy_api.apps.search.tokenizer import get_tokenizer

TOKENIZER = get_tokenizer(())
TABLES = ("everything", "named", "forms")


def document(pk, name="爬虫", students=0):
    return build_document(CourseSource(pk, name, "", 2, 1, "编程", "老师", students, ()), TOKENIZER)


@pytest.fixture
def engine(tmp_path):
    return make_backend(f"sqlite:///{tmp_path / 'search.sqlite3'}")


def rows(engine, sql):
    with closing(sqlite3.connect(engine.address)) as connection:
        return connection.execute(sql).fetchall()


def segments(engine):
    """The number of segments of each table; reading is the slower the more there are."""
    sql = "SELECT count(DISTINCT segid) FROM {}_idx"
    return [rows(engine, sql.format(table)) for table in TABLES]


def test_chunks_in_any_order_become_one_segment_that_has_the_popular_ones_first(engine):
    build = engine.begin_build([])
    build.index([document(3), document(1, students=1000), document(5)])
    build.index([document(4, students=50), document(2, "协程"), document(6, students=1000)])
    build.finish()
    build.swap()

    assert engine.search(parse("爬虫")).ids == [1, 6, 4, 3, 5]
    assert engine.search(parse("协程")).ids == [2]
    assert segments(engine) == [[(1,)]] * 3
    with closing(sqlite3.connect(engine.address)) as connection:
        compare = "INSERT INTO {0} ({0}, rank) VALUES ('integrity-check', 1)"
        for table in TABLES:
            connection.execute(compare.format(table))


def test_documents_are_replaced_and_deleted_before_they_are_indexed(engine):
    build = engine.begin_build([])
    build.index([document(1), document(2), document(3)])
    build.index([document(1, "协程", students=9)])
    build.delete([2, 99])
    build.finish()
    build.swap()

    assert engine.search(parse("爬虫")).ids == [3]
    assert engine.search(parse("协程")).ids == [1]
    assert rows(engine, "SELECT count(*) FROM body") == [(2,)]


def test_changes_after_that_go_into_the_index_at_once(engine):
    build = engine.begin_build([])
    build.index([document(1), document(2)])
    build.finish()
    build.index([document(1, "协程"), document(3)])
    build.delete([2])
    build.swap()

    assert engine.search(parse("爬虫")).ids == [3]
    assert engine.search(parse("协程")).ids == [1]


def test_a_build_that_is_not_finished_by_hand_is_before_the_swap(engine):
    build = engine.begin_build([])
    build.index([document(1)])
    build.swap()

    assert engine.search(parse("爬虫")).ids == [1]
    assert engine.words_by_key(["t爬虫"]) == {"t爬虫": [("爬虫", 1)]}


def test_what_needs_more_memory_is_merged(engine, monkeypatch):
    monkeypatch.setattr(fts5_writer, "_BUILD_MEMORY", 100)
    merged = []
    count = fts5_writer._segments
    monkeypatch.setattr(
        fts5_writer, "_segments", lambda *args: merged.append(count(*args)) or merged[-1]
    )
    build = engine.begin_build([])
    build.index([document(pk) for pk in range(1, 50)])
    build.finish()
    build.swap()

    assert max(merged) > 1
    assert segments(engine) == [[(1,)]] * 3
    assert len(engine.search(parse("爬虫")).ids) == 49


def test_more_rows_than_those_of_a_statement(engine, monkeypatch):
    monkeypatch.setattr(fts5_writer, "_ROWS_OF_A_STATEMENT", 4)
    build = engine.begin_build([])
    build.index([document(pk) for pk in range(1, 10)])
    build.swap()

    assert len(engine.search(parse("爬虫")).ids) == 9


def test_the_index_in_use_has_the_usual_memory(engine):
    engine.begin_build([]).swap()

    usual = [(str(fts5_writer._MEMORY),)]
    for table in TABLES:
        sql = "SELECT CAST(v AS TEXT) FROM {}_config WHERE k = 'hashsize'"
        assert rows(engine, sql.format(table)) == usual
