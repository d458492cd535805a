"""The metrics of all processes of this machine, from the files that each of them keeps.

What a process that has ended counted is added to one common file, so that sums never fall and the
number of files does not grow; its gauges are dropped.
"""

import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from prometheus_client import Metric
from prometheus_client.mmap_dict import MmapedDict
from prometheus_client.multiprocess import MultiProcessCollector

# Far more than all metrics of a process need.
FILE_BYTES = 1 << 20
# In the place of a process id.
ENDED = "ended"


def read(folder: Path) -> Iterable[Metric]:
    """The sums over all processes; nothing where no process has counted."""
    with _alone(folder):
        _add_up_ended(folder)
        files = [str(path) for path in folder.glob("*.db") if path.stat().st_size]
        return list(MultiProcessCollector.merge(files))


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One reader at a time: what is moved to the common file must not be counted twice."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _add_up_ended(folder: Path) -> None:
    for path in folder.glob("*.db"):
        kind, _, owner = path.stem.rpartition("_")
        if owner.isdigit() and not _is_running(int(owner)):
            if kind in {"counter", "histogram"}:
                _add(path, folder / f"{kind}_{ENDED}.db")
            path.unlink()


def _add(source: Path, target: Path) -> None:
    allocate(target)
    sums = MmapedDict(str(target))
    try:
        for key, value, _, _ in MmapedDict.read_all_values_from_file(str(source)):
            sums.write_value(key, sums.read_value(key)[0] + value, 0.0)
    finally:
        sums.close()


def allocate(path: Path) -> None:
    """Make a file with all of its blocks; raises OSError where there is no room.

    The library leaves its files sparse, and to write into one on a full disk would kill the
    process by SIGBUS.
    """
    with path.open("ab") as file:
        os.posix_fallocate(file.fileno(), 0, FILE_BYTES)


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
