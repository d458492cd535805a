"""SQLite FTS5, the default engine: a database file of its own, whatever the main database is."""

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from luffy_api.apps.search.engines import base, fts5_writer
from luffy_api.apps.search.engines.base import (
    MAX_HITS,
    Build,
    Completion,
    Document,
    EngineQuery,
    Hits,
    MatchMode,
    SearchBackend,
    WordsByKey,
    count_words,
)
from luffy_api.apps.search.engines.fts5_files import IndexFiles, transaction, translate_errors
from luffy_api.apps.search.tokenizer import Phrase

# More hits are ranked by the names and the popularity alone, which is several times faster: bm25
# over all texts hardly tells them apart.
_MAX_RANKED_HITS = 3000
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
  WHERE everything MATCH :query {filters}
  ORDER BY facts.key <> :key, in_name DESC, {score}, facts.id LIMIT {limit})
"""
_MATCH_CHARACTERS = """
SELECT group_concat(id), 0 FROM (
  SELECT facts.id AS id FROM forms JOIN facts ON facts.id = forms.rowid
  WHERE forms MATCH :query {filters}
  ORDER BY facts.popularity DESC, facts.id LIMIT {limit})
"""
_EXACT = "SELECT id FROM facts WHERE key = :key {filters} ORDER BY popularity DESC, id LIMIT 100"
_FILTERS = "AND (:kind IS NULL OR kind = :kind) AND (:category IS NULL OR category_id = :category)"
_LAST_CHARACTER = "\U0010ffff"
_NAMES_BY_PREFIX = """
SELECT name, id
FROM (SELECT id, popularity FROM facts WHERE key >= :begin AND key < :end LIMIT 3000)
JOIN body USING (id) ORDER BY popularity DESC, id LIMIT :limit
"""
_NAMES_BY_WORDS = """
SELECT name, facts.id FROM (SELECT rowid FROM {table} WHERE {table} MATCH :query LIMIT 2000) AS hit
JOIN facts ON facts.id = hit.rowid JOIN body ON body.id = hit.rowid
ORDER BY popularity DESC, facts.id LIMIT :limit
"""
_WORDS_BY_PREFIX = """
SELECT word, NULL FROM (
  SELECT DISTINCT word FROM word_key WHERE key >= :begin AND key < :end LIMIT 1000)
