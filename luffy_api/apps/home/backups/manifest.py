"""What a backup holds: `manifest.json`, and a line of `files.jsonl` for each uploaded file.

Every file of a backup has its hash in the manifest or in `files.jsonl`, whose own hash is in the
manifest; `manifest.sha256` is that of the manifest.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from pathlib import Path

from luffy_api.apps.home.backups import disk
from luffy_api.apps.home.exceptions import BackupFailed
from luffy_api.libs.storage import NameRejected
from luffy_api.libs.storage.names import check_name

FORMAT = 1
MANIFEST, MANIFEST_HASH, FILES = "manifest.json", "manifest.sha256", "files.jsonl"
FILES_FOLDER, KEYS_FOLDER = "files", "keys"


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file of a storage, by Django's alias of that.

    `size` in bytes. Of local files there are `sha256` and `mtime_ns`, the time of its last change
    in nanoseconds; a remote one has the provider's `etag` and is not in the backup.
    """

    storage: str
    name: str
    size: int
    sha256: str = ""
    mtime_ns: int = 0
    etag: str = ""

    @property
    def is_copied(self) -> bool:
        """Whether the backup holds its content."""
        return bool(self.sha256)

    def path_in(self, backup: Path) -> Path:
        """Where its content is in a backup."""
        return backup / FILES_FOLDER / self.storage / self.name


@dataclass(frozen=True, slots=True)
class Key:
    """A secret of the shop: where it comes from, and the SHA-256 of its text; never the text.

    `source` is the path of a file, or "environment". `copy` is its path in the backup, blank for
    what is not copied.
    """

    name: str
    source: str
    sha256: str
    copy: str = ""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup was made of. Times are ISO 8601 in UTC.

    The database is as it was at some moment after `started_at`; `counts` are the rows of its
    tables, of those that could be counted. `migrations` are "app.name" of those applied.
    `files_sha256` is the hash of `files.jsonl`.
    """

    format: int
    started_at: str
    finished_at: str
    vendor: str
    database_file: str
    database_sha256: str
    django: str
    storage: str
    files_sha256: str
    migrations: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    keys: list[Key] = field(default_factory=list)

    @property
    def began(self) -> datetime:
        """`started_at` as a time."""
        return datetime.fromisoformat(self.started_at)

    def write(self, folder: Path) -> None:
        """The manifest and its hash, the last two files of a backup."""
        text = json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True)
        disk.write(folder / MANIFEST, text.encode())
        disk.write(folder / MANIFEST_HASH, disk.sha256(folder / MANIFEST).encode())


def read(folder: Path) -> Manifest:
    """The manifest of a backup. Raises BackupFailed for what is none, or none that is whole."""
    try:
        expected = (folder / MANIFEST_HASH).read_text(encoding="ascii").strip()
        if disk.sha256(folder / MANIFEST) != expected:
            raise BackupFailed(f"{folder / MANIFEST} is damaged: its hash differs.")
        values = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BackupFailed(f"{folder} holds no complete backup.") from None
    except (OSError, ValueError) as error:
        raise BackupFailed(f"{folder} cannot be read: {error}.") from error
    if values.get("format") != FORMAT:
        raise BackupFailed(f"{folder} was made by a newer version of the shop.")
    known = {each.name for each in fields(Manifest)}
    keys = [Key(**each) for each in values.pop("keys")]
    return Manifest(**{name: values[name] for name in known & set(values)}, keys=keys)


def write_files(folder: Path, files: Iterable[UploadedFile]) -> str:
    """List the files as they come; the hash of the list."""
    with disk.new_file(folder / FILES) as listed:
        for each in files:
            line = json.dumps(asdict(each), ensure_ascii=False) + "\n"
            listed.write(line.encode())
    return disk.sha256(folder / FILES)


def read_files(folder: Path) -> Iterator[UploadedFile]:
    """The files of a backup. Raises BackupFailed for a name that leads out of its storage."""
    with (folder / FILES).open(encoding="utf-8") as listed:
        for line in listed:
            file = UploadedFile(**json.loads(line))
            try:
                check_name(file.name)
            except NameRejected:
                raise BackupFailed(f"{folder / FILES} has an impossible name.") from None
            yield file


def verify(folder: Path, manifest: Manifest) -> None:
    """Compare every file with its hash. Raises BackupFailed that names the first that differs."""
    for path, expected in _hashes(folder, manifest):
        try:
            found = disk.sha256(path)
        except OSError as error:
            raise BackupFailed(f"{path} cannot be read: {error.strerror}.") from error
        if found != expected:
            raise BackupFailed(f"{path} is damaged: its hash differs. Nothing was changed.")


def _hashes(folder: Path, manifest: Manifest) -> Iterator[tuple[Path, str]]:
    yield folder / manifest.database_file, manifest.database_sha256
    yield folder / FILES, manifest.files_sha256
    for key in manifest.keys:
        if key.copy:
            yield folder / key.copy, key.sha256
    for file in read_files(folder):
        if file.is_copied:
            yield file.path_in(folder), file.sha256
