"""`manage.py rebuild_search`: rebuild the search index while the old one is in use."""

import sys
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from luffy_api.apps.search import indexing
from luffy_api.apps.search.exceptions import IndexingError

WIDTH = 30


class Command(BaseCommand):
    """Safe at any time, and again after a crash: searches and writes go on."""

    help = "Build a new search index beside the one in use, then swap them."

    def handle(self, *args: Any, **options: Any) -> None:
        """Show progress on a terminal's stderr; print the number of courses to stdout."""
        began = time.monotonic()
        progress = self._show_progress if options["verbosity"] and sys.stderr.isatty() else None
        try:
            count = indexing.rebuild(progress=progress)
        except IndexingError as error:
            raise CommandError(f"The index was not rebuilt: {error}.") from error
        seconds = time.monotonic() - began
        self.stdout.write(f"{count} courses indexed in {seconds:.1f} s.")

    def _show_progress(self, done: int, total: int) -> None:
        share = min(1.0, done / total) if total else 1.0
        bar = ("#" * int(share * WIDTH)).ljust(WIDTH, ".")
        end = "\n" if done >= total else ""
        self.stderr.write(f"\r[{bar}] {share:4.0%} {done}/{total}", ending=end)
        self.stderr.flush()
