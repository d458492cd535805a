"""Brings the shop's state up to date in one Python process: database, static files, demo data.

Called by scripts/start. A fault in the configuration ends it with one sentence.
"""

import argparse
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

import django
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command


@contextmanager
def _step(name: str) -> Iterator[None]:
    began = time.monotonic()
    print(f"- {name} …", end=" ", flush=True)
    yield
    print(f"{time.monotonic() - began:.0f} s", flush=True)


def _index() -> None:
    """Without an index the shop still opens: searches are answered by the database."""
    from luffy_api.apps.search import indexing
    from luffy_api.apps.search.exceptions import IndexingError

    try:
        indexing.ensure_index()
    except IndexingError as error:
        print(f"not now ({error}) …", end=" ")


def _make_folders() -> None:
    """Those of local files: from now on a missing one is a fault, such as a disk that is away."""
    from django.core.files.storage import FileSystemStorage, storages

    for name in ("default", "private"):
        if isinstance(storages[name], FileSystemStorage):
            Path(storages[name].location).mkdir(parents=True, exist_ok=True)


def _write_code(path: Path) -> None:
    """The code for the first account of the back office; no file once there is one."""
    from luffy_api.apps.user import first_staff

    if code := first_staff.make_code():
        path.touch(mode=0o600)
        path.write_text(code, encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--collectstatic", action="store_true")
    parser.add_argument("--demo", action="store_true")
    parser.add_argument("--first-visit", type=Path, help="where to write the code of first visits")
    options = parser.parse_args()

    django.setup()
    from django.conf import settings

    _make_folders()
    with _step("Bringing the database up to date"):
        call_command("migrate", interactive=False, verbosity=0)
    if options.collectstatic:
        with _step("Collecting static files"):
            call_command("collectstatic", interactive=False, verbosity=0)
    if options.demo and settings.DEMO_ALLOWED:
        with _step("Loading the demo data"):
            call_command("load_demo", verbosity=0, stdout=StringIO())
        with _step("Making its pictures in every width"):
            call_command("render_pictures", stdout=StringIO())
    with _step("Bringing the search index up to date"):
        _index()
    # Elsewhere what a terminal shows is often kept as a log: an operator asks for a code.
    if options.first_visit and settings.DEMO_ALLOWED:
        _write_code(options.first_visit)


if __name__ == "__main__":
    try:
        main()
    except (ImproperlyConfigured, CommandError) as fault:
        sys.exit(f"\nerror: {fault}")
