"""`manage.py rebuild_search`: the search index anew, while the old one serves."""

import sys
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from luffy_api.apps.search import indexing
from luffy_api.apps.search.exceptions import IndexFault

WIDTH = 30


class Command(BaseCommand):
    """May be run at any time and again after a crash; searching and writing go on."""

    help = "Build the search index anew beside the one in use, then swap them."

    def handle(self, *args: Any, **options: Any) -> None:
        """The bar goes to stderr, the sum to stdout."""
        began = time.monotonic()
        report = self._bar if options["verbosity"] and sys.stderr.isatty() else None
        try:
            count = indexing.rebuild(report=report)
        except IndexFault as fault:
            raise CommandError(f"The index was not rebuilt: {fault}.") from fault
        seconds = time.monotonic() - began
        self.stdout.write(f"{count} courses indexed in {seconds:.1f} s.")

    def _bar(self, done: int, total: int) -> None:
        share = min(1.0, done / total) if total else 1.0
        bar = ("#" * int(share * WIDTH)).ljust(WIDTH, ".")
        end = "\n" if done >= total else ""
        self.stderr.write(f"\r[{bar}] {share:4.0%} {done}/{total}", ending=end)
        self.stderr.flush()
