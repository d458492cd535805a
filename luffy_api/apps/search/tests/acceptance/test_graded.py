"""The graded suite: judged queries over two catalogues, the same thresholds for every engine."""

from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.db import transaction

from luffy_api.apps.course.models import Course
from luffy_api.apps.search import circuit_breaker, indexing, selectors
from luffy_api.apps.search.engines.base import SearchBackend
from luffy_api.apps.search.tests.catalogues import generator, rows
from luffy_api.apps.search.tests.grading import demo_queries, generated_queries
from luffy_api.apps.search.tests.grading.judging import Answer, Judged, Report, grade

# The engines are graded, not the database.
pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

MIN_PRECISION, MIN_CORRECTED = 0.95, 0.90
# Nothing found where something is meant; another word searched than the one meant.
MAX_SILENT, MAX_WRONG = 0.01, 0.01
COURSES = 20_000
TRIES = 10
MORE_TYPED = {
    "tensor": "TensorFlow",
    "elas": "Elasticsearch",
    "jqxx": "机器学习",
    "stcs": "渗透测试",
}


def asked(engine: SearchBackend, text: str) -> Answer:
    """The engine's answer, after several attempts if need be: its speed is not graded."""
    for _ in range(TRIES):
        results = selectors.search(text=text)
        if results.engine == engine.name:
            return Answer(results.ids, results.corrected_to, results.did_you_mean)
        circuit_breaker.reset_circuit()
    raise AssertionError(f"{engine.name} did not answer {text!r} {TRIES} times")


def assert_good(title: str, queries: list, report: Report, record_property) -> None:
    """Check the metrics against the thresholds, and record them for the end of the test run."""
    figures = (
        f"{title}: {len(queries)} queries, P@10 {report.precision:.3f}, "
        f"exact name first {report.exact_first:.2f}, did you mean {report.corrected:.2f}, "
        f"nothing found {report.silent:.3f}, wrong corrections {report.wrong:.3f}"
    )
    record_property("figures", figures)
    message = "\n  ".join([figures, *report.failures])
    assert report.precision >= MIN_PRECISION, message
    assert report.exact_first == 1, message
    assert report.corrected >= MIN_CORRECTED, message
    assert report.silent <= MAX_SILENT, message
    assert report.wrong <= MAX_WRONG, message


def assert_suggested(typed_words: dict[str, str]) -> None:
    shown = {typed: selectors.suggestions(text=typed) for typed in typed_words}
    missing = [
        f"{typed}: {shown[typed]}"
        for typed, word in typed_words.items()
        if not any(word in completed.text for completed in shown[typed])
    ]
    assert missing == []


def test_the_demo_catalogue(engine, folders, record_property):
    call_command("load_demo", verbosity=0)
    ids = dict(Course.objects.values_list("name", "id"))
    hidden = {ids[demo_queries.COURSES[short]] for short in demo_queries.HIDDEN}
    indexing.rebuild()
    queries = demo_queries.judged(ids)
    answers: dict[str, Answer] = {}

    def ask(text: str) -> Answer:
        if text not in answers:
            answers[text] = asked(engine, text)
        return answers[text]

    assert_good(f"{engine.name}, demo catalogue", queries, grade(queries, ask), record_property)
    unseen = demo_queries.unseen(ids)
    assert_good(f"{engine.name}, queries of others", unseen, grade(unseen, ask), record_property)
    assert_suggested(demo_queries.suggested())
    assert [text for text, answer in answers.items() if hidden.intersection(answer.ids)] == []


@pytest.fixture(scope="class")
def queries(django_db_setup, django_db_blocker) -> Iterator[list[Judged]]:
    """Judged queries over the generated catalogue, which is inserted once for all engines."""
    with django_db_blocker.unblock(), transaction.atomic():
        stored = rows.insert(list(generator.courses(COURSES)))
        yield generated_queries.judged(stored)
        transaction.set_rollback(True)


class TestTwentyThousandGeneratedCourses:
    def test_are_found(self, queries, engine, record_property):
        indexing.rebuild()

        report = grade(queries, lambda text: asked(engine, text))

        assert_good(f"{engine.name}, {COURSES} generated courses", queries, report, record_property)
        assert_suggested({**generated_queries.PINYIN, **MORE_TYPED})
