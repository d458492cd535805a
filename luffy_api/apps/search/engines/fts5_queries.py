"""What the FTS5 engine asks: each statement stops after a number of courses, however many fit.

FTS5 finds the popular courses first (`fts5_writer.place`), so the first ones of a name or a text
are the ones to list. Only where a query finds few courses are they told apart by their words: bm25
counts and reads all that have one of them.
"""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

from luffy_api.apps.search.aliases import Either
from luffy_api.apps.search.engines.base import MAX_HITS, EngineQuery, Hits, MatchMode
from luffy_api.apps.search.engines.fts5_writer import ID_BITS, LAST_RANK, RANKS_OF_ONE, facets
from luffy_api.apps.search.tokenizer import Phrase, is_beginning

# So many hits are ranked by bm25, which also counts all courses of each word, so many in all.
MAX_RANKED_HITS, MAX_COUNTED = 200, 1000
# In which one hit is as good as another, and the popular ones come first.
_TABLES = {MatchMode.CHARACTERS: "forms", MatchMode.SPOKEN: "subtitled"}
_LAST_CHARACTER = "\U0010ffff"
# What the statements below refer to. A beginning stands for the most frequent words of those that
# are read.
_CONSTANTS = {
    "id": (1 << ID_BITS) - 1,
    "id_bits": ID_BITS,
    "last_rank": LAST_RANK,
    "ranks": float(RANKS_OF_ONE),
    "read": 1000,
    "words": 60,
    "exact": 100,
}
# Weights of names, people, outline, brief; facets are no text.
_RANKED = """
WITH hit AS MATERIALIZED
  (SELECT rowid, bm25(named, 1, 0) AS score FROM named WHERE named MATCH :query)
SELECT group_concat(place & :id), ifnull(sum(in_name), 0) FROM (
  SELECT everything.rowid AS place, hit.rowid IS NOT NULL AS in_name
  FROM everything LEFT JOIN hit ON hit.rowid = everything.rowid
  WHERE everything MATCH :query
  ORDER BY in_name DESC,
    bm25(everything, 8, 5, 2, 1, 0) + 3 * ifnull(hit.score, 0)
      - 0.3 * (:last_rank - (everything.rowid >> :id_bits)) / :ranks,
    everything.rowid)
"""
_FIRST = """
SELECT group_concat(place & :id) FROM (
  SELECT rowid AS place FROM {table} WHERE {table} MATCH :query LIMIT :limit)
"""
_EXACT = """
SELECT id FROM facts
WHERE key = :key AND (:kind IS NULL OR kind = :kind)
AND (:category IS NULL OR category_id = :category)
ORDER BY place LIMIT :exact
"""
_WORDS_FROM = """
SELECT word FROM (
  SELECT word, courses FROM word WHERE word > :begin AND word < :end LIMIT :read)
ORDER BY courses DESC, word LIMIT :words
"""
_NAMES_BY_PREFIX = """
SELECT name, place & :id FROM body WHERE place IN (
  SELECT place FROM (
    SELECT place FROM facts WHERE key >= :begin AND key < :end LIMIT :read)
  ORDER BY place LIMIT :limit)
ORDER BY place
"""
_NAMES_BY_WORDS = """
SELECT name, place & :id FROM body WHERE place IN (
  SELECT rowid FROM {table} WHERE {table} MATCH :query LIMIT :limit)
ORDER BY place
"""
# The words before the last one must stand in the same name: of the first courses that have them,
# the pinyin is read. FTS5 would first read all courses whose pinyin begins so.
_NAMES_BY_PINYIN = """
SELECT name, place & :id FROM body WHERE place IN (
  SELECT rowid FROM named WHERE named MATCH :query LIMIT :read)
AND instr(' ' || pinyin, :pinyin) ORDER BY place LIMIT :limit
"""
_WORDS_BY_PREFIX = """
SELECT word, NULL FROM (
  SELECT DISTINCT word FROM word_key WHERE key >= :begin AND key < :end LIMIT :read)
JOIN word USING (word) WHERE length(word) > 1 ORDER BY courses DESC, word LIMIT :limit
"""
_WORD = "SELECT word, NULL FROM word WHERE word = :word AND length(word) > 1"
_WORDS_BY_KEY = """
SELECT key, word, courses FROM word_key JOIN word USING (word) WHERE key IN ({keys})
"""

Rows = list[tuple[Any, ...]]


def exact(connection: sqlite3.Connection, query: EngineQuery) -> list[int]:
    """Ids of the courses whose name is the query."""
    values = {"key": query.key, "kind": query.kind, "category": query.category_id}
    return [pk for (pk,) in _execute(connection, _EXACT, values)]


def match(connection: sqlite3.Connection, query: EngineQuery) -> Hits:
    """The best courses that have the phrases, `MAX_HITS` at most."""
    expression = match_expression(connection, query)
    if query.mode in _TABLES:
        return Hits(_first(connection, _TABLES[query.mode], expression, limit=MAX_HITS))
    found = _first(connection, "everything", expression, limit=MAX_RANKED_HITS + 1)
    if len(found) <= MAX_RANKED_HITS and _frequency(connection, query) <= MAX_COUNTED:
        joined, name_hits = _execute(connection, _RANKED, {"query": expression}).fetchone()
        return Hits(_numbers(joined), name_hits)
    in_name = _first(connection, "named", expression, limit=MAX_HITS)
    if len(in_name) == MAX_HITS:
        return Hits(in_name, MAX_HITS)
    anywhere = _first(connection, "everything", expression, limit=MAX_HITS)
    return Hits(list(dict.fromkeys([*in_name, *anywhere]))[:MAX_HITS], len(in_name))


