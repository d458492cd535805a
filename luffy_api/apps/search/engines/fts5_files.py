"""The files of the FTS5 engine: a symbolic link with a fixed name to one database per build.

A database in WAL mode is three files, so none is ever renamed: the link is replaced instead, which
is atomic. A thread that still reads the old database keeps it open until it looks at the link
again.
"""

import json
import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from ulid import ULID

from luffy_api.apps.search.engines.base import FORMAT
from luffy_api.apps.search.exceptions import BackendError, BackendUnavailable, IndexUnusable

BUSY_SECONDS = 5
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}

# `body` holds the tokens, `facts` what is looked up; the rest is FTS5 over `body`. FTS5's tokenizer
# only splits at spaces: tokenizer.py has encoded everything else.
_FTS = "content=body, content_rowid=place, tokenize=\"ascii tokenchars '+#_'\""
# Nobody reads the database before it is published. 64 MB of its pages are kept in memory, since
# rows come in another order than that of their places.
_OF_A_BUILD = (
    "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA secure_delete=OFF; "
    "PRAGMA cache_size=-65536;"
)
SCHEMA = f"""
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE facts (
    id INTEGER PRIMARY KEY, place INTEGER NOT NULL, key TEXT NOT NULL, kind INTEGER NOT NULL,
    category_id INTEGER NOT NULL, fingerprint INTEGER NOT NULL
);
CREATE TABLE body (
    place INTEGER PRIMARY KEY, name TEXT NOT NULL, names TEXT NOT NULL, people TEXT NOT NULL,
    outline TEXT NOT NULL, brief TEXT NOT NULL, spoken TEXT NOT NULL, pinyin TEXT NOT NULL,
    characters TEXT NOT NULL, facets TEXT NOT NULL
);
CREATE VIRTUAL TABLE everything USING fts5(names, people, outline, brief, facets, {_FTS});
CREATE VIRTUAL TABLE named USING fts5(names, facets, {_FTS});
CREATE VIRTUAL TABLE forms USING fts5(pinyin, characters, facets, columnsize=0, {_FTS});
CREATE VIRTUAL TABLE subtitled USING fts5(spoken, facets, columnsize=0, {_FTS});
CREATE VIRTUAL TABLE vocabulary USING fts5vocab(everything, row);
CREATE TABLE word (word TEXT PRIMARY KEY, courses INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE word_key (key TEXT, word TEXT, PRIMARY KEY (key, word)) WITHOUT ROWID;
"""


class _OfThread(threading.local):
    """What a thread has open, and of which file; within `held`, whether it has looked."""

    connection: sqlite3.Connection | None = None
    stamp: tuple[str, int] | None = None
    dictionary: tuple[str, ...] = ()
    holds = False
    has_looked = False


class IndexFiles:
    """The link at `path`; each thread has a connection, which follows the link."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = _OfThread()
        self._dictionary: tuple[str, ...] = ()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Look at the link once for everything that is read within the block.

        The index that is found then stays readable after another one was published.
        """
        local = self._local
        local.holds, local.has_looked = True, False
        try:
            yield
        finally:
            local.holds = local.has_looked = False

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection to the index in use. Raises IndexUnusable, BackendUnavailable."""
        with self._closing():
            yield self._connection()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction on the index in use."""
        with self._closing(), transaction(self._connection()) as connection:
            yield connection

    def dictionary(self) -> tuple[str, ...]:
        """Return the words with which the index in use was tokenized.

        Equal ones are the same object, for all threads.
        """
        with self.reading():
            return self._local.dictionary

    def create(self, dictionary: Sequence[str]) -> tuple[Path, sqlite3.Connection]:
        """Create a new, empty database; it is not in use before `publish`."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        file = self.path.with_name(f"{self.path.name}.{ULID()}")
        connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        # Not read before the link points to it, and thrown away after a crash.
        connection.executescript(f"{_OF_A_BUILD} {SCHEMA}")
        words = json.dumps(list(dictionary), ensure_ascii=False)
        connection.execute("INSERT INTO meta VALUES ('dictionary', ?)", [words])
        return file, connection

    def publish(self, file: Path, connection: sqlite3.Connection) -> None:
        """Put the finished database into use and remove all but the one before."""
        connection.execute("INSERT INTO meta VALUES ('format', ?)", [FORMAT])
        connection.execute("PRAGMA journal_mode=WAL")
        connection.close()
        with file.open("rb") as handle:
            os.fsync(handle.fileno())
        before = self.path.resolve()
        link = file.with_name(f"{file.name}.link")
        link.symlink_to(file.name)
        link.replace(self.path)
        # The one before stays until the next time: another process may be about to open it.
        self._remove_all_but(file, before)

    def _remove_all_but(self, *kept: Path) -> None:
        """Remove databases of earlier builds and of aborted ones."""
        names = tuple(file.name for file in kept if file != self.path)
        for file in self.path.parent.glob(f"{self.path.name}.*"):
            if not file.name.startswith(names):
                file.unlink(missing_ok=True)

    def discard(self, file: Path) -> None:
        """Remove a database that was never published."""
        for part in self.path.parent.glob(f"{file.name}*"):
            part.unlink(missing_ok=True)

    def _connection(self) -> sqlite3.Connection:
        local = self._local
        if not local.has_looked or local.connection is None:
            connection = self._current()
            local.has_looked = local.holds
            return connection
        return local.connection

    def _current(self) -> sqlite3.Connection:
        target = os.path.realpath(self.path)
        try:
            return self._follow(target)
        except (OSError, sqlite3.OperationalError):
            # Two builds may have been published meanwhile, and this database be gone.
            if (now := os.path.realpath(self.path)) == target:
                raise
            return self._follow(now)

    def _follow(self, target: str) -> sqlite3.Connection:
        stamp = (target, os.stat(target).st_ino)
        if self._local.stamp == stamp and self._local.connection:
            return self._local.connection
        self._close()
        connection = self._open(target)
        self._local.stamp = stamp
        return connection

    def _open(self, target: str) -> sqlite3.Connection:
        connection = sqlite3.connect(
            f"file:{quote(target)}?mode=rw", uri=True, isolation_level=None, timeout=BUSY_SECONDS
        )
        self._local.connection = connection
        connection.executescript("PRAGMA synchronous=NORMAL; PRAGMA mmap_size=268435456;")
        meta = dict(connection.execute("SELECT key, value FROM meta"))
        if meta.get("format") != FORMAT:
            raise IndexUnusable(f"the index has format {meta.get('format')}, not {FORMAT}")
        dictionary = tuple(json.loads(meta["dictionary"]))
        if dictionary != self._dictionary:
            self._dictionary = dictionary
        self._local.dictionary = self._dictionary
        return connection

    def _close(self) -> None:
        connection, self._local.connection = self._local.connection, None
        self._local.stamp = None
        if connection is not None:
            with suppress(sqlite3.Error):
                connection.close()

    @contextmanager
    def _closing(self) -> Iterator[None]:
        """Close the connection after an error, so that the next call opens it again."""
        try:
            with translate_errors():
                yield
        except BackendError:
            self._close()
            raise


@contextmanager
def translate_errors() -> Iterator[None]:
    """Turn errors of SQLite and the file system into BackendUnavailable and IndexUnusable."""
    try:
        yield
    except (sqlite3.Error, OSError, ValueError, KeyError) as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in _BUSY:
            raise BackendUnavailable(str(error)) from error
        raise IndexUnusable(str(error)) from error


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """A transaction; IMMEDIATE waits for other writers at its beginning and not half way."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
