"""Copying every file from one provider to another, verified byte by byte; nothing is deleted.

Verified files are written to a manifest, one line each: an interrupted migration goes on where it
stopped, and a later run copies only what is new or has changed.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.files.storage.handler import StorageHandler

from luffy_api.libs.storage.base import MediaStorage
from luffy_api.libs.storage.exceptions import StorageError
from luffy_api.libs.storage.objects import ObjectInfo

# Django's alias of a storage, and what reports call it.
STORAGES = {"default": "public", "private": "private"}


@dataclass
class Summary:
    """Counts of files by result, and the bytes copied. Run again for those that failed."""

    copied: int = 0
    present: int = 0
    failed: int = 0
    bytes_copied: int = 0

    def count(self, result: str, info: ObjectInfo) -> None:
        """Adds one file; `result` is the one that `migrate_files` reports."""
        if result.startswith("failed"):
            self.failed += 1
        elif result == "present":
            self.present += 1
        else:
            self.copied += 1
            self.bytes_copied += info.size


class Manifest:
    """The files that were verified, each with the etag that it had at the source."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.verified: dict[tuple[str, str], str] = {}
        if path.exists():
            self.verified = dict(_entries(path.read_text(encoding="utf-8")))

    def has(self, alias: str, info: ObjectInfo) -> bool:
        """Whether this version of the file was verified."""
        return self.verified.get((alias, info.name)) == info.etag

    def add(self, alias: str, info: ObjectInfo) -> None:
        """Appends a verified file to the manifest on disk."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps([alias, info.name, info.etag]) + "\n")


def storages_of(settings: dict[str, dict[str, Any]]) -> dict[str, MediaStorage]:
    """Public and private storage of a provider by alias, from settings.PROVIDER_STORAGES."""
    found = {}
    for alias in STORAGES:
        storage = StorageHandler().create_storage(settings[alias])
        assert isinstance(storage, MediaStorage)
        found[alias] = storage
    return found


def migrate_files(
    *,
    source: dict[str, MediaStorage],
    target: dict[str, MediaStorage],
    manifest: Manifest,
    dry_run: bool,
    report: Callable[[str, ObjectInfo, str], None],
) -> Summary:
    """Copies what the target lacks. `source` and `target` are those of `storages_of`.

    `report` is called for each file with `public` or `private`, the file at the source and the
    result: `copied`, `present`, `failed: …`, or in a dry run `to copy` or `to compare`. A file
    that fails is counted, and the next one follows. Raises StorageUnavailable when the source
    cannot be listed.
    """
    summary = Summary()
    for alias, readable in STORAGES.items():
        copy = _Copy(source[alias], target[alias], alias, manifest)
        for info in source[alias].list_names():
            result = copy.attempt(info, dry_run=dry_run)
            summary.count(result, info)
            report(readable, info, result)
    return summary


@dataclass
class _Copy:
    """Copies files of one storage to another."""

    source: MediaStorage
    target: MediaStorage
    alias: str
    manifest: Manifest

    def attempt(self, info: ObjectInfo, *, dry_run: bool) -> str:
        """The result, see `migrate_files`."""
        try:
            existing = self.target.stat(info.name)
            same_size = existing is not None and existing.size == info.size
            if same_size and self.manifest.has(self.alias, info):
                return "present"
            if dry_run:
                return "to compare" if existing else "to copy"
            result = self._copy(info, existing)
        except (StorageError, OSError) as error:
            return f"failed: {type(error).__name__} {error}".strip()
        self.manifest.add(self.alias, info)
        return result

    def _copy(self, info: ObjectInfo, existing: ObjectInfo | None) -> str:
        with self.source.local_copy(info.name) as path:
            digest = _digest(path)
            if existing and existing.size == info.size and self._target_digest(info) == digest:
                return "present"
            if existing:
                # Truncated, or an older version: the source is right.
                self.target.delete(info.name)
            with path.open("rb") as content:
                saved = self.target.save(info.name, File(content, info.name))
            if saved != info.name:
                self.target.delete(saved)
                raise StorageError("the name was taken meanwhile")
        if self._target_digest(info) != digest:
            self.target.delete(info.name)
            raise StorageError("the copy differs")
        return "copied"

    def _target_digest(self, info: ObjectInfo) -> str:
        """Of the bytes read back, which costs traffic and proves more than an etag."""
        with self.target.local_copy(info.name) as path:
            return _digest(path)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _entries(text: str) -> Iterator[tuple[tuple[str, str], str]]:
    for line in text.splitlines():
        try:
            alias, name, etag = json.loads(line)
        except ValueError:
            continue  # an interrupted run left half of a line
        yield (alias, name), etag
