"""The FTS5 engine stops after the best courses, however many a query finds."""

from dataclasses import replace

import pytest

from luffy_api.apps.search.documents import CourseSource, build_document
from luffy_api.apps.search.engines import fts5, fts5_queries, make_backend
from luffy_api.apps.search.engines.base import EngineQuery, MatchMode
from luffy_api.apps.search.query import parse
from luffy_api.apps.search.tokenizer import get_tokenizer

# The file is FTS5's, whatever the database.
pytestmark = pytest.mark.any_database

TOKENIZER = get_tokenizer(())
SOURCE = CourseSource(1, "课", "", 2, 1, "编程", "老师", 0, ())


def document(pk, **texts):
    return build_document(SOURCE._replace(id=pk, **texts), TOKENIZER)


@pytest.fixture
def engine(tmp_path):
    """An empty index."""
    engine = make_backend(f"sqlite:///{tmp_path / 'search.sqlite3'}")
    engine.begin_build([]).swap()
    return engine


@pytest.fixture
def few(monkeypatch):
    """Two hits are ranked, five are listed."""
    monkeypatch.setattr(fts5_queries, "MAX_RANKED_HITS", 2)
    monkeypatch.setattr(fts5_queries, "MAX_HITS", 5)
    monkeypatch.setattr(fts5, "MAX_HITS", 5)


def test_of_many_hits_the_exact_name_then_names_then_the_rest_and_the_popular_first(engine, few):
    # given four names, and two courses that mention the word
    engine.index([document(1, brief="爬虫", students=9000), document(2, brief="爬虫", students=90)])
    engine.index([document(pk, name=f"爬虫 {pk}", students=10**pk) for pk in (3, 5, 4)])
    engine.index([document(6, name="爬虫")])

    hits = engine.search(parse("爬虫"))

    assert (hits.ids, hits.name_hits) == ([6, 5, 4, 3, 1], 4)


def test_equally_popular_ones_stand_by_their_ids(engine, few):
    engine.index([document(pk, name="写爬虫吧") for pk in (4, 2, 9, 1, 3)])

    assert engine.search(parse("爬虫")).ids == [1, 2, 3, 4, 9]


def test_a_course_that_became_popular_moves(engine, few):
    engine.index([document(pk, name="写爬虫吧") for pk in (1, 2, 3)])

    engine.index([document(3, name="写爬虫吧", students=500)])

    assert engine.search(parse("爬虫")).ids == [3, 1, 2]
    engine.delete([3])
    assert engine.search(parse("爬虫")).ids == [1, 2]


@pytest.mark.parametrize("text", ["爬虫", "python 爬", "爬虫 pyth", "虫吧"])
@pytest.mark.parametrize(("kind", "category"), [(3, None), (None, 7), (3, 7)])
def test_many_hits_are_limited_to_a_kind_and_a_category(engine, few, text, kind, category):
    # given courses that alternate, more than are listed
    rows = {pk: (2 + pk % 2, 1 + 6 * (pk % 3 == 0)) for pk in range(1, 40)}
    engine.index(
        [
            document(pk, name="Python 写爬虫吧", kind=kind_of, category_id=category_of)
            for pk, (kind_of, category_of) in rows.items()
        ]
    )
    fitting = [
        pk
        for pk, (kind_of, category_of) in rows.items()
        if kind in (None, kind_of) and category in (None, category_of)
    ]

    assert engine.search(parse(text), kind=kind, category_id=category).ids == fitting[:5]


@pytest.mark.parametrize("text", ["k2", "c1", "k", "c", "facets", "place"])
def test_what_limits_a_search_is_no_word(engine, text):
    engine.index([document(1)])

    assert engine.search(parse(text)).ids == []


def test_a_word_counts_once_for_a_course_that_changes(engine):
    engine.index([document(1, name="爬虫"), document(2, name="爬虫")])

    engine.index([document(1, name="爬虫 协程")])

    counts = {
        word: courses for [(word, courses)] in engine.words_by_key(["t爬虫", "t协程"]).values()
    }
    assert counts == {"爬虫": 2, "协程": 1}


def steps(engine, query):
    """How many instructions SQLite takes for a query."""
    taken = 0

    def count():
        nonlocal taken
        taken += 1

    with engine._files.reading() as connection:
        connection.set_progress_handler(count, 1)
        try:
            fts5_queries.match(connection, query)
        finally:
            connection.set_progress_handler(None, 1)
    return taken


WORDS = EngineQuery((("爬虫",),), "x", MatchMode.WORDS)


@pytest.mark.parametrize(
    "query",
    [
        WORDS,
        replace(WORDS, phrases=(("爬虫",), ("python",))),
        replace(WORDS, kind=2, category_id=1),
        replace(WORDS, phrases=(("pyth",),), mode=MatchMode.PREFIX),
        replace(WORDS, phrases=(("虫_吧",),), mode=MatchMode.CHARACTERS),
    ],
)
def test_a_search_takes_no_more_steps_in_a_larger_catalogue(engine, few, query):
    engine.index([document(pk, name="Python 写爬虫吧") for pk in range(1, 40)])
    before = steps(engine, query)

    engine.index([document(pk, name="Python 写爬虫吧") for pk in range(40, 400)])

    # FTS5 keeps what was written in several places.
    assert steps(engine, query) < 2 * before


def test_words_of_many_courses_are_not_counted_to_rank_a_few_hits(engine, monkeypatch):
    # given hits of which bm25 puts the second first, since its text is shorter
    engine.index(
        [
            document(1, name="写爬虫吧", brief="协程 " * 40, students=9),
            document(2, name="写爬虫吧", students=8),
            *(document(pk) for pk in range(3, 30)),
        ]
    )
    assert engine.search(parse("爬虫")).ids == [2, 1]

    monkeypatch.setattr(fts5_queries, "MAX_COUNTED", 1)

    assert engine.search(parse("爬虫")).ids == [1, 2]
