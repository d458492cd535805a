"""What storages on the network have in common."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Any

from django.core.files.base import File

from luffy_api.libs.storage.areas import Area
from luffy_api.libs.storage.exceptions import ObjectMissing, StorageUnavailable

# Seconds; with one repetition nobody waits for more than about ten.
CONNECT_TIMEOUT = 3
READ_TIMEOUT = 4
# Bytes of a file; the rest of a larger one waits on the disk.
IN_MEMORY = 4 * 1024 * 1024


class RemoteArea(Area):
    """What Django and ffmpeg ask of files that lie elsewhere; `fetch` and `stat` do it all."""

    def fetch(self, name: str, file: IO[bytes]) -> None:
        """Writes a stored file into an open one; raises ObjectMissing, StorageUnavailable."""
        raise NotImplementedError

    def _open(self, name: str, mode: str = "rb") -> File:  # type: ignore[type-arg]
        if mode != "rb":
            raise ValueError("files in a remote storage are opened to be read")
        return opened(name, lambda file: self.fetch(name, file))

    def exists(self, name: str) -> bool:
        """Django's."""
        return self.stat(name) is not None

    def size(self, name: str) -> int:
        """Django's; raises FileNotFoundError."""
        info = self.stat(name)
        if info is None:
            raise FileNotFoundError(name)
        return info.size

    def local_copy(self, name: str) -> AbstractContextManager[Path]:
        """A temporary file; raises ObjectMissing."""
        info = self.stat(name)
        if info is None:
            raise ObjectMissing
        return downloaded(name, info.size, lambda file: self.fetch(name, file))


def opened(name: str, fetch: Callable[[IO[bytes]], Any]) -> File:  # type: ignore[type-arg]
    """A Django file that `fetch` has filled; raises FileNotFoundError, as Django's storages do."""
    with ExitStack() as stack:
        content = stack.enter_context(tempfile.SpooledTemporaryFile(max_size=IN_MEMORY))
        try:
            fetch(content)
        except ObjectMissing:
            raise FileNotFoundError(name) from None
        content.seek(0)
        stack.pop_all()  # from here on it is the caller's to close
    return File(content, name)


@contextmanager
def downloaded(
    name: str, size: int, fetch: Callable[[IO[bytes]], Any], folder: str | None = None
) -> Iterator[Path]:
    """A temporary file with the suffix of `name` that `fetch` fills; gone after the context."""
    if shutil.disk_usage(folder or tempfile.gettempdir()).free < size:
        raise StorageUnavailable("disk full")
    with tempfile.NamedTemporaryFile(suffix=PurePosixPath(name).suffix, dir=folder) as file:
        fetch(file)
        file.flush()
        if Path(file.name).stat().st_size != size:
            raise StorageUnavailable("cut off")
        yield Path(file.name)
