"""The common part of storages that are reached over the network."""

import shutil
import tempfile
from abc import abstractmethod
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Any

from django.core.files.base import File

from luffy_api.libs.storage.base import MediaStorage
from luffy_api.libs.storage.exceptions import ObjectMissing, StorageUnavailable

# Seconds; with one retry a call takes about ten at most.
CONNECT_TIMEOUT = 3
READ_TIMEOUT = 4
# Bytes; larger files are spooled to disk.
MAX_IN_MEMORY = 4 * 1024 * 1024


class RemoteStorage(MediaStorage):
    """Django's methods and local copies, built on the provider's `fetch` and `stat`."""

    @abstractmethod
    def fetch(self, name: str, file: IO[bytes]) -> None:
        """Writes the content of a stored file to an open one; raises ObjectMissing."""

    def _open(self, name: str, mode: str = "rb") -> File:  # type: ignore[type-arg]
        if mode != "rb":
            raise ValueError("files in a remote storage are opened to be read")
        return opened(name, lambda file: self.fetch(name, file))

    def exists(self, name: str) -> bool:
        """Django's; costs a request."""
        return self.stat(name) is not None

    def size(self, name: str) -> int:
        """Django's; raises FileNotFoundError."""
        info = self.stat(name)
        if info is None:
            raise FileNotFoundError(name)
        return info.size

    def local_copy(self, name: str) -> AbstractContextManager[Path]:
        """A temporary file; raises ObjectMissing, and StorageUnavailable for a full disk."""
        info = self.stat(name)
        if info is None:
            raise ObjectMissing
        return downloaded(name, info.size, lambda file: self.fetch(name, file))


def opened(name: str, fetch: Callable[[IO[bytes]], Any]) -> File:  # type: ignore[type-arg]
    """A Django file filled by `fetch`; raises FileNotFoundError, as Django's storages do."""
    with ExitStack() as stack:
        content = stack.enter_context(tempfile.SpooledTemporaryFile(max_size=MAX_IN_MEMORY))
        try:
            fetch(content)
        except ObjectMissing:
            raise FileNotFoundError(name) from None
        content.seek(0)
        stack.pop_all()  # the caller closes it
    return File(content, name)


@contextmanager
def downloaded(
    name: str, size: int, fetch: Callable[[IO[bytes]], Any], folder: str | None = None
) -> Iterator[Path]:
    """A temporary file with the suffix of `name`, filled by `fetch`; removed after the context.

    Raises StorageUnavailable when the disk is full, or when other than `size` bytes arrived.
    """
    if shutil.disk_usage(folder or tempfile.gettempdir()).free < size:
        raise StorageUnavailable("disk full")
    with tempfile.NamedTemporaryFile(suffix=PurePosixPath(name).suffix, dir=folder) as file:
        fetch(file)
        file.flush()
        if Path(file.name).stat().st_size != size:
            raise StorageUnavailable("truncated")
        yield Path(file.name)
