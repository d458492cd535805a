"""Query bodies for Elasticsearch, of parts that 7, 8, 9 and OpenSearch all understand."""

from collections.abc import Callable, Sequence
from typing import Any

from luffy_api.apps.search.aliases import Either
from luffy_api.apps.search.engines.base import MAX_HITS, EngineQuery, MatchMode
from luffy_api.apps.search.tokenizer import Phrase, is_beginning

Body = dict[str, Any]

# Scores of words stay below these, and single precision still distinguishes them above.
NAME_SCORE = 4000.0
EXACT_SCORE = 40000.0
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
        "level": {"type": "short"},
        "popularity": {"type": "float"},
        "fingerprint": {"type": "long"},
        "names": _TEXT,
        "people": _TEXT,
        "outline": _TEXT,
        "brief": _TEXT,
        "spoken": _TEXT,
        "pinyin": _TEXT,
        "characters": _TEXT,
        "word": _KEYWORD,
        "keys": _KEYWORD,
        "courses": {"type": "integer"},
    },
}
# So many fingerprints are read at once.
SETTINGS: Body = {"number_of_shards": 1, "max_result_window": 10_000}


def match(query: EngineQuery) -> Body:
    """Every phrase in any field; the exact name first, then names, then the rest."""
    either: list[Body] = []
    if not query.levels:
        either.append(_constant({"term": {"key": query.key}}, EXACT_SCORE))
    if not query.is_blank:
        either.append(_MATCHES.get(query.mode, _match_words)(query))
    filters = [_is("type", "course")]
    filters += [_is("kind", query.kind)] if query.kind else []
    filters += [_is("category_id", query.category_id)] if query.category_id else []
    filters += [{"terms": {"level": list(query.levels)}}] if query.levels else []
    return {
        "query": {"bool": {"should": either, "minimum_should_match": 1, "filter": filters}},
        "sort": ["_score", {"id": "asc"}],
        "track_scores": True,
        # What is read of a hit are the values it is sorted by: no document is looked at.
        "stored_fields": "_none_",
        "size": MAX_HITS,
    }


def suggest(phrases: Sequence[Phrase], begun: Phrase, *, limit: int) -> list[Body]:
    """Bodies in order: names with the prefix, names with such words, words, pinyin."""
    prefix, alone = begun[-1], len(begun) == 1
    key = "".join(word for phrase in [*phrases, begun] for word in phrase)
    lead = [_phrase("names", phrase) for phrase in phrases]
    last = {"prefix": {"names": prefix}} if alone else _phrase("names", begun, prefix=True)
    bodies = [_courses([{"prefix": {"key": key}}], limit), _courses([*lead, last], limit)]
    if alone and not lead:
        bodies.append(_words_by_prefix(f"t{prefix}", limit))
    if alone and prefix.isascii() and prefix.isalpha():
        bodies.append(_courses([*lead, {"prefix": {"pinyin": prefix}}], limit))
        if not lead:
            bodies += [_words_by_prefix(f"{key_type}{prefix}", limit) for key_type in "pi"]
    return bodies


def named(phrases: Sequence[Phrase], *, limit: int) -> list[Body]:
    """Bodies in order: the word that the phrases are, names that have them."""
    bodies = [_courses([_phrase("names", phrase) for phrase in phrases], limit)]
    if len(phrases) == len(phrases[0]) == 1 and len(phrases[0][0]) > 1:
        condition = {"bool": {"filter": [_is("type", "word"), _is("word", phrases[0][0])]}}
        bodies.insert(0, {"query": condition, "_source": ["word"], "size": 1})
    return bodies


def words_by_key(keys: Sequence[str]) -> Body:
    """Words that have one of the keys."""
    condition = {"bool": {"filter": [_is("type", "word"), {"terms": {"keys": list(keys)}}]}}
    return {
        "query": condition,
        "sort": [{"courses": "desc"}],
        "_source": ["word", "keys", "courses"],
        "size": 1000,
    }


def fingerprints(*, after: int, limit: int) -> Body:
    """Fingerprints of the courses with ids above `after`."""
    condition = {"bool": {"filter": [_is("type", "course"), {"range": {"id": {"gt": after}}}]}}
    return {
        "query": condition,
        "sort": [{"id": "asc"}],
        "_source": ["id", "fingerprint"],
        "size": limit,
    }


