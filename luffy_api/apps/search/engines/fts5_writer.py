"""Writes to the tables of the FTS5 engine: documents and their words."""

import json
import sqlite3
from collections import Counter
from collections.abc import Sequence

from luffy_api.apps.search import spelling
from luffy_api.apps.search.engines.base import Document
from luffy_api.apps.search.tokenizer import is_vocabulary

_FTS_TABLES = {
    "everything": "names, people, outline, brief",
    "named": "names",
    "forms": "pinyin, characters",
}
# FTS5's own value: so many segments of a level are merged while documents are added.
_AUTOMERGE = 4
_SELECTED = "FROM body WHERE id IN (SELECT value FROM json_each(?))"


def write(connection: sqlite3.Connection, documents: Sequence[Document]) -> None:
    """Add or replace documents, within the caller's transaction."""
    ids = [document.id for document in documents]
    remove(connection, ids)
    connection.executemany(
        "INSERT INTO facts VALUES (?, ?, ?, ?, ?, ?)",
        [(d.id, d.key, d.kind, d.category_id, d.popularity, d.fingerprint) for d in documents],
    )
    connection.executemany(
        "INSERT INTO body VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (d.id, d.name, d.names, d.people, d.outline, d.brief, d.pinyin, d.characters)
            for d in documents
        ],
    )
    for table, columns in _FTS_TABLES.items():
        connection.execute(
            f"INSERT INTO {table} (rowid, {columns}) SELECT id, {columns} {_SELECTED}",
            [json.dumps(ids)],
        )


def remove(connection: sqlite3.Connection, ids: Sequence[int]) -> None:
    """Delete documents; FTS5 with external content needs the indexed texts again."""
    numbers = json.dumps(list(ids))
    if connection.execute(f"SELECT 1 {_SELECTED} LIMIT 1", [numbers]).fetchone() is None:
        return
    for table, columns in _FTS_TABLES.items():
        connection.execute(
            f"INSERT INTO {table} ({table}, rowid, {columns}) "
            f"SELECT 'delete', id, {columns} {_SELECTED}",
            [numbers],
        )
    for table in ("facts", "body"):
        connection.execute(
            f"DELETE FROM {table} WHERE id IN (SELECT value FROM json_each(?))",  # noqa: S608  # nosec B608
            [numbers],
        )


def add_words(connection: sqlite3.Connection, words: Counter[str]) -> None:
    """Add words with the number of courses that have them, for completion and correction."""
    known = {
        word
        for (word,) in connection.execute(
            "SELECT word FROM word WHERE word IN (SELECT value FROM json_each(?))",
            [json.dumps(list(words), ensure_ascii=False)],
        )
    }
    connection.executemany(
        "INSERT INTO word VALUES (?, ?) ON CONFLICT DO UPDATE SET courses = courses + 1",
        words.items(),
    )
    connection.executemany(
        "INSERT OR IGNORE INTO word_key VALUES (?, ?)",
        sorted((key, word) for word in words.keys() - known for key in spelling.index_keys(word)),
    )


def prepare_build(connection: sqlite3.Connection) -> None:
    """Put off what costs less when all documents are there: see `complete_build`."""
    _configure(connection, "automerge", 0)


def complete_build(connection: sqlite3.Connection) -> None:
    """Make the index of keys, and one segment of each FTS5 table, which makes reading faster.

    Counts the words as well. A new database has none of this before.
    """
    connection.execute("CREATE INDEX facts_key ON facts (key)")
    for table in _FTS_TABLES:
        connection.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")  # noqa: S608  # nosec B608
    _configure(connection, "automerge", _AUTOMERGE)
    found = connection.execute("SELECT term, doc FROM vocabulary")
    add_words(
        connection, Counter({word: courses for word, courses in found if is_vocabulary(word)})
    )


def _configure(connection: sqlite3.Connection, option: str, value: int) -> None:
    for table in _FTS_TABLES:
        connection.execute(
            f"INSERT INTO {table} ({table}, rank) VALUES (?, ?)",  # noqa: S608  # nosec B608
            [option, value],
        )