def match_expression(connection: sqlite3.Connection, query: EngineQuery) -> str:
    """Write a query in FTS5's syntax; every word is quoted, so that none is an operator."""
    wanted = [quote_phrase(phrase) for phrase in query.phrases]
    limits = facets(kind=query.kind, category_id=query.category_id)
    if query.mode is MatchMode.CHARACTERS:
        beginnings = [" *" if is_beginning(phrase) else "" for phrase in query.phrases]
        wanted = [f"characters : {word}{end}" for word, end in zip(wanted, beginnings, strict=True)]
    elif query.mode is MatchMode.PREFIX and wanted:
        wanted[-1] = _begun(connection, query.phrases[-1])
    wanted += map(_either, query.either)
    levels = [f'facets : "{facet}"' for level in query.levels for facet in facets(level=level)]
    wanted += [f"({' OR '.join(levels)})"] if levels else []
    return " AND ".join([*wanted, *(f'facets : "{facet}"' for facet in limits)])


def completions(
    connection: sqlite3.Connection, phrases: Sequence[Phrase], begun: Phrase, limit: int
) -> Rows:
    """Names and ids, words and None: what the typed text may become, the likeliest first."""
    typed, prefix = [*phrases, begun], begun[-1]
    lead = [quote_phrase(phrase) for phrase in phrases]
    key = "".join(word for phrase in typed for word in phrase)
    by_words = " AND ".join([*lead, _begun(connection, begun)])
    statements = [
        (_NAMES_BY_PREFIX, _range(key, limit)),
        (_NAMES_BY_WORDS.format(table="named"), {"query": by_words, "limit": limit}),
    ]
    alone = len(begun) == 1
    if alone and not lead:
        statements.append((_WORDS_BY_PREFIX, _range(f"t{prefix}", limit)))
    if alone and prefix.isascii() and prefix.isalpha():
        if lead:
            values = {"query": " AND ".join(lead), "pinyin": f" {prefix}", "limit": limit}
            statements.append((_NAMES_BY_PINYIN, values))
        else:
            values = {"query": f"pinyin : {quote_phrase(begun)} *", "limit": limit}
            statements.append((_NAMES_BY_WORDS.format(table="forms"), values))
            statements += [(_WORDS_BY_PREFIX, _range(f"{sign}{prefix}", limit)) for sign in "pi"]
    return [row for sql, values in statements for row in _execute(connection, sql, values)]


def named(connection: sqlite3.Connection, phrases: Sequence[Phrase], limit: int) -> Rows:
    """The word that the phrases are, with None, and the names and ids that have them."""
    query = " AND ".join(map(quote_phrase, phrases))
    words: Rows = []
    if len(phrases) == len(phrases[0]) == 1:
        words = _execute(connection, _WORD, {"word": phrases[0][0]}).fetchall()
    sql = _NAMES_BY_WORDS.format(table="named")
    return words + _execute(connection, sql, {"query": query, "limit": limit}).fetchall()


def words_by_key(connection: sqlite3.Connection, keys: Iterable[str]) -> Rows:
    """Keys of `spelling` with each word that has it and its number of courses."""
    wanted = list(keys)
    sql = _WORDS_BY_KEY.format(keys=", ".join("?" * len(wanted)))
    return connection.execute(sql, wanted).fetchall()


def quote_phrase(phrase: Phrase) -> str:
    """Write words that must stand side by side in FTS5's syntax."""
    return '"' + " ".join(phrase).replace('"', "") + '"'


def _either(alternatives: Either) -> str:
    """One of the alternatives, each of which is phrases that all must occur."""
    said = (" AND ".join(map(quote_phrase, phrases)) for phrases in alternatives)
    return f"({' OR '.join(f'({text})' for text in said)})"


def _begun(connection: sqlite3.Connection, phrase: Phrase) -> str:
    """The phrase, or what its last word may be the beginning of.

    FTS5 would read all courses of all such words before it finds the first one.
    """
    *before, last = phrase
    if last[-1].isdigit():
        return quote_phrase(phrase)
    values = {"begin": last, "end": last + _LAST_CHARACTER}
    words = [last, *(word for (word,) in _execute(connection, _WORDS_FROM, values))]
    return f"({' OR '.join(quote_phrase((*before, word)) for word in words)})"


def _frequency(connection: sqlite3.Connection, query: EngineQuery) -> int:
    """How many courses have the words of a query, added up."""
    words = query.words()
    sql = "SELECT ifnull(sum(courses), 0) FROM word WHERE word IN (SELECT value FROM json_each(?))"
    frequency: int = connection.execute(sql, [json.dumps(words)]).fetchone()[0]
    return frequency


def _first(connection: sqlite3.Connection, table: str, expression: str, *, limit: int) -> list[int]:
    """Ids of the most popular courses that match."""
    values = {"query": expression, "limit": limit}
    return _numbers(_execute(connection, _FIRST.format(table=table), values).fetchone()[0])


def _execute(connection: sqlite3.Connection, sql: str, values: dict[str, Any]) -> sqlite3.Cursor:
    return connection.execute(sql, {**_CONSTANTS, **values})


def _numbers(joined: str | None) -> list[int]:
    """One text is read several times as fast as a row for each number."""
    return [int(number) for number in joined.split(",")] if joined else []


def _range(begin: str, limit: int) -> dict[str, Any]:
    return {"begin": begin, "end": begin + _LAST_CHARACTER, "limit": limit}