def _match_words(query: EngineQuery) -> Body:
    anywhere = [_anywhere(phrase) for phrase in query.phrases]
    named = [_phrase("names", phrase) for phrase in query.phrases]
    if query.mode is MatchMode.PREFIX and anywhere and not query.phrases[-1][-1].isdigit():
        anywhere[-1] = _anywhere(query.phrases[-1], prefix=True)
        named[-1] = _phrase("names", query.phrases[-1], prefix=True)
    anywhere += [_either(each, _anywhere) for each in query.either]
    named += [_either(each, _in_name) for each in query.either]
    in_name = {"bool": {"must": named, "boost": 3}}
    should = [_constant({"bool": {"filter": named}}, NAME_SCORE), in_name]
    condition = {"bool": {"must": anywhere, "should": should}}
    popular = {"field": "popularity", "factor": _POPULARITY, "missing": 0}
    return {
        "function_score": {
            "query": condition,
            "functions": [{"field_value_factor": popular}],
            "boost_mode": "sum",
        }
    }


def _either(alternatives: Either, body: Callable[[Phrase], Body]) -> Body:
    """One of the alternatives, each of which is phrases that all must occur."""
    said = [{"bool": {"must": [body(phrase) for phrase in phrases]}} for phrases in alternatives]
    return {"bool": {"should": said, "minimum_should_match": 1}}


def _in_name(phrase: Phrase) -> Body:
    return _phrase("names", phrase)


def _match_characters(query: EngineQuery) -> Body:
    phrases = [
        _phrase("characters", phrase, prefix=is_beginning(phrase)) for phrase in query.phrases
    ]
    return _popular_first(phrases)


def _match_spoken(query: EngineQuery) -> Body:
    phrases = [_said(phrase) for phrase in query.phrases]
    return _popular_first([*phrases, *(_either(each, _said) for each in query.either)])


def _said(phrase: Phrase) -> Body:
    return _phrase("spoken", phrase)


def _popular_first(conditions: list[Body]) -> Body:
    popular = {"field": "popularity", "factor": 1, "missing": 0}
    return {
        "function_score": {
            "query": {"bool": {"filter": conditions}},
            "field_value_factor": popular,
            "boost_mode": "replace",
        }
    }


_MATCHES: dict[MatchMode, Callable[[EngineQuery], Body]] = {
    MatchMode.CHARACTERS: _match_characters,
    MatchMode.SPOKEN: _match_spoken,
}


def _anywhere(phrase: Phrase, *, prefix: bool = False) -> Body:
    """A phrase in one of the fields; with `prefix`, its last word may be incomplete."""
    kind = "phrase_prefix" if prefix else "most_fields" if len(phrase) == 1 else "phrase"
    extra: Body = {"max_expansions": 200} if prefix else {}
    return {"multi_match": {"query": " ".join(phrase), "type": kind, "fields": _FIELDS, **extra}}


def _phrase(field: str, phrase: Phrase, *, prefix: bool = False) -> Body:
    if prefix:
        return {"match_phrase_prefix": {field: {"query": " ".join(phrase), "max_expansions": 200}}}
    return {"match_phrase": {field: " ".join(phrase)}}


def _courses(conditions: list[Body], limit: int) -> Body:
    condition = {"bool": {"filter": [_is("type", "course"), *conditions]}}
    return {"query": condition, "sort": _POPULAR_FIRST, "_source": ["name", "id"], "size": limit}


def _words_by_prefix(key_prefix: str, limit: int) -> Body:
    # Keys of other kinds have another first letter.
    condition = {"bool": {"filter": [_is("type", "word"), {"prefix": {"keys": key_prefix}}]}}
    order = [{"courses": "desc"}, {"word": "asc"}]
    return {"query": condition, "sort": order, "_source": ["word"], "size": limit}


def _constant(query: Body, score: float) -> Body:
    return {"constant_score": {"filter": query, "boost": score}}


def _is(field: str, value: Any) -> Body:
    return {"term": {field: value}}
