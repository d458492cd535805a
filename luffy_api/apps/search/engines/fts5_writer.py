"""Writes to the tables of the FTS5 engine: documents and their words.

A document's row in the FTS5 tables is its place: the popular ones come first, equals by id. FTS5
finds rows in their order, so a search can stop after the best ones.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

from luffy_api.apps.search import spelling
from luffy_api.apps.search.engines.base import Document, count_words
from luffy_api.apps.search.tokenizer import is_vocabulary

# A place is the rank of a document's popularity and, in so many bits, its id.
ID_BITS = 40
# Of a popularity of 0. That of four thousand million students is 1.93.
LAST_RANK = 255
RANKS_OF_ONE = 100

_FTS_TABLES = {
    "everything": "names, people, outline, brief, facets",
    "named": "names, facets",
    "forms": "pinyin, characters, facets",
    "subtitled": "spoken, facets",
}
# Few courses have subtitles: the table of theirs stays small.
_ROWS = {"subtitled": "AND spoken <> ''"}
# Bytes that FTS5 keeps in memory before it writes a segment: its own value, and one that is enough
# for the table of a hundred thousand courses.
_MEMORY, _BUILD_MEMORY = 1 << 20, 1 << 26
_ROWS_OF_A_STATEMENT = 500
_PLACES = "(SELECT place FROM facts WHERE id IN (SELECT value FROM json_each(?)))"


def place(document: Document) -> int:
    """Where a document stands among all."""
    rank = LAST_RANK - round(RANKS_OF_ONE * document.popularity)
    return (rank << ID_BITS) + document.id


def facets(
    *, kind: int | None = None, category_id: int | None = None, level: int | None = None
) -> list[str]:
    """The tokens of what a search is limited to. No text has tokens of letters and digits."""
    values = (("k", kind), ("c", category_id), ("l", level))
    return [f"{sign}{value}" for sign, value in values if value is not None]


def write(connection: sqlite3.Connection, documents: Sequence[Document]) -> None:
    """Add or replace documents, within the caller's transaction."""
    if not documents:
        return
    ids = [document.id for document in documents]
    remove(connection, ids)
    _store(connection, documents)
    for table, columns in _FTS_TABLES.items():
        connection.execute(
            f"INSERT INTO {table} (rowid, {columns}) "  # noqa: S608  # nosec B608
            f"SELECT place, {columns} FROM body WHERE place IN {_PLACES} {_ROWS.get(table, '')}",
            [json.dumps(ids)],
        )


def collect(connection: sqlite3.Connection, documents: Sequence[Document]) -> None:
    """Add or replace documents of a new database, which `complete_build` indexes together."""
    if not documents:
        return
    uncollect(connection, [document.id for document in documents])
    _store(connection, documents)


def uncollect(connection: sqlite3.Connection, ids: Sequence[int]) -> None:
    """Delete documents of a new database that are not indexed yet."""
    if known_ids(connection, ids):
        _delete_rows(connection, json.dumps(list(ids)))


def remove(connection: sqlite3.Connection, ids: Sequence[int]) -> None:
    """Delete documents; FTS5 with external content needs the indexed texts again."""
    if not known_ids(connection, ids):
        return
    numbers = json.dumps(list(ids))
    for table, columns in _FTS_TABLES.items():
        connection.execute(
            f"INSERT INTO {table} ({table}, rowid, {columns}) "  # noqa: S608  # nosec B608
            f"SELECT 'delete', place, {columns} FROM body "
            f"WHERE place IN {_PLACES} {_ROWS.get(table, '')}",
            [numbers],
        )
    _delete_rows(connection, numbers)


def known_ids(connection: sqlite3.Connection, ids: Iterable[int]) -> set[int]:
    """Those of the ids that have a document."""
    rows = connection.execute(
        "SELECT id FROM facts WHERE id IN (SELECT value FROM json_each(?))", [json.dumps([*ids])]
    )
    return {pk for (pk,) in rows}


def add_words(
    connection: sqlite3.Connection, documents: Iterable[Document], known_ids: set[int]
) -> None:
    """Add the words of documents, for completion and correction.

    Of a document that was known its words have been counted; a new one among them counts as one
    until the next build.
    """
    new, changed = list[Document](), list[Document]()
    for document in documents:
        (changed if document.id in known_ids else new).append(document)
    _add_words(connection, count_words(new), "UPDATE SET courses = courses + excluded.courses")
    _add_words(connection, count_words(changed), "NOTHING")


