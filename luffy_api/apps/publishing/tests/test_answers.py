"""Encodings and ETags of a published answer."""

import gzip
import tracemalloc

import brotli
import orjson
import pytest
from django.urls import resolve

from luffy_api.apps.publishing import answers
from luffy_api.apps.publishing.marks import Mark, Terms
from luffy_api.apps.publishing.versions import Made

BODY = '{"msg": "课程列表"}'.encode() * 50

ACCEPTED = {
    "": ["identity"],
    "gzip": ["gzip", "identity"],
    "gzip, deflate, br, zstd": ["br", "gzip", "identity"],
    "br;q=0.2, gzip": ["gzip", "br", "identity"],
    "br;q=0, gzip;q=0.5": ["gzip", "identity"],
    "GZIP": ["gzip", "identity"],
    "*": ["br", "gzip", "identity"],
    "*;q=0.1, br;q=0": ["gzip", "identity"],
    "identity;q=0": ["identity"],
    "gzip;q=oops": ["identity"],
    ";;,,": ["identity"],
}


@pytest.mark.parametrize("header", ACCEPTED)
def test_the_encodings_that_a_client_accepts(header):
    assert list(answers.accepted_encodings(header)) == ACCEPTED[header]


def test_each_encoding_has_its_bytes_and_an_etag_of_its_own():
    found = answers.represent(BODY, {"Content-Type": "application/json", "Content-Length": "1"})

    assert brotli.decompress(found["br"].body) == BODY
    assert gzip.decompress(found["gzip"].body) == BODY
    assert found["identity"].body == BODY
    assert len({each.etag for each in found.values()}) == 3
    for name, each in found.items():
        assert each.headers["Content-Length"] == str(len(each.body))
        assert each.headers["Content-Type"] == "application/json"
        assert each.headers.get("Content-Encoding", "identity") == name
        assert not each.etag.startswith("W/")


def test_equal_bytes_have_equal_etags_and_others_have_others():
    tags = [answers.represent(body, {})["gzip"].etag for body in (BODY, BODY, BODY + b" ")]

    assert tags[0] == tags[1] != tags[2]


def test_a_short_answer_is_not_compressed():
    assert list(answers.represent(b"{}", {})) == ["identity"]


@pytest.mark.parametrize("courses", [3, 20, 200])
def test_an_answer_takes_no_more_memory_than_is_counted(courses):
    """Of what it is made from, such as its route and the bytes of orjson, nothing is kept."""
    _of(courses)  # what the first one loads stays
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        kept = [_of(courses) for _ in range(50)]
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert after - before <= sum(answer.size for answer in kept)
    assert not any(answer.route.tried for answer in kept)
    found = [each for answer in kept for each in answer.representations.values()]
    assert len({id(each.common) for each in found}) == 1


def _of(courses: int) -> answers.PublishedAnswer:
    cards = [{"id": number, "name": "课程", "price": "99.00"} for number in range(courses)]
    headers = {"Content-Type": "application/json", "Referrer-Policy": "same-origin"}
    return answers.answer_of(
        answers.represent(orjson.dumps({"data": cards}), headers),
        resolve("/api/v1/course/1/"),
        made=Made("1", at=0),
        mark=Mark(max_age=10, personal=None),
        terms=Terms(),
    )


@pytest.mark.parametrize(
    ("header", "known"),
    [
        ('"a-gzip"', True),
        ('W/"a-gzip"', True),
        ('"b", "a-gzip"', True),
        ("*", True),
        ('"a"', False),
        ("a-gzip", False),
        ('"a-br"', False),
        ("", False),
    ],
)
def test_whether_a_client_has_it(header, known):
    assert answers.is_known('"a-gzip"', header) is known
