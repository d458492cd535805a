"""`manage.py move_files --from local --to oss`: copies every file to another provider."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from luffy_api.libs.storage import ObjectInfo, StorageUnavailable
from luffy_api.libs.storage.file_migration import Manifest, Summary, migrate_files, storages_of


class Command(BaseCommand):
    """A file migration; may be interrupted and run again. Deletes nothing at the source."""

    help = "Copy all public and private files between two configured providers and verify each."

    def add_arguments(self, parser: CommandParser) -> None:
        """Source, target, and whether to copy at all."""
        parser.add_argument("--from", dest="source", required=True, help="a value of STORAGE")
        parser.add_argument("--to", dest="target", required=True, help="a value of STORAGE")
        parser.add_argument("--dry-run", action="store_true", help="only print what would be done")

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError when a file could not be copied."""
        source, target = options["source"], options["target"]
        if source == target:
            raise CommandError("--from and --to name the same storage.")
        try:
            summary = migrate_files(
                source=storages_of(self._storages(source)),
                target=storages_of(self._storages(target)),
                manifest=Manifest(Path(settings.VAR_DIR) / f"move-{source}-{target}.jsonl"),
                dry_run=options["dry_run"],
                report=self._report,
            )
        except StorageUnavailable as error:
            raise CommandError(f"{source} cannot be listed: {error}.") from error
        self._print_summary(summary, dry_run=options["dry_run"])

    def _storages(self, name: str) -> dict[str, dict[str, Any]]:
        storages: dict[str, dict[str, Any]] | None = settings.PROVIDER_STORAGES.get(name)
        if storages is None:
            known = ", ".join(sorted(settings.PROVIDER_STORAGES))
            raise CommandError(f"{name} is not configured; these are: {known}.")
        return storages

    def _report(self, storage: str, info: ObjectInfo, result: str) -> None:
        self.stdout.write(f"{storage} {info.name} ({info.size} bytes): {result}")

    def _print_summary(self, summary: Summary, *, dry_run: bool) -> None:
        verb = "to copy or compare" if dry_run else "copied"
        self.stdout.write(
            f"{summary.copied} {verb} ({summary.bytes_copied} bytes),"
            f" {summary.present} there already, {summary.failed} failed."
        )
        if summary.failed:
            raise CommandError("Some files failed; run the command again.")
