"""What measurements inside one process share: a scratch database beside the shop's own."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def take_none(arguments: list[str]) -> None:
    """For a measurement without arguments: any is a mistake."""
    if arguments:
        raise SystemExit(f"unknown: {' '.join(arguments)}")


@contextmanager
def scratch_database() -> Iterator[None]:
    """Django set up with an empty, migrated database of DATABASE_URL's kind, removed afterwards."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "luffy_api.settings.test")
    import django

    django.setup()
    from django.db import connection

    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        settings["TEST"]["NAME"] = str(Path(settings["NAME"]).with_name("bench.sqlite3"))
        Path(settings["NAME"]).parent.mkdir(parents=True, exist_ok=True)
    original = settings["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(original, verbosity=0)
