"""Writes to the tables of the FTS5 engine: documents and their words.

A document's row in the FTS5 tables is its place: the popular ones come first, equals by id. FTS5
finds rows in their order, so a search can stop after the best ones.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
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
# FTS5's own values: so many segments of a level are merged while documents are added, and so many
# at once in any case.
_AUTOMERGE, _CRISISMERGE = 4, 16
_MOST_SEGMENTS = 1999
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
    rows = sorted((place(document), document) for document in documents)
    _insert(
        connection,
        "facts",
        [(d.id, at, d.key, d.kind, d.category_id, d.fingerprint) for at, d in rows],
    )
    _insert(connection, "body", [(at, d.name, *_texts(d)) for at, d in rows])
    for table, columns in _FTS_TABLES.items():
        connection.execute(
            f"INSERT INTO {table} (rowid, {columns}) "  # noqa: S608  # nosec B608
            f"SELECT place, {columns} FROM body WHERE place IN {_PLACES} {_ROWS.get(table, '')}",
            [json.dumps(ids)],
        )


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
    connection.execute(f"DELETE FROM body WHERE place IN {_PLACES}", [numbers])  # noqa: S608  # nosec B608
    connection.execute("DELETE FROM facts WHERE id IN (SELECT value FROM json_each(?))", [numbers])


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


def prepare_build(connection: sqlite3.Connection) -> None:
    """Put off what costs less when all documents are there: see `complete_build`."""
    _configure(connection, "automerge", 0)
    _configure(connection, "crisismerge", _MOST_SEGMENTS)


def complete_build(connection: sqlite3.Connection) -> None:
    """Make the index of keys, and one segment of each FTS5 table, which makes reading faster.

    Counts the words as well. A new database has none of this before.
    """
    connection.execute("CREATE INDEX facts_key ON facts (key, place)")
    for table in _FTS_TABLES:
        connection.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")  # noqa: S608  # nosec B608
    _configure(connection, "automerge", _AUTOMERGE)
    _configure(connection, "crisismerge", _CRISISMERGE)
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


def _insert(connection: sqlite3.Connection, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """One statement for all rows: with one for each, the thread would wait for the interpreter's
    lock as often."""
    row = f"({', '.join('?' * len(rows[0]))})"
    connection.execute(
        f"INSERT INTO {table} VALUES {', '.join([row] * len(rows))}",  # noqa: S608  # nosec B608
        [value for values in rows for value in values],
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


def _configure(connection: sqlite3.Connection, option: str, value: int) -> None:
    for table in _FTS_TABLES:
        connection.execute(
            f"INSERT INTO {table} ({table}, rank) VALUES (?, ?)",  # noqa: S608  # nosec B608
            [option, value],
        )
