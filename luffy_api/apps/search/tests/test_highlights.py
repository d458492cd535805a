"""Normalization of texts and highlights in them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luffy_api.apps.search.highlights import highlight
from luffy_api.apps.search.normalization import normalize


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("Python 爬虫", ["python"], [(0, 6)]),
        ("学Python,爱python", ["python"], [(1, 7), (9, 15)]),
        ("Ｐｙthon", ["python"], [(0, 6)]),
        ("🐍🐍Python", ["python"], [(2, 8)]),
        ("㍿ 公司", ["株式会社"], [(0, 1)]),
        ("Straße", ["strasse"], [(0, 6)]),
        ("爬虫爬虫", ["爬虫"], [(0, 4)]),
        ("数据分析", ["数据", "据分"], [(0, 3)]),
        ("数据分析", ["分析", "数据"], [(0, 4)]),
        ("aaa", ["aa"], [(0, 2)]),
        ("数据", [], []),
        ("数据", [""], []),
        ("", ["数据"], []),
    ],
)
def test_highlights_are_merged_spans_of_code_points(text, words, expected):
    assert highlight(text, words) == expected


@given(st.text(max_size=40), st.text(max_size=6))
def test_spans_lie_in_the_text_in_order_and_apart(text, word):
    spans = highlight(text, [normalize(word)])
    flat = [place for pair in spans for place in pair]
    assert flat == sorted(set(flat))
    assert all(0 <= place <= len(text) for place in flat)


@given(st.text(max_size=20), st.text(min_size=1, max_size=6), st.text(max_size=20))
def test_a_word_in_the_text_is_highlighted(before, word, after):
    spans = highlight(before + word + after, [normalize(word)])
    assert spans or not normalize(word)
