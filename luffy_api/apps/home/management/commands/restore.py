"""`manage.py restore FOLDER`: put a backup in the place of this shop, which does not run."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from luffy_api.apps.home.backups import arguments
from luffy_api.apps.home.backups.restoring import Restored, restore
from luffy_api.apps.home.exceptions import BackupFailed


class Command(BaseCommand):
    """May be killed and run again."""

    help = (
        "Check a backup that `backup` made, then restore database, files and search index. The"
        " shop must be stopped. Exits with 1 when the restored database contradicts itself."
    )
    # Of the database that is to be replaced nothing is known.
    requires_migrations_checks = False
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """FOLDER and --replace."""
        parser.add_argument("folder", metavar="FOLDER", type=arguments.folder, help="one backup")
        parser.add_argument(
            "--replace", action="store_true", help="replace a database, which is kept aside"
        )

    def handle(self, *args: Any, folder: Path, replace: bool, **options: Any) -> None:
        """Say what was done, and what comes next. Raises CommandError."""
        try:
            restored = restore(folder=folder, replace=replace, tell=self.stdout.write)
        except BackupFailed as error:
            raise CommandError(str(error)) from error
        self._report(restored)
        if restored.violations:
            raise CommandError(f"check_integrity: {len(restored.violations)} violations.")

    def _report(self, restored: Restored) -> None:
        self.stdout.write(
            f"Restored the shop as it was at {restored.manifest.started_at}; {restored.files} files"
            " were missing or differed."
        )
        if restored.aside:
            self.stdout.write(f"The database that was there before is {restored.aside}.")
        for line in [*restored.warnings, *restored.violations]:
            self.stderr.write(line)
        self.stdout.write(
            "Before the shop opens, learn what was paid since; and again tomorrow after 10:00:\n"
            f"  manage.py recover_payments --since {restored.manifest.started_at}"
        )
