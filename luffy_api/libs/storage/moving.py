"""Copying every file from one storage to another, checked byte by byte; nothing is ever deleted.

What has been checked is written to a journal, one line per file, so that a move that was
interrupted goes on where it stopped, and a later one brings only what is new or has changed.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.files.storage.handler import StorageHandler

from luffy_api.libs.storage.areas import Area
from luffy_api.libs.storage.exceptions import StorageError
from luffy_api.libs.storage.objects import ObjectInfo

AREAS = {"default": "public", "private": "private"}
BLOCK = 4 * 1024 * 1024


@dataclass
class Tally:
    """What became of the files: `failed` ones are to be tried again; `size` in bytes copied."""

    copied: int = 0
    present: int = 0
    failed: int = 0
    size: int = 0


class Journal:
    """The names that were checked, with the source's etag of that moment."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.done: dict[tuple[str, str], str] = {}
        if path.exists():
            self.done = dict(_entries(path.read_text(encoding="utf-8")))

    def has(self, area: str, info: ObjectInfo) -> bool:
        """Whether this version of the file was brought over."""
        return self.done.get((area, info.name)) == info.etag

    def add(self, area: str, info: ObjectInfo) -> None:
        """Remembers it, at once."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps([area, info.name, info.etag]) + "\n")


def areas_of(settings: dict[str, dict[str, Any]]) -> dict[str, Area]:
    """Both areas of a storage, from its entry in settings.STORAGE_AREAS."""
    found = {}
    for name in AREAS:
        area = StorageHandler().create_storage(settings[name])
        assert isinstance(area, Area)
        found[name] = area
    return found


def move(
    *,
    source: dict[str, Area],
    target: dict[str, Area],
    journal: Journal,
    dry_run: bool,
    report: Callable[[str, ObjectInfo, str], None],
) -> Tally:
    """Copies what the target lacks; `report` hears of each file: area, file, what became of it.

    A file that fails is counted and the next one tried; raises StorageUnavailable when the source
    cannot be listed.
    """
    tally = Tally()
    for area, readable in AREAS.items():
        for info in source[area].list_names():
            outcome = _one(source[area], target[area], area, info, journal, dry_run)
            _count(tally, outcome, info)
            report(readable, info, outcome)
    return tally


def _one(
    source: Area, target: Area, area: str, info: ObjectInfo, journal: Journal, dry_run: bool
) -> str:
    try:
        there = target.stat(info.name)
        if there and there.size == info.size and journal.has(area, info):
            return "present"
        if dry_run:
            return "to compare" if there else "to copy"
        outcome = _bring(source, target, info, there)
    except (StorageError, OSError) as error:
        return f"failed: {type(error).__name__} {error}".strip()
    journal.add(area, info)
    return outcome


def _bring(source: Area, target: Area, info: ObjectInfo, there: ObjectInfo | None) -> str:
    with source.local_copy(info.name) as path:
        wanted = _digest(path)
        if there and there.size == info.size and _digest_in(target, info.name) == wanted:
            return "present"
        if there:
            # Half of a file, or an older version of it: the source is what counts.
            target.delete(info.name)
        with path.open("rb") as content:
            saved = target.save(info.name, File(content, info.name))
        if saved != info.name:
            target.delete(saved)
            raise StorageError("the name was taken meanwhile")
    if _digest_in(target, info.name) != wanted:
        target.delete(info.name)
        raise StorageError("the copy differs")
    return "copied"


def _count(tally: Tally, outcome: str, info: ObjectInfo) -> None:
    if outcome.startswith("failed"):
        tally.failed += 1
    elif outcome == "present":
        tally.present += 1
    else:
        tally.copied += 1
        tally.size += info.size


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _digest_in(area: Area, name: str) -> str:
    """Of what the storage gives back, which costs traffic and proves more than an etag."""
    with area.local_copy(name) as path:
        return _digest(path)


def _entries(text: str) -> Iterator[tuple[tuple[str, str], str]]:
    for line in text.splitlines():
        try:
            area, name, etag = json.loads(line)
        except ValueError:
            continue  # cut off when the move was interrupted
        yield (area, name), etag
