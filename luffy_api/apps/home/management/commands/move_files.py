"""`manage.py move_files --from local --to s3`: brings every file to another storage."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from luffy_api.libs.storage import ObjectInfo, StorageUnavailable
from luffy_api.libs.storage.moving import Journal, Tally, areas_of, move


class Command(BaseCommand):
    """May be interrupted and run again; deletes nothing at the source."""

    help = "Copy all public and private files between two configured storages and verify each."

    def add_arguments(self, parser: CommandParser) -> None:
        """From where to where."""
        parser.add_argument("--from", dest="source", required=True, help="local, qiniu or s3")
        parser.add_argument("--to", dest="target", required=True, help="local, qiniu or s3")
        parser.add_argument("--dry-run", action="store_true", help="only say what would be done")

    def handle(self, *args: Any, **options: Any) -> None:
        """Fails when a file could not be brought over."""
        source, target = options["source"], options["target"]
        if source == target:
            raise CommandError("--from and --to name the same storage.")
        try:
            tally = move(
                source=areas_of(self._settings(source)),
                target=areas_of(self._settings(target)),
                journal=Journal(Path(settings.VAR_DIR) / f"move-{source}-{target}.jsonl"),
                dry_run=options["dry_run"],
                report=self._report,
            )
        except StorageUnavailable as error:
            raise CommandError(f"{source} cannot be listed: {error}.") from error
        self._summary(tally, dry_run=options["dry_run"])

    def _settings(self, name: str) -> dict[str, dict[str, Any]]:
        areas: dict[str, dict[str, Any]] | None = settings.STORAGE_AREAS.get(name)
        if areas is None:
            known = ", ".join(sorted(settings.STORAGE_AREAS))
            raise CommandError(f"{name} is not configured; these are: {known}.")
        return areas

    def _report(self, area: str, info: ObjectInfo, outcome: str) -> None:
        self.stdout.write(f"{area} {info.name} ({info.size} bytes): {outcome}")

    def _summary(self, tally: Tally, *, dry_run: bool) -> None:
        verb = "to copy or compare" if dry_run else "copied"
        self.stdout.write(
            f"{tally.copied} {verb} ({tally.size} bytes), {tally.present} there already,"
            f" {tally.failed} failed."
        )
        if tally.failed:
            raise CommandError("Some files failed; run the command again.")
