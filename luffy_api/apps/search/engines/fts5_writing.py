"""Rows of the FTS5 engine: documents in, documents out, and the words that they are made of."""

import json
import sqlite3
from collections import Counter
from collections.abc import Sequence

from luffy_api.apps.search import spelling
from luffy_api.apps.search.engines.base import Document

_TABLES = {
    "everything": "names, people, outline, brief",
    "named": "names",
    "forms": "sounds, letters",
}
_THESE = "FROM body WHERE id IN (SELECT value FROM json_each(?))"


def write(connection: sqlite3.Connection, documents: Sequence[Document]) -> None:
    """Adds or replaces documents, within the caller's transaction."""
    ids = [document.id for document in documents]
    remove(connection, ids)
    connection.executemany(
        "INSERT INTO facts VALUES (?, ?, ?, ?, ?, ?)",
        [(d.id, d.key, d.kind, d.category_id, d.popularity, d.fingerprint) for d in documents],
    )
    connection.executemany(
        "INSERT INTO body VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (d.id, d.name, d.names, d.people, d.outline, d.brief, d.sounds, d.letters)
            for d in documents
        ],
    )
    for table, columns in _TABLES.items():
        connection.execute(
            f"INSERT INTO {table} (rowid, {columns}) SELECT id, {columns} {_THESE}",
            [json.dumps(ids)],
        )


def remove(connection: sqlite3.Connection, ids: Sequence[int]) -> None:
    """Removes documents; FTS5 has to be told the words that go."""
    numbers = json.dumps(list(ids))
    if connection.execute(f"SELECT 1 {_THESE} LIMIT 1", [numbers]).fetchone() is None:
        return
    for table, columns in _TABLES.items():
        connection.execute(
            f"INSERT INTO {table} ({table}, rowid, {columns}) "
            f"SELECT 'delete', id, {columns} {_THESE}",
            [numbers],
        )
    for table in ("facts", "body"):
        connection.execute(
            f"DELETE FROM {table} WHERE id IN (SELECT value FROM json_each(?))",  # noqa: S608  # nosec B608
            [numbers],
        )


def add_words(connection: sqlite3.Connection, words: Counter[str]) -> None:
    """Words with the number of courses that have them, as ways to complete and to correct."""
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
        sorted((key, word) for word in words.keys() - known for key in spelling.keys_of_word(word)),
    )


def optimise(connection: sqlite3.Connection) -> None:
    """Each FTS5 table becomes one piece, which is read faster."""
    for table in _TABLES:
        connection.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")  # noqa: S608  # nosec B608
