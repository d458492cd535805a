"""`manage.py backup FOLDER`: a backup of the running shop in a new folder below FOLDER."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from luffy_api.apps.home.backups import arguments, creation, keys, manifest
from luffy_api.apps.home.exceptions import BackupFailed


class Command(BaseCommand):
    """Safe at any time, beside the shop; one at a time in a folder."""

    help = (
        "Copy database, uploaded files and generated keys into a new folder below FOLDER, which"
        " appears when it is complete."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """FOLDER and --keep."""
        parser.add_argument("folder", metavar="FOLDER", type=arguments.folder)
        parser.add_argument(
            "--keep", type=int, metavar="N", help="remove older backups, of which N stay"
        )

    def handle(self, *args: Any, folder: Path, keep: int | None, **options: Any) -> None:
        """Print where the backup is, and what it lacks. Raises CommandError."""
        if keep is not None and keep < 1:
            raise CommandError("--keep must be at least 1.")
        try:
            made = creation.create(folder=folder, keep=keep)
        except BackupFailed as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{made}")
        self._warn(manifest.read(made))

    def _warn(self, backup: manifest.Manifest) -> None:
        copied = [key.name for key in backup.keys if key.copy]
        elsewhere = [f"{key.name} ({key.source})" for key in backup.keys if not key.copy]
        if keys.ENCRYPTION_KEY in {key.name for key in backup.keys}:
            self.stderr.write(
                "KEY_ENCRYPTION_KEY is NOT in this backup. Without it nobody can read the payment"
                " keys that the back office stored. Keep a copy of it, apart from the backups."
            )
        if elsewhere:
            self.stderr.write(f"Not in this backup, keep copies: {', '.join(elsewhere)}.")
        if copied:
            self.stderr.write(
                "This backup holds generated keys: whoever reads it can open all of it."
            )
