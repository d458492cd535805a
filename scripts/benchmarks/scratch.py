"""What measurements inside one process share: a scratch database beside the shop's own."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path


def take_none(arguments: list[str]) -> None:
    """For a measurement without arguments: any is a mistake."""
    if arguments:
        raise SystemExit(f"unknown: {' '.join(arguments)}")


@contextmanager
def queued_tasks() -> Iterator[Path]:
    """Tasks go to a queue in a folder of their own, as from a web server, and stay there."""
    from huey.contrib.djhuey import HUEY

    from luffy_api.common.task_queue import SqliteQueueStorage

    with tempfile.TemporaryDirectory(prefix="luffy-bench-") as folder:
        HUEY.immediate = False
        HUEY.storage = SqliteQueueStorage(HUEY.name, filename=str(Path(folder, "huey.sqlite3")))
        yield Path(folder)


@contextmanager
def scratch_database() -> Iterator[None]:
    """Django set up with an empty, migrated database of DATABASE_URL's kind, removed afterwards."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "luffy_api.settings.test")
    import django

    django.setup()
    from django.db import connection

    settings = connection.settings_dict
    original = settings["NAME"]
    with ExitStack() as stack:
        if connection.vendor == "sqlite":
            # A folder for each: while a server that is just ending has the last one open, SQLite
            # leaves its log there, and a new database of the same name could not be opened.
            Path(original).parent.mkdir(parents=True, exist_ok=True)
            folder = tempfile.TemporaryDirectory(prefix="bench-", dir=Path(original).parent)
            settings["TEST"]["NAME"] = str(Path(stack.enter_context(folder)) / "db.sqlite3")
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        stack.callback(connection.creation.destroy_test_db, original, verbosity=0)
        yield


@contextmanager
def own_database() -> Iterator[tuple[int, ...]]:
    """Another database to which the program moves, with the process of its server, if it has one.

    Servers that are started meanwhile stay with it.
    """
    from django.db import connection

    with _copied_file() if connection.vendor == "sqlite" else _own_server() as pids:
        yield pids


@contextmanager
def _copied_file() -> Iterator[tuple[int, ...]]:
    from django.db import connection

    before = connection.settings_dict["NAME"]
    with tempfile.TemporaryDirectory(prefix="bench-", dir=Path(before).parent) as folder:
        copy = str(Path(folder) / "db.sqlite3")
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [copy])
        connection.close()
        connection.settings_dict["NAME"] = copy
        try:
            yield ()
        finally:
            connection.close()
            connection.settings_dict["NAME"] = before


@contextmanager
def _own_server() -> Iterator[tuple[int, ...]]:
    from luffy_api.tests.processes import mariadb

    server = mariadb.MariaDB()
    try:
        server.start()
        # In a release before the two nodes, moved_to copies the tables itself.
        getattr(mariadb, "copy_to", lambda _: None)(server)
        with mariadb.moved_to(server):
            yield (server.process.pid,) if server.process else ()
    finally:
        server.remove()