def complete_build(connection: sqlite3.Connection) -> None:
    """Index what was collected, in the order of places; make the index of keys, count the words.

    FTS5 begins a segment whenever a row comes before the last one, and at each statement. So with
    one statement for all rows nothing has to be merged. Reading one segment is the fastest, too.
    """
    connection.execute("CREATE INDEX facts_key ON facts (key, place)")
    for table, columns in _FTS_TABLES.items():
        _configure(connection, table, "hashsize", _BUILD_MEMORY)
        connection.execute(
            f"INSERT INTO {table} (rowid, {columns}) "  # noqa: S608  # nosec B608
            f"SELECT place, {columns} FROM body WHERE TRUE {_ROWS.get(table, '')} ORDER BY place"
        )
        if _segments(connection, table) > 1:
            connection.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")  # noqa: S608  # nosec B608
        _configure(connection, table, "hashsize", _MEMORY)
    found = connection.execute("SELECT term, doc FROM vocabulary")
    words = Counter({word: courses for word, courses in found if is_vocabulary(word)})
    _add_words(connection, words, "NOTHING")


def _texts(document: Document) -> tuple[str, ...]:
    """The columns of `body` behind the name."""
    return (
        *(document.names, document.people, document.outline, document.brief, document.spoken),
        *(document.pinyin, document.characters),
        _facets(document.kind, document.category_id, document.level),
    )


@lru_cache(maxsize=1000)
def _facets(kind: int, category_id: int, level: int) -> str:
    return " ".join(facets(kind=kind, category_id=category_id, level=level))


def _store(connection: sqlite3.Connection, documents: Sequence[Document]) -> None:
    """The rows of documents that are not known, without FTS5."""
    rows = [(place(document), document) for document in documents]
    facts = [(d.id, at, d.key, d.kind, d.category_id, d.fingerprint) for at, d in rows]
    rows.sort()
    _insert(connection, "facts", facts)
    _insert(connection, "body", [(at, d.name, *_texts(d)) for at, d in rows])


def _delete_rows(connection: sqlite3.Connection, numbers: str) -> None:
    """Delete what `_store` has written; `numbers` are ids as JSON."""
    connection.execute(f"DELETE FROM body WHERE place IN {_PLACES}", [numbers])  # noqa: S608  # nosec B608
    connection.execute("DELETE FROM facts WHERE id IN (SELECT value FROM json_each(?))", [numbers])


def _insert(connection: sqlite3.Connection, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """One statement for many rows: with one for each, the thread would wait for the interpreter's
    lock as often. The same text is parsed only once."""
    row = f"({', '.join('?' * len(rows[0]))})"
    for start in range(0, len(rows), _ROWS_OF_A_STATEMENT):
        part = rows[start : start + _ROWS_OF_A_STATEMENT]
        connection.execute(
            f"INSERT INTO {table} VALUES {', '.join([row] * len(part))}",  # noqa: S608  # nosec B608
            [*chain.from_iterable(part)],
        )


def _add_words(connection: sqlite3.Connection, words: Counter[str], if_known: str) -> None:
    known = {
        word
        for (word,) in connection.execute(
            "SELECT word FROM word WHERE word IN (SELECT value FROM json_each(?))",
            [json.dumps(list(words), ensure_ascii=False)],
        )
    }
    connection.executemany(
        f"INSERT INTO word VALUES (?, ?) ON CONFLICT DO {if_known}",  # noqa: S608  # nosec B608
        words.items(),
    )
    connection.executemany(
        "INSERT OR IGNORE INTO word_key VALUES (?, ?)",
        sorted((key, word) for word in words.keys() - known for key in spelling.index_keys(word)),
    )


def _segments(connection: sqlite3.Connection, table: str) -> int:
    sql = f"SELECT count(DISTINCT segid) FROM {table}_idx"  # noqa: S608  # nosec B608
    count: int = connection.execute(sql).fetchone()[0]
    return count


def _configure(connection: sqlite3.Connection, table: str, option: str, value: int) -> None:
    connection.execute(
        f"INSERT INTO {table} ({table}, rank) VALUES (?, ?)",  # noqa: S608  # nosec B608
        [option, value],
    )
