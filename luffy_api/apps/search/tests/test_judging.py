"""The metrics of the graded suite, and that generated catalogues are reproducible."""

import pytest

from luffy_api.apps.search.tests.catalogues import generator, vocabulary
from luffy_api.apps.search.tests.grading.judging import Answer, Judged, grade, precision

MANY = frozenset(range(100))


@pytest.mark.parametrize(
    ("ids", "expected"),
    [
        (list(range(10)), 1.0),
        ([*range(9), 500], 0.9),
        ([500, *range(9)], 0.9),
        ([*range(10), 500], 1.0),
        (list(range(5)), 0.5),
        ([], 0.0),
    ],
)
def test_with_many_relevant_courses_all_ten_must_be_relevant(ids, expected):
    assert precision(Judged("词", MANY), ids) == expected


@pytest.mark.parametrize(
    ("ids", "expected"),
    [([1, 2], 1.0), ([1, 2, 3], 1.0), ([3, 1, 2], 2 / 3), ([1, 2, 9], 2 / 3), ([1], 0.5)],
)
def test_tolerable_ones_stand_behind_the_relevant_ones(ids, expected):
    assert precision(Judged("词", frozenset({1, 2}), frozenset({3})), ids) == expected


def test_nonsense_must_find_nothing():
    assert precision(Judged("龘"), []) == 1
    assert precision(Judged("龘"), [1]) == 0


def test_each_figure_has_its_own_queries():
    queries = [
        Judged("好", frozenset({1})),
        Judged("坏", frozenset({1})),
        Judged("全名", first=frozenset({7})),
        Judged("pachong", frozenset({1}), correction="爬虫"),
        Judged("yunwei", frozenset({1}), correction="运维"),
    ]
    answers = {
        "好": Answer([1]),
        "坏": Answer([2]),
        "全名": Answer([8, 7]),
        "pachong": Answer([], did_you_mean="爬 虫"),
        "爬 虫": Answer([1]),
        "yunwei": Answer([1], None),
    }

    report = grade(queries, lambda text: answers[text])

    assert (report.precision, report.exact_first, report.corrected) == (0.75, 0, 0.5)
    assert len(report.failures) == 3


def test_silence_and_wrong_words_are_counted():
    queries = [
        Judged("好", frozenset({1})),
        Judged("没有", frozenset({1})),
        Judged("教程", frozenset({1})),
        Judged("pachong", frozenset({1}), correction="爬虫"),
    ]
    answers = {
        "好": Answer([1]),
        "没有": Answer([]),
        "教程": Answer([1], corrected_to="小程"),
        "pachong": Answer([1], corrected_to="爬虫"),
    }

    report = grade(queries, lambda text: answers[text])

    assert (report.silent, report.wrong, report.corrected) == (0.25, 0.25, 1)


def test_a_catalogue_is_the_same_every_time():
    assert list(generator.courses(300)) == list(generator.courses(300))
    assert list(generator.courses(3)) != list(generator.courses(3, seed=1))


def test_labels_are_true():
    courses = list(generator.courses(3000))
    for course in courses:
        assert all(label in course.name for label in course.about)
        assert course.about or course.name.startswith(tuple(vocabulary.TRAPS))
    subjects = {label for course in courses for label in course.about}
    assert subjects.issuperset(generator.SUBJECTS)
