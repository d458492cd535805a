"""The questions for Elasticsearch, of parts that 7, 8, 9 and OpenSearch all understand."""

from collections.abc import Sequence
from typing import Any

from luffy_api.apps.search.engines.base import MAX_HITS, Matching, Terms
from luffy_api.apps.search.words import Phrase

Body = dict[str, Any]

# Scores of words stay below; single precision still tells them apart above.
NAMED = 4000.0
EXACT = 40000.0
_FIELDS = ["names^2", "people^1.5", "outline^0.6", "brief^0.3"]
_POPULARITY = 0.3
_POPULAR_FIRST = [{"popularity": "desc"}, {"id": "asc"}]

_TEXT: Body = {"type": "text", "analyzer": "whitespace"}
_KEYWORD: Body = {"type": "keyword"}
MAPPING: Body = {
    "dynamic": False,
    "properties": {
        "type": _KEYWORD,
        "id": {"type": "long"},
        "name": {"type": "keyword", "index": False, "doc_values": False},
        "key": _KEYWORD,
        "kind": {"type": "short"},
        "category_id": {"type": "long"},
        "popularity": {"type": "float"},
        "fingerprint": {"type": "long"},
        "names": _TEXT,
        "people": _TEXT,
        "outline": _TEXT,
        "brief": _TEXT,
        "sounds": _TEXT,
        "letters": _TEXT,
        "word": _KEYWORD,
        "keys": _KEYWORD,
        "courses": {"type": "integer"},
    },
}
SETTINGS: Body = {"number_of_shards": 1, "max_result_window": MAX_HITS}


def match(terms: Terms) -> Body:
    """Every phrase in any field; the exact name first, then names, then the rest."""
    either: list[Body] = [_constant({"term": {"key": terms.key}}, EXACT)]
    if terms.phrases:
        either.append(_letters(terms) if terms.matching is Matching.LETTERS else _words(terms))
    narrowed = [_is("type", "course")]
    narrowed += [_is("kind", terms.kind)] if terms.kind else []
    narrowed += [_is("category_id", terms.category_id)] if terms.category_id else []
    return {
        "query": {"bool": {"should": either, "minimum_should_match": 1, "filter": narrowed}},
        "sort": ["_score", {"id": "asc"}],
        "track_scores": True,
        "_source": False,
        "size": MAX_HITS,
    }


def suggest(phrases: Sequence[Phrase], beginning: str, *, limit: int) -> list[Body]:
    """Names that begin so, that have such words, words, sounds: the best first."""
    key = "".join(word for phrase in phrases for word in phrase) + beginning
    lead = [_phrase("names", phrase) for phrase in phrases]
    asked = [
        _courses([{"prefix": {"key": key}}], limit),
        _courses([*lead, {"prefix": {"names": beginning}}], limit),
    ]
    if not phrases:
        asked.append(_words_with(f"t{beginning}", limit))
    if beginning.isascii() and beginning.isalpha():
        asked.append(_courses([{"prefix": {"sounds": beginning}}], limit))
        asked += [_words_with(f"{kind}{beginning}", limit) for kind in "pi"]
    return asked


def candidates(keys: Sequence[str]) -> Body:
    """Words that have one of the keys."""
    found = {"bool": {"filter": [_is("type", "word"), {"terms": {"keys": list(keys)}}]}}
    return {
        "query": found,
        "sort": [{"courses": "desc"}],
        "_source": ["word", "keys", "courses"],
        "size": 1000,
    }


def fingerprints(*, after: int, limit: int) -> Body:
    """The courses with greater ids."""
    found = {"bool": {"filter": [_is("type", "course"), {"range": {"id": {"gt": after}}}]}}
    return {
        "query": found,
        "sort": [{"id": "asc"}],
        "_source": ["id", "fingerprint"],
        "size": limit,
    }


def _words(terms: Terms) -> Body:
    everywhere = [_anywhere(phrase) for phrase in terms.phrases]
    named = [_phrase("names", phrase) for phrase in terms.phrases]
    if terms.matching is Matching.BEGINNING and not terms.phrases[-1][-1].isdigit():
        everywhere[-1] = _anywhere(terms.phrases[-1], goes_on=True)
        named[-1] = _phrase("names", terms.phrases[-1], goes_on=True)
    in_name = {"bool": {"must": named, "boost": 3}}
    should = [_constant({"bool": {"filter": named}}, NAMED), in_name]
    found = {"bool": {"must": everywhere, "should": should}}
    popular = {"field": "popularity", "factor": _POPULARITY, "missing": 0}
    return {
        "function_score": {
            "query": found,
            "functions": [{"field_value_factor": popular}],
            "boost_mode": "sum",
        }
    }


def _letters(terms: Terms) -> Body:
    found = {"bool": {"filter": [_phrase("letters", phrase) for phrase in terms.phrases]}}
    popular = {"field": "popularity", "factor": 1, "missing": 0}
    return {
        "function_score": {"query": found, "field_value_factor": popular, "boost_mode": "replace"}
    }


def _anywhere(phrase: Phrase, *, goes_on: bool = False) -> Body:
    """In one of the fields, the words side by side; the last may go on."""
    kind = "phrase_prefix" if goes_on else "most_fields" if len(phrase) == 1 else "phrase"
    extra: Body = {"max_expansions": 200} if goes_on else {}
    return {"multi_match": {"query": " ".join(phrase), "type": kind, "fields": _FIELDS, **extra}}


def _phrase(field: str, phrase: Phrase, *, goes_on: bool = False) -> Body:
    if goes_on:
        return {"match_phrase_prefix": {field: {"query": " ".join(phrase), "max_expansions": 200}}}
    return {"match_phrase": {field: " ".join(phrase)}}


def _courses(conditions: list[Body], limit: int) -> Body:
    found = {"bool": {"filter": [_is("type", "course"), *conditions]}}
    return {"query": found, "sort": _POPULAR_FIRST, "_source": ["name", "id"], "size": limit}


def _words_with(beginning: str, limit: int) -> Body:
    # Keys of other kinds have another first letter.
    found = {"bool": {"filter": [_is("type", "word"), {"prefix": {"keys": beginning}}]}}
    order = [{"courses": "desc"}, {"word": "asc"}]
    return {"query": found, "sort": order, "_source": ["word"], "size": limit}


def _constant(query: Body, score: float) -> Body:
    return {"constant_score": {"filter": query, "boost": score}}


def _is(field: str, value: Any) -> Body:
    return {"term": {field: value}}
