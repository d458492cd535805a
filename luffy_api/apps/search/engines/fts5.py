"""SQLite FTS5, the default engine: a database file of its own, whatever the main database is."""

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, suppress
from pathlib import Path

from luffy_api.apps.search.engines import fts5_queries, fts5_writer
from luffy_api.apps.search.engines.base import (
    MAX_HITS,
    Build,
    Completion,
    Document,
    EngineQuery,
    Hits,
    SearchBackend,
    WordsByKey,
)
from luffy_api.apps.search.engines.fts5_files import IndexFiles, transaction, translate_errors
from luffy_api.apps.search.tokenizer import Phrase


class Fts5Backend(SearchBackend):
    """The index in the file to which the link `path` points."""

    name = "fts5"

    def __init__(self, path: Path) -> None:
        self.address = str(path)
        self._files = IndexFiles(path)

    def within(self, seconds: float) -> AbstractContextManager[None]:
        """See SearchBackend: looks once which file is in use, and waits for nothing."""
        return self._files.held()

    def match(self, query: EngineQuery) -> Hits:
        """See SearchBackend."""
        with self._files.reading() as connection:
            first = [] if query.levels else fts5_queries.exact(connection, query)
            if query.is_blank:
                return Hits(first, len(first))
            hits = fts5_queries.match(connection, query)
        in_name = dict.fromkeys([*first, *hits.ids[: hits.name_hits]])
        ids = in_name | dict.fromkeys(hits.ids[hits.name_hits :])
        return Hits(list(ids)[:MAX_HITS], len(in_name))

    def suggest(self, phrases: Sequence[Phrase], begun: Phrase, *, limit: int) -> list[Completion]:
        """See SearchBackend."""
        with self._files.reading() as connection:
            rows = fts5_queries.completions(connection, phrases, begun, limit)
        return list(dict.fromkeys(Completion(*row) for row in rows))

    def named(self, phrases: Sequence[Phrase], *, limit: int) -> list[Completion]:
        """See SearchBackend."""
        with self._files.reading() as connection:
            rows = fts5_queries.named(connection, phrases, limit)
        return [Completion(*row) for row in rows]

    def words_by_key(self, keys: Iterable[str]) -> WordsByKey:
        """See SearchBackend."""
        words: WordsByKey = {}
        with self._files.reading() as connection:
            for key, word, courses in fts5_queries.words_by_key(connection, keys):
                words.setdefault(key, []).append((word, courses))
        return words

    def dictionary(self) -> tuple[str, ...]:
        """See SearchBackend."""
        return self._files.dictionary()

    def index(self, documents: Sequence[Document]) -> None:
        """See SearchBackend."""
        with self._files.writing() as connection:
            known = fts5_writer.known_ids(connection, [document.id for document in documents])
            fts5_writer.write(connection, documents)
            fts5_writer.add_words(connection, documents, known)

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
    """A database to which the link does not point yet.

    Before `finish` documents are only collected, in one transaction.
    """

    def __init__(self, files: IndexFiles, dictionary: Sequence[str]) -> None:
        super().__init__(dictionary)
        self._files = files
        with translate_errors():
            self._file, self._connection = files.create(dictionary)
            self._connection.execute("BEGIN")

    def index(self, documents: Sequence[Document]) -> None:
        """See Build."""
        with translate_errors():
            if self._is_collecting:
                fts5_writer.collect(self._connection, documents)
            else:
                with transaction(self._connection):
                    fts5_writer.write(self._connection, documents)

    def delete(self, ids: Sequence[int]) -> None:
        """See Build."""
        with translate_errors():
            if self._is_collecting:
                fts5_writer.uncollect(self._connection, ids)
            else:
                with transaction(self._connection):
                    fts5_writer.remove(self._connection, ids)

    def finish(self) -> None:
        """See Build."""
        with translate_errors():
            fts5_writer.complete_build(self._connection)
            self._connection.execute("COMMIT")

    def swap(self) -> None:
        """See Build."""
        if self._is_collecting:
            self.finish()
        with translate_errors():
            self._files.publish(self._file, self._connection)

    def discard(self) -> None:
        """See Build."""
        with suppress(sqlite3.Error, OSError):
            self._connection.close()
            if self._file.name != self._files.path.resolve().name:
                self._files.discard(self._file)

    @property
    def _is_collecting(self) -> bool:
        return self._connection.in_transaction
