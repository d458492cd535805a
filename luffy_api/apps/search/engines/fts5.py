"""SQLite FTS5: the default engine, a file of its own beside whatever the main database is."""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from luffy_api.apps.search.engines import base, fts5_writing
from luffy_api.apps.search.engines.base import (
    MAX_HITS,
    Build,
    Candidates,
    Completion,
    Document,
    Hits,
    Matching,
    SearchBackend,
    Terms,
    words_of,
)
from luffy_api.apps.search.engines.fts5_files import Files, faults, transaction
from luffy_api.apps.search.words import Phrase

# So many hits cannot be told apart by how often a word occurs; then the names and the popularity
# decide alone, which is several times faster.
_TOO_MANY = 3000
# Weights of names, people, outline, brief.
_SCORE = "bm25(everything, 8, 5, 2, 1) + 3 * ifnull(hit.score, 0) - 0.3 * facts.popularity"
_QUICK_SCORE = "ifnull(hit.score, 0) - facts.popularity"
_MATCH = """
WITH hit AS MATERIALIZED
  (SELECT rowid, bm25(named) AS score FROM named WHERE named MATCH :query)
SELECT group_concat(id), ifnull(sum(in_name), 0) FROM (
  SELECT facts.id AS id, hit.rowid IS NOT NULL AS in_name
  FROM everything JOIN facts ON facts.id = everything.rowid
  LEFT JOIN hit ON hit.rowid = everything.rowid
  WHERE everything MATCH :query {narrowed}
  ORDER BY facts.key <> :key, in_name DESC, {score}, facts.id LIMIT {limit})
"""
_MATCH_LETTERS = """
SELECT group_concat(id), 0 FROM (
  SELECT facts.id AS id FROM forms JOIN facts ON facts.id = forms.rowid
  WHERE forms MATCH :query {narrowed}
  ORDER BY facts.popularity DESC, facts.id LIMIT {limit})
"""
_EXACT = "SELECT id FROM facts WHERE key = :key {narrowed} ORDER BY popularity DESC, id LIMIT 100"
_NARROWED = "AND (:kind IS NULL OR kind = :kind) AND (:category IS NULL OR category_id = :category)"
_LAST = "\U0010ffff"
_BEGIN_NAMES = """
SELECT name, id
FROM (SELECT id, popularity FROM facts WHERE key >= :begin AND key < :end LIMIT 3000)
JOIN body USING (id) ORDER BY popularity DESC, id LIMIT :limit
"""
_IN_NAMES = """
SELECT name, facts.id FROM (SELECT rowid FROM {table} WHERE {table} MATCH :query LIMIT 2000) AS hit
JOIN facts ON facts.id = hit.rowid JOIN body ON body.id = hit.rowid
ORDER BY popularity DESC, facts.id LIMIT :limit
"""
_BEGIN_WORDS = """
SELECT word, NULL FROM (
  SELECT DISTINCT word FROM word_key WHERE key >= :begin AND key < :end LIMIT 1000)
JOIN word USING (word) WHERE length(word) > 1 ORDER BY courses DESC, word LIMIT :limit
"""
_CANDIDATES = """
SELECT key, word, doc FROM word_key JOIN vocabulary ON term = word WHERE key IN ({keys})
"""


class Fts5Backend(SearchBackend):
    """An index in the file that the link `path` points to."""

    name = "fts5"

    def __init__(self, path: Path) -> None:
        self.address = str(path)
        self._files = Files(path)

    def match(self, terms: Terms) -> Hits:
        """See SearchBackend."""
        with self._files.reading() as connection:
            values: dict[str, Any] = {
                "key": terms.key,
                "kind": terms.kind,
                "category": terms.category_id,
            }
            exact = connection.execute(_EXACT.format(narrowed=_NARROWED), values).fetchall()
            first = [row[0] for row in exact]
            if not terms.phrases:
                return Hits(first, len(first))
            values["query"] = expression(terms)
            statement = _statement(connection, terms, values)
            found, named = connection.execute(statement, values).fetchone()
        ids = [int(number) for number in found.split(",")] if found else []
        missed = [number for number in first if number not in set(ids[: len(first)])]
        return Hits(missed + ids, len(missed) + named)

    def suggest(self, phrases: Sequence[Phrase], beginning: str, *, limit: int) -> list[Completion]:
        """See SearchBackend."""
        with self._files.reading() as connection:
            asked = _suggestions(phrases, beginning, limit)
            rows = [row for sql, values in asked for row in connection.execute(sql, values)]
        return list(dict.fromkeys(Completion(*row) for row in rows))

    def candidates(self, keys: Iterable[str]) -> Candidates:
        """See SearchBackend."""
        wanted = list(keys)
        sql = _CANDIDATES.format(keys=", ".join("?" * len(wanted)))
        found: Candidates = {}
        with self._files.reading() as connection:
            for key, word, courses in connection.execute(sql, wanted):
                found.setdefault(key, []).append((word, courses))
        return found

    def dictionary(self) -> tuple[str, ...]:
        """See SearchBackend."""
        return self._files.dictionary()

    def index(self, documents: Sequence[Document]) -> None:
        """See SearchBackend."""
        with self._files.writing() as connection:
            fts5_writing.write(connection, documents)
            fts5_writing.add_words(connection, words_of(documents))

    def delete(self, ids: Sequence[int]) -> None:
        """See SearchBackend."""
        with self._files.writing() as connection:
            fts5_writing.remove(connection, ids)

    def fingerprints(self, *, after: int, limit: int) -> list[tuple[int, int]]:
        """See SearchBackend."""
        sql = "SELECT id, fingerprint FROM facts WHERE id > ? ORDER BY id LIMIT ?"
        with self._files.reading() as connection:
            return connection.execute(sql, (after, limit)).fetchall()

    def begin_build(self, dictionary: Sequence[str]) -> Build:
        """See SearchBackend."""
        return Fts5Build(self._files, dictionary)


