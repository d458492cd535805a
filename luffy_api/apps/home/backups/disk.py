"""Files that are on the disk when a function returns, and that only their owner reads."""

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from luffy_api.apps.home.exceptions import BackupRunning

CHUNK_BYTES = 1 << 20
OWNER_ONLY = 0o600


def sha256(path: Path) -> str:
    """The hash of a file as 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def new_file(path: Path, *, mode: int = OWNER_ONLY) -> Iterator[IO[bytes]]:
    """A file to write that does not exist yet; it has reached the disk at the end."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with open(handle, "wb") as file:
        yield file
        file.flush()
        os.fsync(handle)


def make_folders(path: Path) -> None:
    """A folder and its parents where they are missing, for their owner alone."""
    # The mode of Path.mkdir is not that of the parents which it makes.
    for each in reversed([path, *path.parents]):
        each.mkdir(mode=0o700, exist_ok=True)


def write(path: Path, content: bytes) -> None:
    """A new file with this content."""
    with new_file(path) as file:
        file.write(content)


def copy(source: Path, target: Path, *, mode: int = OWNER_ONLY) -> tuple[int, str]:
    """Copy to a new file with the same time of change; return its bytes and their SHA-256."""
    digest, size = hashlib.sha256(), 0
    with source.open("rb") as file, new_file(target, mode=mode) as copied:
        changed = os.fstat(file.fileno()).st_mtime_ns
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
            copied.write(chunk)
            size += len(chunk)
    os.utime(target, ns=(changed, changed))
    return size, digest.hexdigest()


def sync(folder: Path) -> None:
    """Bring names of files in a folder to the disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_tree(folder: Path) -> None:
    """The same for all folders below, whose files were written by functions of this module."""
    for path, _, _ in os.walk(folder, topdown=False):
        sync(Path(path))


@contextmanager
def lock(path: Path) -> Iterator[None]:
    """Hold a lock that ends with the process at the latest. Raises BackupRunning."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, OWNER_ONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupRunning(f"{path} is locked: another process does the same.") from None
        yield
    finally:
        os.close(handle)
