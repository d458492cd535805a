"""Making a backup: the database at one moment, then the files, then what both are, then a rename.

Files come after the database, so that every file that a row names was there when it was copied.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import django
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.recorder import MigrationRecorder

from luffy_api.apps.home.backups import disk, keys, manifest, uploads
from luffy_api.apps.home.backups.databases import database
from luffy_api.apps.home.backups.manifest import Manifest
from luffy_api.apps.home.backups.uploads import EarlierBackup
from luffy_api.apps.home.exceptions import BackupFailed
from luffy_api.common.migration_lock import MigrationLockTimeout, migration_lock
from luffy_api.libs.storage import StorageUnavailable

PREFIX, PARTIAL = "luffy-", ".partial-"
LOCK = ".lock"


def create(*, folder: Path, keep: int | None = None) -> Path:
    """A new backup below `folder`; return its path, which is there only when it is whole.

    Of several backups in a folder the last `keep` stay, by default all. Raises BackupFailed, after
    which there is nothing new, and BackupRunning. The shop may go on meanwhile.
    """
    folder = folder.absolute()
    uploads.require_outside(folder)
    with _failures(), _locked(folder):
        _remove_partial(folder)
        earlier = existing(folder)
        partial = folder / f"{PARTIAL}{_name(datetime.now(UTC))}"
        try:
            partial.mkdir(mode=0o700)
            _fill(partial, EarlierBackup(earlier[-1] if earlier else None))
            disk.sync_tree(partial)
            made = partial.rename(folder / partial.name.removeprefix(PARTIAL))
            disk.sync(folder)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
        if keep is not None:
            _remove(existing(folder)[:-keep])
    return made


def existing(folder: Path) -> list[Path]:
    """The complete backups of a folder, the oldest first."""
    found = folder.glob(f"{PREFIX}*/{manifest.MANIFEST_HASH}")
    return sorted(path.parent for path in found)


def age_of_newest(folder: Path) -> float | None:
    """Seconds since the last backup was complete; None without one."""
    backups = existing(folder)
    if not backups:
        return None
    made = (backups[-1] / manifest.MANIFEST_HASH).stat().st_mtime
    return datetime.now(UTC).timestamp() - made


def _name(moment: datetime) -> str:
    return f"{PREFIX}{moment:%Y%m%d-%H%M%S-%f}"


def _fill(partial: Path, earlier: EarlierBackup) -> None:
    began = datetime.now(UTC)
    copied = database()
    # A migration in the middle would be in one half of a dump only.
    with migration_lock(connection, on_wait=lambda: None):
        migrations = _applied_migrations()
        if not migrations:
            raise BackupFailed("The database is empty: DATABASE_URL or VAR_DIR names another one.")
        counts = copied.save(partial / copied.file_name)
    keys.copy_generated(partial)
    (partial / manifest.FILES_FOLDER).mkdir(mode=0o700)
    files_sha256 = manifest.write_files(partial, uploads.save(partial, earlier=earlier))
    Manifest(
        format=manifest.FORMAT,
        started_at=began.isoformat(),
        finished_at=datetime.now(UTC).isoformat(),
        vendor=copied.vendor,
        database_file=copied.file_name,
        database_sha256=disk.sha256(partial / copied.file_name),
        django=django.get_version(),
        storage=settings.STORAGE,
        files_sha256=files_sha256,
        migrations=migrations,
        counts=counts,
        keys=keys.in_force(),
    ).write(partial)


def _applied_migrations() -> list[str]:
    """As "app.name", in the order of their names."""
    return sorted(".".join(each) for each in MigrationRecorder(connection).applied_migrations())


@contextmanager
def _failures() -> Iterator[None]:
    """A full disk, a missing permission, a provider that is away: said in one sentence."""
    try:
        yield
    except OSError as error:
        where = f" {error.filename}" if error.filename else ""
        raise BackupFailed(f"The backup could not be written:{where} {error.strerror}.") from error
    except DatabaseError as error:
        raise BackupFailed(f"The database cannot be read: {error}.") from error
    except MigrationLockTimeout as error:
        raise BackupFailed("Another process has been migrating for half an hour.") from error
    except StorageUnavailable as error:
        raise BackupFailed(f"The uploaded files cannot be listed: {error}.") from error


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    disk.make_folders(folder)
    with disk.lock(folder / LOCK):
        yield


def _remove_partial(folder: Path) -> None:
    """What processes left that were killed."""
    for path in folder.glob(f"{PARTIAL}*"):
        shutil.rmtree(path, ignore_errors=True)


def _remove(backups: list[Path]) -> None:
    """Hide each first: half of a backup must not look like one."""
    for path in backups:
        hidden = path.rename(path.with_name(f"{PARTIAL}{path.name}"))
        shutil.rmtree(hidden, ignore_errors=True)
