"""Whatever is typed into the box means itself or nothing, quickly; it is never an error."""

import re
import time
from typing import Any
from urllib.parse import quote

import pytest

from luffy_api.apps.course.models import Course
from luffy_api.apps.search import circuit_breaker, indexing
from luffy_api.apps.search.normalization import normalize
from luffy_api.apps.search.tests.catalogues import generator, rows
from luffy_api.tests.factories import CourseFactory

# The engines understand the texts; the database sees ids.
pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

URL = "/api/v1/course/search/"
SUGGEST = f"{URL}suggest/"
SECONDS = 0.3
TRIES = 10
# A search of several words costs up to twice as much as one of a single word.
FACTOR = 3

OPERATORS = [
    *["爬虫 OR 运维", "爬虫 AND NOT python", "NOT 爬虫", "NEAR(爬虫 运维, 5)", "爬虫 NEAR/2 运维"],
    *["name:爬虫", "names : 爬虫", "{name brief}: 爬虫", "^爬虫", "爬虫 + 运维", "-爬虫", "+爬虫"],
    *["爬*", "爬?", "*", "**", "*:*", "爬虫~2", "爬虫^9", "/爬.*/", "[a TO z]", "_exists_:name"],
    *["(爬虫", "爬虫)", "((((", "爬虫 && 运维", "爬虫 || 运维", "!爬虫", "爬虫 <-> 运维"],
    *['"', '"""', '"爬虫', '"爬虫 运维"', "'", "''", "`", "\\", '\\"', "爬虫\\"],
    *["%", "%%%", "_", "爬_", "爬%", "' OR '1'='1", "'; DROP TABLE luffy_course; --", "--", "/*"],
    *['{"match_all": {}}', "${jndi:ldap://127.0.0.1/a}", "{{7*7}}", "../../etc/passwd"],
    *["<b>爬虫</b>", "<script>alert(1)</script>"],
]
CHARACTERS = [
    *["\0", "爬\0虫", "爬虫\0", "\x1b[31m", "\r\nSet-Cookie: a=b", "\u200b爬虫", "\ufeff"],
    *["\u2028", "\U000e0001", "\uffff", "\u202e爬虫\u202c", "مرحبا بالعالم", "שלום עולם", "हिन्दी"],
    *["🐍", "🐍" * 50, "👨\u200d👩\u200d👧", "🇨🇳", "❤\ufe0f", "e\u0301" * 50, "a" + "\u0300" * 90],
    *["﷽" * 40, "İ", "ß", "ﬃ", "㍿", "ￅ"],
]
NUMBERS = [
    *["9" * 90, "99999999999999999999元", "1-", "-", "100-50", "0以内", "以内", "-1", "1e309"],
    *["NaN", "Infinity", "99.999", "0x10", "٩٩", "⁹⁹", "½", "①", "1-2-3", "99 99 99", "0.001元"],
]
LONG = {
    "10 kB of one letter": "a" * 10_000,
    "10 kB of Chinese": "爬" * 3_400,
    "500 words": " ".join(f"w{n}" for n in range(500)),
    "500 Chinese words": "爬虫 运维 " * 250,
    "500 quotes": '"' * 500,
    "500 brackets": "(" * 500,
    "500 stars": "a* " * 500,
    "10 kB of spaces": " " * 10_000,
}
# Percent-encoded bytes that are no UTF-8: lone surrogates, cut characters, overlong forms.
BROKEN = [
    *["%ED%A0%80", "%ED%BF%BF", "%FF%FE", "%E7%88", "%C0%80", "%F8%88%80%80%80"],
    *["%", "%zz", "%u722C"],
]


@pytest.fixture
def school(engine):
    """Three hundred generated courses and one whose name is made of signs."""
    rows.insert(list(generator.courses(300)))
    CourseFactory(name='50% "off" a_b AND (C++) 🐍')
    indexing.rebuild()


def assert_harmless(api, query: str) -> Any:
    """Both boxes answer, and quickly; returns what the search says."""
    # The engine is asked even if it was too slow for the text before.
    circuit_breaker.reset_circuit()
    assert_quick(api, f"{SUGGEST}?search={query}")
    return assert_quick(api, f"{URL}?search={query}").json()


def ids_of(answer: Any) -> list[int]:
    """Of the first page."""
    return [row["id"] for row in answer["data"]["results"]]


def assert_quick(api, url: str):
    """In SECONDS, or on a machine that is busy with other things as quickly as ordinary words."""
    tries = []
    for _ in range(TRIES):
        answer, seconds = timed(api, url)
        if seconds < SECONDS:
            return answer
        _, ordinary = timed(api, f"{URL}?search=python")
        if seconds < ordinary * FACTOR:
            return answer
        tries.append((seconds, ordinary))
    pytest.fail(f"{url} and an ordinary search took {tries} seconds")


def timed(api, url: str):
    """The answer and its seconds."""
    begin = time.perf_counter()
    answer = api.get(url)
    assert answer.status_code == 200, answer.json()
    return answer, time.perf_counter() - begin


def assert_literal(text: str, answer: Any) -> None:
    """Every word of the query stands in every course that was found, or is said to be missing."""
    dropped = {normalize(word) for word in answer["dropped"]}
    found = Course.objects.filter(pk__in=ids_of(answer)).select_related(
        "course_category", "teacher"
    )
    for course in found.prefetch_related("coursechapters__coursesections"):
        texts = [course.name, course.brief, course.course_category.name, course.teacher.name]
        for chapter in course.coursechapters.all():
            texts += [chapter.name, *(section.name for section in chapter.coursesections.all())]
        said = normalize(" ".join(texts))
        words = {*re.findall(r"[^\W_]+", normalize(text))} - dropped
        missing = [word for word in words if word not in said]
        assert not missing, f"{text!r} found {course.name!r}"


def test_whatever_is_typed_means_itself_or_nothing(api, school):
    # Operators of any query language are words.
    for text in OPERATORS:
        assert_literal(text, assert_harmless(api, quote(text)))
    for text in [*CHARACTERS, *NUMBERS, *LONG.values()]:
        assert_harmless(api, quote(text))
    # Bytes that are no text find nothing.
    for query in BROKEN:
        assert_harmless(api, query)
    # Signs are found where they stand.
    marked = Course.objects.get(name__contains="off")
    for text in ["50%", "a_b", "🐍", "c++ 50%", '"off"', marked.name]:
        assert ids_of(assert_harmless(api, quote(text))) == [marked.pk], text
