"""The uploaded files in a backup: local ones are copied, those of a provider only listed.

A file that has not changed since the backup before is a hard link to the copy there, so that the
videos of a school are on the disk once, however many backups are kept.
"""

import os
from collections.abc import Iterator
from pathlib import Path

from django.core.files.storage import storages

from luffy_api.apps.home.backups import disk, manifest
from luffy_api.apps.home.backups.manifest import UploadedFile
from luffy_api.apps.home.exceptions import BackupFailed
from luffy_api.libs.storage.base import MediaStorage
from luffy_api.libs.storage.file_migration import STORAGES
from luffy_api.libs.storage.local import LocalStorage
from luffy_api.libs.storage.objects import ObjectInfo

RESTORING = ".restoring"


class EarlierBackup:
    """The files of the backup before, which may be linked to."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        listed = manifest.read_files(folder) if folder else ()
        self._files = {(each.storage, each.name): each for each in listed if each.is_copied}

    def link(self, storage: str, info: ObjectInfo, mtime_ns: int, to: Path) -> UploadedFile | None:
        """Link the copy of an unchanged file to `to`; None when there is none."""
        found = self._files.get((storage, info.name))
        if not self.folder or not found or (found.size, found.mtime_ns) != (info.size, mtime_ns):
            return None
        try:
            os.link(found.path_in(self.folder), to)
        except OSError:
            return None  # the copy is gone, or the file system has no links
        return found


def save(folder: Path, *, earlier: EarlierBackup) -> Iterator[UploadedFile]:
    """Copy, link or list every file, and yield it. Raises StorageUnavailable."""
    for alias in STORAGES:
        storage = _storage(alias)
        for info in storage.list_names():
            if not isinstance(storage, LocalStorage):
                yield UploadedFile(alias, info.name, info.size, etag=info.etag)
            elif copied := _save(folder, alias, storage, info, earlier):
                yield copied


def _save(
    folder: Path, alias: str, storage: LocalStorage, info: ObjectInfo, earlier: EarlierBackup
) -> UploadedFile | None:
    """None for a file that was deleted meanwhile: the database does not refer to it."""
    source = Path(storage.path(info.name))
    target = UploadedFile(alias, info.name, 0).path_in(folder)
    disk.make_folders(target.parent)
    try:
        mtime_ns = source.stat().st_mtime_ns
        if linked := earlier.link(alias, info, mtime_ns, target):
            return linked
        size, sha256 = disk.copy(source, target)
    except FileNotFoundError:
        return None
    return UploadedFile(alias, info.name, size, sha256, mtime_ns)


def require_storage(files: Iterator[UploadedFile]) -> None:
    """Raise BackupFailed when there are copies and the shop has its files elsewhere now."""
    if any(each.is_copied for each in files) and not _is_local():
        raise BackupFailed(
            "The backup holds local files, and STORAGE names a provider: restore with"
            " STORAGE=local, then use move_files."
        )


def restore(folder: Path) -> int:
    """Copy what is missing or differs into the storages; return how many files that were.

    Files that are not in the backup stay: nothing refers to them, and the nightly job removes them.
    """
    copied = 0
    for file in manifest.read_files(folder):
        if file.is_copied:
            copied += _restore(file, folder)
    return copied


def _restore(file: UploadedFile, folder: Path) -> bool:
    storage = _storage(file.storage)
    assert isinstance(storage, LocalStorage)
    target = Path(storage.path(file.name))
    if target.is_file() and disk.sha256(target) == file.sha256:
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(RESTORING)
    draft.unlink(missing_ok=True)
    # The web server in front may be another user.
    disk.copy(file.path_in(folder), draft, mode=0o644)
    draft.replace(target)
    disk.sync(target.parent)
    return True


def missing(folder: Path) -> int:
    """How many files of a provider's storage are not there any more. Raises StorageUnavailable."""
    listed: dict[str, set[str]] = {alias: set() for alias in STORAGES}
    for file in manifest.read_files(folder):
        if not file.is_copied:
            listed[file.storage].add(file.name)
    for alias, names in listed.items():
        if names:
            names.difference_update(info.name for info in _storage(alias).list_names())
    return sum(map(len, listed.values()))


def require_outside(folder: Path) -> None:
    """Raise BackupFailed for a folder inside of a storage: it would be served, and copied."""
    for alias in STORAGES:
        storage = _storage(alias)
        if isinstance(storage, LocalStorage) and folder.is_relative_to(storage.location):
            raise BackupFailed(f"{folder} lies among the uploaded files; choose another folder.")


def _storage(alias: str) -> MediaStorage:
    storage = storages[alias]
    assert isinstance(storage, MediaStorage)
    return storage


def _is_local() -> bool:
    return all(isinstance(storages[alias], LocalStorage) for alias in STORAGES)
