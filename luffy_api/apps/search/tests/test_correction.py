"""您是不是要找: misspelt words, pinyin and wrong characters."""

import pytest

from luffy_api.apps.search import indexing, selectors, spelling
from luffy_api.tests.factories import CourseFactory, SectionFactory

# Words are compared with those of the index.
pytestmark = pytest.mark.any_database

URL = "/api/v1/course/search/"


@pytest.fixture
def catalogue(empty_index):
    CourseFactory(name="Python 爬虫实战", course_category__name="编程", teacher__name="陈墨白")
    CourseFactory(name="MySQL 数据库优化", brief="TypeScript")
    CourseFactory(name="数据分析", brief="机器学习")
    SectionFactory(course=CourseFactory(name="Spring Boot"), name="requests 的会话，运行，ssh")
    indexing.process_outbox()


# What is typed, and what was meant.
MEANT = {
    "pyhton": "python",
    "pythn": "python",
    "pythonn": "python",
    "Pyhton": "python",
    "ＰＹＨＴＯＮ": "python",
    "pachong": "爬虫",
    "PaChong": "爬虫",
    "pachon": "爬虫",
    "爬冲": "爬虫",
    "数剧库": "数据库",
    "数据裤优化": "数据库优化",
    "shujufenxi": "数据分析",
    "sjfx": "数据分析",
    "pythonpachong": "python爬虫",
    "pyhton pachong": "python 爬虫",
    "suju fenxi": "数据分析",
    # Other words have these sounds and letters.
    "yinhang": None,
    "zsh": None,
    "数据分": None,
    "reqeusts": "requests",
    "typescirpt": "typescript",
    "chenmobai": "陈墨白",
    "mysq": None,
    "asdfghjkl": None,
    "呵呵呵": None,
    "python": None,
    "%": None,
    "🐍": None,
    "x" * 100: None,
}


def test_what_was_meant(api, catalogue):
    answers = {typed: api.get(URL, {"search": typed}).json() for typed in MEANT}
    told = {typed: said["corrected_to"] or said["did_you_mean"] for typed, said in answers.items()}

    assert told == MEANT


def test_a_correction_always_finds_something(catalogue):
    # given a word that the index knows and whose course has just been withdrawn
    course = CourseFactory(name="Kubernetes")
    indexing.process_outbox()
    type(course).objects.filter(pk=course.pk).update(is_show=False)

    found = selectors.search(text="kubernets")

    assert (found.ids, found.did_you_mean) == ([], None)


def test_a_filter_that_leaves_nothing_is_no_misspelling(catalogue):
    found = selectors.search(text="python", kind=3)

    assert (found.ids, found.did_you_mean) == ([], None)


@pytest.mark.parametrize(
    ("left", "right", "mistakes"),
    [
        ("", "", 0),
        ("ab", "", 2),
        ("ab", "ba", 1),
        ("abc", "acb", 1),
        ("abcd", "badc", 2),
        ("a", "b", 1),
    ],
)
def test_distance_counts_a_swap_once(left, right, mistakes):
    assert spelling.edit_distance(left, right) == mistakes
    assert spelling.edit_distance(right, left) == mistakes


@pytest.mark.parametrize(
    ("word", "guess"),
    [
        ("python", "pyhton"),
        ("linux", "lunix"),
        ("docker", "dokcer"),
        ("数据库", "数居库"),
        ("爬虫", "爬冲"),
    ],
)
def test_a_word_and_its_misspelling_share_a_key(word, guess):
    assert spelling.index_keys(word) & spelling.lookup_keys(guess)
