"""Texts are normalized character by character, however long they are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luffy_api.apps.search.normalization import normalize, normalize_with_offsets

# Nothing here asks a database.
pytestmark = pytest.mark.any_database


@given(
    st.text(st.characters(codec="utf-8") | st.sampled_from("Ａ，：　Python爬虫…“”\u0301\u200d가"))
)
def test_a_text_is_what_its_characters_are(text):
    assert normalize(text) == "".join(map(normalize, text)) == normalize_with_offsets(text)[0]


def test_width_and_case_are_folded():
    assert normalize("ＰＹＴＨＯＮ：爬虫，３") == "python:爬虫,3"
