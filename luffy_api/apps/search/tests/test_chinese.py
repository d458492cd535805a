"""Traditional characters and words of Taiwan; the table is compared with OpenCC itself."""

import runpy
from pathlib import Path

import pytest
from django.conf import settings

from luffy_api.apps.search.normalization import normalize, normalize_with_offsets
from luffy_api.libs import chinese

MAKER = Path(settings.BASE_DIR) / "scripts" / "lib" / "chinese_table.py"


@pytest.fixture(scope="module")
def maker():
    return runpy.run_path(str(MAKER))


def test_characters_are_those_of_opencc(maker):
    assert chinese.simplified() == maker["simplified_characters"]()


def test_words_of_taiwan_are_those_of_opencc(maker):
    words = maker["taiwan_words"]()

    assert len(words) > 500
    assert chinese._tables()[1] == words


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("資料庫", "资料库"),
        ("雲端", "云端"),
        ("Python 爬蟲實戰", "python 爬虫实战"),
        ("著名", "著名"),
    ],
)
def test_traditional_characters_are_folded_one_by_one(text, folded):
    assert normalize(text) == folded
    assert normalize_with_offsets(text) == (folded, list(range(len(text))))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("資料庫", {"资料库": "数据库"}),
        ("資料", {"资料": "数据"}),
        ("资料", {}),
        ("伺服器管理", {"伺服器": "服务器"}),
        ("python", {}),
        ("", {}),
    ],
)
def test_words_of_taiwan(text, words):
    assert chinese.taiwan_words(text) == words
