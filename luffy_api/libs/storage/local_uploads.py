"""Uploads in parts through our own server, into a file that appears when it is complete.

An unfinished upload is a hidden folder of the private storage:

    .uploads/<id>/upload.json   name, size, size of a part, expiry (seconds since 1970)
    .uploads/<id>/data          the parts at their offsets
    .uploads/<id>/<number>      an empty file for each part that is complete
"""

import fcntl
import json
import math
import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from django.utils import timezone

from luffy_api.libs.storage.base import Uploads
from luffy_api.libs.storage.exceptions import StorageError, StorageUnavailable, UploadRejected
from luffy_api.libs.storage.local import PrivateLocalStorage
from luffy_api.libs.storage.objects import ObjectInfo, UploadSession
from luffy_api.libs.storage.parts import Parts

FOLDER = ".uploads"
PART_SIZE = 8 * 1024 * 1024
BLOCK_SIZE = 256 * 1024
UPLOAD_ID = re.compile(r"[0-9a-f]{32}", re.ASCII)


@dataclass(frozen=True)
class UploadPlan(Parts):
    """The content of upload.json."""

    name: str
    expires: int


class LocalUploads(Uploads[PrivateLocalStorage]):
    """Uploads into the private folder of this machine."""

    provider = "local"

    def _begin(
        self, name: str, *, size: int, content_type: str, expires_at: datetime, callback_url: str
    ) -> UploadSession:
        upload_id = secrets.token_hex(16)
        plan = UploadPlan(size, PART_SIZE, name, int(expires_at.timestamp()))
        folder = self._root() / upload_id
        with _translated_errors():
            folder.mkdir(parents=True)
            if shutil.disk_usage(folder).free < size:
                folder.rmdir()
                raise StorageUnavailable("disk full")
            (folder / "data").touch()
            (folder / "upload.json").write_text(json.dumps(asdict(plan)), encoding="utf-8")
        return UploadSession(self.provider, upload_id, PART_SIZE)

    def write_part(
        self, name: str, upload_id: str, number: int, stream: IO[bytes], max_bytes: int
    ) -> None:
        """See Uploads."""
        folder, plan = self._open(name, upload_id)
        length = plan.length(number)
        if length > max_bytes:
            raise UploadRejected("the part is too large")
        with _translated_errors(), tempfile.TemporaryFile(dir=folder) as temporary:
            # A slow sender fills a temporary file, and holds no lock meanwhile.
            if _copy(stream, temporary, length) != length or stream.read(1):
                raise UploadRejected("the part has another size")
            temporary.seek(0)
            with _locked(folder), (folder / "data").open("r+b") as data:
                # The part counts as incomplete while it is being replaced.
                (folder / str(number)).unlink(missing_ok=True)
                data.seek((number - 1) * plan.part_size)
                _copy(temporary, data, length)
                (folder / str(number)).touch()

    def uploaded_parts(self, name: str, upload_id: str) -> list[int]:
        """See Uploads."""
        folder, _ = self._open(name, upload_id)
        return sorted(int(each.name) for each in folder.iterdir() if each.name.isdigit())

    def finish(self, name: str, upload_id: str) -> ObjectInfo:
        """See Uploads; the file appears atomically, and never replaces another one."""
        if not self._folder(upload_id).exists():
            return self._stored(name)
        folder, plan = self._open(name, upload_id)
        with _translated_errors(), _locked(folder):
            if len(self.uploaded_parts(name, upload_id)) != plan.count:
                raise UploadRejected("parts are missing")
            self._publish(folder / "data", name)
        shutil.rmtree(folder, ignore_errors=True)
        return self._stored(name)

    def abort(self, name: str, upload_id: str) -> None:
        """See Uploads."""
        shutil.rmtree(self._folder(upload_id), ignore_errors=True)

    def cleanup(self, *, before: datetime) -> int:
        """Removes uploads that expired before then; returns how many."""
        removed = 0
        for folder in self._root().glob("*"):
            if _expiry(folder) < before.timestamp():
                shutil.rmtree(folder, ignore_errors=True)
                removed += 1
        return removed

    def _publish(self, data: Path, name: str) -> None:
        target = Path(self.storage.path(name))
        target.parent.mkdir(parents=True, exist_ok=True)
        with data.open("rb") as file:
            os.fsync(file.fileno())
        try:
            # Unlike a rename, a link never replaces a file.
            os.link(data, target)
        except FileExistsError:
            raise UploadRejected("the name is taken") from None
        # A part that arrives late must not be written into the published file.
        data.unlink()

    def _root(self) -> Path:
        return Path(self.storage.location) / FOLDER

    def _folder(self, upload_id: str) -> Path:
        if not UPLOAD_ID.fullmatch(upload_id):
            raise UploadRejected("no such upload")
        return self._root() / upload_id

    def _open(self, name: str, upload_id: str) -> tuple[Path, UploadPlan]:
        folder = self._folder(upload_id)
        try:
            plan = UploadPlan(**json.loads((folder / "upload.json").read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            raise UploadRejected("no such upload") from None
        if plan.name != name or plan.expires <= timezone.now().timestamp():
            raise UploadRejected("expired, or of another file")
        return folder, plan


def _expiry(folder: Path) -> float:
    """When an upload expires (seconds since 1970); without a plan, when its folder last changed."""
    try:
        return float(json.loads((folder / "upload.json").read_text(encoding="utf-8"))["expires"])
    except (OSError, ValueError, TypeError, KeyError):
        return folder.stat().st_mtime if folder.exists() else math.inf


def _copy(source: IO[Any], target: IO[Any], length: int) -> int:
    """Copies at most `length` bytes; returns how many were read."""
    remaining = length
    while remaining and (block := source.read(min(remaining, BLOCK_SIZE))):
        target.write(block)
        remaining -= len(block)
    return length - remaining


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Lets one writer at the data of an upload at a time, across processes."""
    with (folder / "upload.json").open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def _translated_errors() -> Iterator[None]:
    """OSError as StorageUnavailable (full disk, missing permission), or as UploadRejected."""
    try:
        yield
    except StorageError:
        raise
    except FileNotFoundError:
        raise UploadRejected("the upload was aborted") from None
    except OSError as error:
        raise StorageUnavailable(type(error).__name__) from error
