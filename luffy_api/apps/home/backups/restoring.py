"""Restoring a backup: everything is compared with its hash before anything is changed.

May be killed at any moment and run again: files are only added, and the database is exchanged
at once (SQLite), or was dumped before (MariaDB).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from luffy_api.apps.home.backups import disk, keys, manifest, uploads
from luffy_api.apps.home.backups.databases import Database, database
from luffy_api.apps.home.backups.manifest import Key, Manifest
from luffy_api.apps.home.exceptions import BackupFailed
from luffy_api.apps.order import integrity
from luffy_api.apps.search import indexing
from luffy_api.apps.search.exceptions import IndexingError
from luffy_api.apps.user import tokens
from luffy_api.libs.storage import StorageUnavailable

CREDENTIALS = "luffy_payment_credential"


@dataclass
class Restored:
    """What came of a restore. `aside` is the database that was there before, None without one.

    `warnings` are sentences for the admin; `violations` are those of `check_integrity`.
    """

    manifest: Manifest
    aside: Path | None = None
    files: int = 0
    warnings: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)


def restore(*, folder: Path, replace: bool, tell: Callable[[str], None]) -> Restored:
    """Put the backup in `folder` in the place of this shop, which does not run meanwhile.

    A database that is not empty needs `replace`; it is kept aside. `tell` hears of
    each step. Everybody has to log in again. Raises BackupFailed, before anything was changed
    unless it says otherwise.
    """
    backup = manifest.read(folder)
    var = Path(settings.VAR_DIR)
    var.mkdir(parents=True, exist_ok=True)
    with disk.lock(var / "restore.lock"):
        tell("Comparing every file with its hash …")
        _require_possible(folder, backup)
        present = database()
        aside = _aside(present, replace=replace)
        present.require_unused()
        restored = Restored(backup, aside)
        tell("Copying files …")
        restored.files = uploads.restore(folder)
        tell("Replacing the database …")
        present.replace(folder / backup.database_file, aside=aside)
        _require_counts(backup)
        tell("Bringing the database up to date …")
        call_command("migrate", interactive=False, verbosity=0)
        tokens.revoke_all_of_everybody()
        cache.clear()
        tell("Building the search index …")
        _finish(folder, restored)
    return restored


def _require_possible(folder: Path, backup: Manifest) -> None:
    if backup.vendor != connection.vendor:
        raise BackupFailed(
            f"The backup is of {backup.vendor}, DATABASE_URL names {connection.vendor}."
        )
    loader = MigrationLoader(None, ignore_no_migrations=True)
    ours = {".".join(each) for each in loader.disk_migrations or ()}
    if unknown := sorted(set(backup.migrations) - ours):
        raise BackupFailed(
            f"The backup is of a newer version, or of other apps: {', '.join(unknown[:5])}"
            " are not in this code. Install the version that made it."
        )
    manifest.verify(folder, backup)
    uploads.require_storage(manifest.read_files(folder))


def _aside(present: Database, *, replace: bool) -> Path | None:
    if present.is_empty():
        return None
    if not replace:
        raise BackupFailed("The database is not empty: --replace keeps it aside and replaces it.")
    return present.aside(f"{datetime.now(UTC):%Y%m%d-%H%M%S-%f}")


def _require_counts(backup: Manifest) -> None:
    """What was loaded is what was saved."""
    for table, expected in backup.counts.items():
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT COUNT(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608  # nosec B608
            (found,) = cursor.fetchone()
        if found != expected:
            raise BackupFailed(
                f"{table} has {found} rows instead of {expected}: the database was replaced and is"
                " not complete. Restore again."
            )


def _finish(folder: Path, restored: Restored) -> None:
    try:
        indexing.rebuild()
    except IndexingError as error:
        restored.warnings.append(f"The search index was not built ({error}): rebuild_search.")
    try:
        if missing := uploads.missing(folder):
            restored.warnings.append(f"{missing} files of the backup are not in the storage.")
    except StorageUnavailable as error:
        restored.warnings.append(f"The storage could not be compared: {error}.")
    restored.warnings += _differing_keys(restored.manifest)
    restored.violations = [f"{each.rule}: {each.row}" for each in integrity.run_checks()]


def _differing_keys(backup: Manifest) -> list[str]:
    """What cannot be read, or differs, because the keys are not those of the backup."""
    present = keys.in_force()
    known = {key.name: key.sha256 for key in present}
    warnings = []
    same = keys.encryption_key_hash(present) == keys.encryption_key_hash(backup.keys)
    if backup.counts.get(CREDENTIALS) and not same:
        warnings.append(
            "KEY_ENCRYPTION_KEY is not that of the backup: the payment keys that the back office"
            " stored cannot be read. Set the old key, or enter them again."
        )
    warnings += [
        f"{key.name} differs from that of the backup ({_origin(key)})."
        for key in backup.keys
        if known.get(key.name, key.sha256) != key.sha256
    ]
    warnings += [
        f"{key.name} is not set; the backup was made with one from {_origin(key)}."
        for key in backup.keys
        if key.name not in known
    ]
    return warnings


def _origin(key: Key) -> str:
    return key.copy or key.source
