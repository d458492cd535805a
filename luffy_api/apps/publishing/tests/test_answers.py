"""Encodings and ETags of a published answer."""

import gzip

import brotli
import pytest

from luffy_api.apps.publishing import answers

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
