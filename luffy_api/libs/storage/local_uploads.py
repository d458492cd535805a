"""Large files in parts through our own server, into one file that appears when it is whole.

While it is under way an upload is a hidden folder of the private area:

    .uploads/<id>/upload.json   name, size, size of a part, end (seconds since 1970)
    .uploads/<id>/data          the parts at their places
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

from luffy_api.libs.storage.areas import Uploads
from luffy_api.libs.storage.exceptions import StorageError, StorageUnavailable, UploadRejected
from luffy_api.libs.storage.local import PrivateLocalStorage
from luffy_api.libs.storage.names import check_name
from luffy_api.libs.storage.objects import ObjectInfo, UploadTicket
from luffy_api.libs.storage.parts import Parts

FOLDER = ".uploads"
PART_SIZE = 8 * 1024 * 1024
BLOCK = 256 * 1024
UPLOAD_ID = re.compile(r"[0-9a-f]{32}", re.ASCII)


@dataclass(frozen=True)
class Plan(Parts):
    """What was agreed on when the upload began."""

    name: str
    expires: int


class LocalUploads(Uploads):
    """Uploads into the private area of this machine."""

    provider = "local"

    def __init__(self, storage: PrivateLocalStorage) -> None:
        self.storage = storage

    def begin_upload(
        self, name: str, *, size: int, content_type: str, expires_at: datetime, callback_url: str
    ) -> UploadTicket:
        """Room for a file of `size` bytes; raises UploadRejected when the name is taken."""
        if size < 1 or self.storage.stat(check_name(name)):
            raise UploadRejected("empty, or the name is taken")
        upload_id = secrets.token_hex(16)
        plan = Plan(size, PART_SIZE, name, int(expires_at.timestamp()))
        folder = self._uploads() / upload_id
        with _faults():
            folder.mkdir(parents=True)
            if shutil.disk_usage(folder).free < size:
                folder.rmdir()
                raise StorageUnavailable("disk full")
            (folder / "data").touch()
            (folder / "upload.json").write_text(json.dumps(asdict(plan)), encoding="utf-8")
        return UploadTicket(self.provider, upload_id, PART_SIZE)

    def write_part(
        self, name: str, upload_id: str, number: int, stream: IO[bytes], max_bytes: int
    ) -> None:
        """Takes part `number` (from 1); the same part again replaces it.

        Raises UploadRejected unless it has exactly its size, which may not exceed `max_bytes`.
        """
        folder, plan = self._open(name, upload_id)
        length = plan.length(number)
        if length > max_bytes:
            raise UploadRejected("the part is too large")
        with _faults(), tempfile.TemporaryFile(dir=folder) as draft:
            # A slow sender fills a draft of its own and keeps nobody waiting.
            if _copy(stream, draft, length) != length or stream.read(1):
                raise UploadRejected("the part has another size")
            draft.seek(0)
            with _locked(folder), (folder / "data").open("r+b") as data:
                # Not complete while it is being replaced.
                (folder / str(number)).unlink(missing_ok=True)
                data.seek((number - 1) * plan.part_size)
                _copy(draft, data, length)
                (folder / str(number)).touch()

    def uploaded_parts(self, name: str, upload_id: str) -> list[int]:
        """The numbers of complete parts."""
        folder, _ = self._open(name, upload_id)
        return sorted(int(each.name) for each in folder.iterdir() if each.name.isdigit())

    def finish_upload(self, name: str, upload_id: str) -> ObjectInfo:
        """Makes the file appear under its name, at once and whole.

        Raises UploadRejected when a part is missing or somebody else took the name meanwhile.
        A second call answers like the first.
        """
        if not self._folder(upload_id).exists():
            info = self.storage.stat(name)
            if info is None:
                raise UploadRejected("no such upload")
            return info
        folder, plan = self._open(name, upload_id)
        with _faults(), _locked(folder):
            if len(self.uploaded_parts(name, upload_id)) != plan.count:
                raise UploadRejected("parts are missing")
            self._publish(folder / "data", name)
        shutil.rmtree(folder, ignore_errors=True)
        info = self.storage.stat(name)
        if info is None:
            raise UploadRejected("aborted meanwhile")
        return info

    def abort_upload(self, name: str, upload_id: str) -> None:
        """Removes every part; an upload that has gone already is fine."""
        shutil.rmtree(self._folder(upload_id), ignore_errors=True)

    def sweep_uploads(self, *, before: datetime) -> int:
        """Removes uploads whose time ended before `before`; says how many."""
        gone = 0
        for folder in self._uploads().glob("*"):
            if _ended(folder) < before.timestamp():
                shutil.rmtree(folder, ignore_errors=True)
                gone += 1
        return gone

    def _publish(self, data: Path, name: str) -> None:
        target = Path(self.storage.path(name))
        target.parent.mkdir(parents=True, exist_ok=True)
        with data.open("rb") as file:
            os.fsync(file.fileno())
        try:
            # Unlike a rename it never replaces a file.
            os.link(data, target)
        except FileExistsError:
            raise UploadRejected("the name is taken") from None
        # A late part must not find its way into the published file.
        data.unlink()

    def _uploads(self) -> Path:
        return Path(self.storage.location) / FOLDER

    def _folder(self, upload_id: str) -> Path:
        if not UPLOAD_ID.fullmatch(upload_id):
            raise UploadRejected("no such upload")
        return self._uploads() / upload_id

    def _open(self, name: str, upload_id: str) -> tuple[Path, Plan]:
        folder = self._folder(upload_id)
        try:
            plan = Plan(**json.loads((folder / "upload.json").read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            raise UploadRejected("no such upload") from None
        if plan.name != name or plan.expires <= timezone.now().timestamp():
            raise UploadRejected("expired, or of another file")
        return folder, plan


def _ended(folder: Path) -> float:
    """When an upload's time was over; a folder without a plan counts from its last change."""
    try:
        return float(json.loads((folder / "upload.json").read_text(encoding="utf-8"))["expires"])
    except (OSError, ValueError, TypeError, KeyError):
        return folder.stat().st_mtime if folder.exists() else math.inf


def _copy(source: IO[Any], target: IO[Any], length: int) -> int:
    """Copies at most `length` bytes; says how many came."""
    left = length
    while left and (block := source.read(min(left, BLOCK))):
        target.write(block)
        left -= len(block)
    return length - left


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """One writer of an upload's data at a time, across processes."""
    with (folder / "upload.json").open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def _faults() -> Iterator[None]:
    """A full or foreign disk is a storage that is not available."""
    try:
        yield
    except StorageError:
        raise
    except FileNotFoundError:
        raise UploadRejected("the upload was aborted") from None
    except OSError as error:
        raise StorageUnavailable(type(error).__name__) from error
