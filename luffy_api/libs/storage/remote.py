"""What storages on the network have in common."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Any

from luffy_api.libs.storage.exceptions import StorageUnavailable

# Seconds; with one repetition nobody waits for more than about ten.
CONNECT_TIMEOUT = 3
READ_TIMEOUT = 4


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