class Fts5Build(Build):
    """A database that the link does not point to yet."""

    def __init__(self, files: Files, dictionary: Sequence[str]) -> None:
        super().__init__(dictionary)
        self._files = files
        self._words: Counter[str] = Counter()
        with faults():
            self._file, self._connection = files.create(dictionary)

    def index(self, documents: Sequence[Document]) -> None:
        """See Build."""
        with faults(), transaction(self._connection):
            fts5_writing.write(self._connection, documents)
        self._words += words_of(documents)

    def delete(self, ids: Sequence[int]) -> None:
        """See Build."""
        with faults(), transaction(self._connection):
            fts5_writing.remove(self._connection, ids)

    def finish(self) -> None:
        """See Build."""
        with faults(), transaction(self._connection):
            fts5_writing.add_words(self._connection, self._words)
            fts5_writing.optimise(self._connection)

    def swap(self) -> None:
        """See Build."""
        with faults():
            self._files.publish(self._file, self._connection)

    def discard(self) -> None:
        """See Build."""
        with suppress(sqlite3.Error, OSError):
            self._connection.close()
            if self._file.name != self._files.path.resolve().name:
                self._files.discard(self._file)


def expression(terms: Terms) -> str:
    """An FTS5 query in which nothing is an operator: every word stands in quotes."""
    column = "letters : " if terms.matching is Matching.LETTERS else ""
    phrases = [quoted(phrase) for phrase in terms.phrases]
    if terms.matching is Matching.BEGINNING and not terms.phrases[-1][-1].isdigit():
        phrases[-1] += " *"
    return f"{column}({' AND '.join(phrases)})" if column else " AND ".join(phrases)


def _suggestions(
    phrases: Sequence[Phrase], beginning: str, limit: int
) -> list[tuple[str, dict[str, Any]]]:
    """Statements, the best first: names that begin so, that have such words, words, sounds."""
    lead = "".join(word for phrase in phrases for word in phrase)
    key = lead + beginning
    open_words = " AND ".join([*map(quoted, phrases), f"{quoted((beginning,))} *"])
    asked: list[tuple[str, dict[str, Any]]] = [
        (_BEGIN_NAMES, {"begin": key, "end": key + _LAST, "limit": limit}),
        (_IN_NAMES.format(table="named"), {"query": open_words, "limit": limit}),
    ]
    if not phrases:
        asked.append((_BEGIN_WORDS, _range(f"t{beginning}", limit)))
    if beginning.isascii() and beginning.isalpha():
        spoken = " AND ".join(["sounds : " + quoted((beginning,)) + " *"])
        asked.append((_IN_NAMES.format(table="forms"), {"query": spoken, "limit": limit}))
        asked += [(_BEGIN_WORDS, _range(f"{kind}{beginning}", limit)) for kind in "pi"]
    return asked


def _range(begin: str, limit: int) -> dict[str, Any]:
    return {"begin": begin, "end": begin + _LAST, "limit": limit}


def quoted(phrase: Phrase) -> str:
    """Words side by side."""
    return '"' + " ".join(phrase).replace('"', "") + '"'


def _statement(connection: sqlite3.Connection, terms: Terms, values: dict[str, Any]) -> str:
    narrowed = _NARROWED if terms.kind or terms.category_id else ""
    if terms.matching is Matching.LETTERS:
        return _MATCH_LETTERS.format(narrowed=narrowed, limit=MAX_HITS)
    count = "SELECT count(*) FROM everything WHERE everything MATCH :query"
    many = connection.execute(count, values).fetchone()[0] > _TOO_MANY
    return _MATCH.format(
        narrowed=narrowed, score=_QUICK_SCORE if many else _SCORE, limit=base.MAX_HITS
    )
