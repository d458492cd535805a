"""Files on this machine: public ones under /media/, private ones under signed URLs."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from stat import S_ISREG
from typing import IO, Any

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import FileSystemStorage

from luffy_api.libs.storage import downloads
from luffy_api.libs.storage.base import MediaStorage, PrivateStorage
from luffy_api.libs.storage.content_types import content_type_of
from luffy_api.libs.storage.exceptions import NameRejected, ObjectMissing, StorageUnavailable
from luffy_api.libs.storage.names import check_name
from luffy_api.libs.storage.objects import ObjectInfo
from luffy_api.libs.storage.signatures import signed_path


class LocalStorage(MediaStorage, FileSystemStorage):
    """Public files."""

    stat_is_cheap = True

    def save(self, name: str | None, content: IO[Any], max_length: int | None = None) -> str:
        """Django's; raises StorageUnavailable for a full disk or a missing permission."""
        try:
            return super().save(name, content, max_length)
        except OSError as error:
            raise StorageUnavailable(type(error).__name__) from error

    def file(self, name: str) -> Path:
        """The path of a file; raises ObjectMissing when there is none or the name is invalid."""
        try:
            path = Path(self.path(check_name(name)))
            if path.is_file():
                return path
        except (NameRejected, SuspiciousFileOperation, OSError, ValueError):
            pass
        raise ObjectMissing

    def stat(self, name: str) -> ObjectInfo | None:
        """See MediaStorage."""
        try:
            # `check_name` lets nothing out of the folder, so `path` need not look once more.
            found = os.stat(f"{self.location}/{check_name(name)}")
        except (NameRejected, OSError, ValueError):
            return None
        return self._info(name, found) if S_ISREG(found.st_mode) else None

    def check(self) -> None:
        """Raises StorageUnavailable unless the folder is there and takes a file."""
        try:
            with tempfile.TemporaryFile(dir=self.location) as file:
                file.write(b"readyz")
        except OSError as error:
            raise StorageUnavailable(type(error).__name__) from error

    def list_names(self, prefix: str = "") -> Iterator[ObjectInfo]:
        """See MediaStorage; hidden files and folders are left out."""
        folder = prefix.rpartition("/")[0]
        names = _names(Path(self.location), f"{folder}/" if folder else "")
        for name in names:
            info = self.stat(name) if name.startswith(prefix) else None
            if info:
                yield info

    def read_range(self, name: str, start: int, length: int) -> bytes:
        """See MediaStorage."""
        try:
            with self.file(name).open("rb") as file:
                file.seek(start)
                return file.read(length)
        except FileNotFoundError:
            raise ObjectMissing from None  # removed since it was looked for

    def local_copy(self, name: str) -> AbstractContextManager[Path]:
        """The file itself; raises ObjectMissing."""
        return nullcontext(self.file(name))

    def _info(self, name: str, stat: os.stat_result) -> ObjectInfo:
        return ObjectInfo(
            name=name,
            size=stat.st_size,
            etag=f"{stat.st_mtime_ns:x}-{stat.st_size:x}",
            content_type=content_type_of(name),
            modified=datetime.fromtimestamp(stat.st_mtime, UTC),
        )


def _names(root: Path, folder: str) -> Iterator[str]:
    """Names of files below a folder ("" or with a slash at its end), without hidden ones."""
    try:
        with os.scandir(root / folder) as entries:
            found = sorted(f"{each.name}{'/' if each.is_dir() else ''}" for each in entries)
    except (FileNotFoundError, NotADirectoryError):
        return
    for name in found:
        if name.startswith("."):
            continue
        if name.endswith("/"):
            yield from _names(root, folder + name)
        else:
            yield folder + name


class PrivateLocalStorage(PrivateStorage, LocalStorage):
    """Private files, served by `serving.private` at signed URLs."""

    uploads_class = "luffy_api.libs.storage.local_uploads.LocalUploads"

    def _provider_url(
        self, name: str, *, expires_at: datetime, grant: str = "", download: bool = False
    ) -> str:
        signed_name = downloads.as_download(name) if download else name
        return signed_path(signed_name, expires_at=expires_at, grant=grant)