JOIN word USING (word) WHERE length(word) > 1 ORDER BY courses DESC, word LIMIT :limit
"""
_WORDS_BY_KEY = """
SELECT key, word, doc FROM word_key JOIN vocabulary ON term = word WHERE key IN ({keys})
"""


class Fts5Backend(SearchBackend):
    """The index in the file to which the link `path` points."""

    name = "fts5"

    def __init__(self, path: Path) -> None:
        self.address = str(path)
        self._files = IndexFiles(path)

    def match(self, query: EngineQuery) -> Hits:
        """See SearchBackend."""
        with self._files.reading() as connection:
            values: dict[str, Any] = {
                "key": query.key,
                "kind": query.kind,
                "category": query.category_id,
            }
            exact = connection.execute(_EXACT.format(filters=_FILTERS), values).fetchall()
            first = [row[0] for row in exact]
            if not query.phrases:
                return Hits(first, len(first))
            values["query"] = match_expression(query)
            statement = _match_statement(connection, query, values)
            joined, name_hits = connection.execute(statement, values).fetchone()
        ids = [int(pk) for pk in joined.split(",")] if joined else []
        missing = [pk for pk in first if pk not in set(ids[: len(first)])]
        return Hits(missing + ids, len(missing) + name_hits)

    def suggest(self, phrases: Sequence[Phrase], prefix: str, *, limit: int) -> list[Completion]:
        """See SearchBackend."""
        with self._files.reading() as connection:
            statements = _suggest_statements(phrases, prefix, limit)
            rows = [row for sql, values in statements for row in connection.execute(sql, values)]
        return list(dict.fromkeys(Completion(*row) for row in rows))

    def words_by_key(self, keys: Iterable[str]) -> WordsByKey:
        """See SearchBackend."""
        wanted = list(keys)
        sql = _WORDS_BY_KEY.format(keys=", ".join("?" * len(wanted)))
        words: WordsByKey = {}
        with self._files.reading() as connection:
            for key, word, courses in connection.execute(sql, wanted):
                words.setdefault(key, []).append((word, courses))
        return words

    def dictionary(self) -> tuple[str, ...]:
        """See SearchBackend."""
        return self._files.dictionary()

    def index(self, documents: Sequence[Document]) -> None:
        """See SearchBackend."""
        with self._files.writing() as connection:
            fts5_writer.write(connection, documents)
            fts5_writer.add_words(connection, count_words(documents))

    def delete(self, ids: Sequence[int]) -> None:
        """See SearchBackend."""
        with self._files.writing() as connection:
            fts5_writer.remove(connection, ids)

    def fingerprints(self, *, after: int, limit: int) -> list[tuple[int, int]]:
        """See SearchBackend."""
        sql = "SELECT id, fingerprint FROM facts WHERE id > ? ORDER BY id LIMIT ?"
        with self._files.reading() as connection:
            return connection.execute(sql, (after, limit)).fetchall()

    def begin_build(self, dictionary: Sequence[str]) -> Build:
        """See SearchBackend."""
        return Fts5Build(self._files, dictionary)


class Fts5Build(Build):
    """A database to which the link does not point yet."""

    def __init__(self, files: IndexFiles, dictionary: Sequence[str]) -> None:
        super().__init__(dictionary)
        self._files = files
        with translate_errors():
            self._file, self._connection = files.create(dictionary)

    def index(self, documents: Sequence[Document]) -> None:
        """See Build."""
        with translate_errors(), transaction(self._connection):
            fts5_writer.write(self._connection, documents)

    def delete(self, ids: Sequence[int]) -> None:
        """See Build."""
        with translate_errors(), transaction(self._connection):
            fts5_writer.remove(self._connection, ids)

    def finish(self) -> None:
        """See Build."""
        with translate_errors(), transaction(self._connection):
            fts5_writer.complete_build(self._connection)

    def swap(self) -> None:
        """See Build."""
        with translate_errors():
            self._files.publish(self._file, self._connection)

    def discard(self) -> None:
        """See Build."""
        with suppress(sqlite3.Error, OSError):
            self._connection.close()
            if self._file.name != self._files.path.resolve().name:
                self._files.discard(self._file)


def match_expression(query: EngineQuery) -> str:
    """Write a query in FTS5's syntax; every word is quoted, so that none is an operator."""
    column = "characters : " if query.mode is MatchMode.CHARACTERS else ""
    phrases = [quote_phrase(phrase) for phrase in query.phrases]
    if query.mode is MatchMode.PREFIX and not query.phrases[-1][-1].isdigit():
        phrases[-1] += " *"
    return f"{column}({' AND '.join(phrases)})" if column else " AND ".join(phrases)


def _suggest_statements(
    phrases: Sequence[Phrase], prefix: str, limit: int
) -> list[tuple[str, dict[str, Any]]]:
    """Statements in order: names with the prefix, names with such words, words, pinyin."""
    key = "".join(word for phrase in phrases for word in phrase) + prefix
    by_prefix = " AND ".join([*map(quote_phrase, phrases), f"{quote_phrase((prefix,))} *"])
    statements: list[tuple[str, dict[str, Any]]] = [
        (_NAMES_BY_PREFIX, {"begin": key, "end": key + _LAST_CHARACTER, "limit": limit}),
        (_NAMES_BY_WORDS.format(table="named"), {"query": by_prefix, "limit": limit}),
    ]
    if not phrases:
        statements.append((_WORDS_BY_PREFIX, _range(f"t{prefix}", limit)))
    if prefix.isascii() and prefix.isalpha():
        by_pinyin = f"pinyin : {quote_phrase((prefix,))} *"
        values = {"query": by_pinyin, "limit": limit}
        statements.append((_NAMES_BY_WORDS.format(table="forms"), values))
        statements += [
            (_WORDS_BY_PREFIX, _range(f"{key_type}{prefix}", limit)) for key_type in "pi"
        ]
    return statements


def _range(begin: str, limit: int) -> dict[str, Any]:
    return {"begin": begin, "end": begin + _LAST_CHARACTER, "limit": limit}


def quote_phrase(phrase: Phrase) -> str:
    """Write words that must stand side by side in FTS5's syntax."""
    return '"' + " ".join(phrase).replace('"', "") + '"'


def _match_statement(
    connection: sqlite3.Connection, query: EngineQuery, values: dict[str, Any]
) -> str:
    filters = _FILTERS if query.kind or query.category_id else ""
    if query.mode is MatchMode.CHARACTERS:
        return _MATCH_CHARACTERS.format(filters=filters, limit=MAX_HITS)
    count = "SELECT count(*) FROM everything WHERE everything MATCH :query"
    many = connection.execute(count, values).fetchone()[0] > _MAX_RANKED_HITS
    return _MATCH.format(
        filters=filters, score=_QUICK_SCORE if many else _SCORE, limit=base.MAX_HITS
    )
