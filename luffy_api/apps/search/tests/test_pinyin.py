"""Pinyin by our table is what pypinyin says, from which the table was made."""

import pytest
from pypinyin import Style, lazy_pinyin
from pypinyin.constants import PHRASES_DICT, PINYIN_DICT

from luffy_api.apps.search.pinyin import initials, is_syllables, pinyin, pinyin_forms
from luffy_api.apps.search.tokenizer import HAN, get_tokenizer, runs

# Nothing here asks a database.
pytestmark = pytest.mark.any_database


def expected(word):
    return lazy_pinyin(word, style=Style.NORMAL, v_to_u=False, errors="default")


def test_every_character_and_phrase_is_read_as_pypinyin_reads_it():
    first, last = HAN[0], HAN[-1]
    characters = [chr(code) for code in PINYIN_DICT if first <= chr(code) <= last]
    words = [*characters, *(phrase for phrase in PHRASES_DICT if phrase.isalpha())]

    wrong = [word for word in words if pinyin(word) != "".join(expected(word))]

    assert wrong == []


@pytest.mark.parametrize(
    "word", ["python爬虫", "c++ 长城3号", "AI", "机器 学习", "重庆a", "🐍爬虫", ""]
)
def test_letters_and_signs_between_characters_stay_together(word):
    syllables = expected(word) if word else []
    assert pinyin(word) == "".join(syllables)
    assert initials(word) == "".join(syllable[:1] for syllable in syllables)


def test_what_can_be_cut_into_syllables_is_pinyin():
    pinyins = ["a", "xian", "pachong", "zhuangshiqi", "ang" * 33, "fangan"]
    others = ["", "v", "pachon" + "g" * 2, "ang" * 33 + "v", "python", "爬虫"]
    assert [letters for letters in [*pinyins, *others] if is_syllables(letters)] == pinyins


def test_a_name_is_completed_from_each_of_its_words():
    forms = pinyin_forms(runs("python 爬虫实战"), get_tokenizer(()))
    assert forms == "pachongshizhan pcsz shizhan sz"
