"""Python's collector of cycles, while a process makes many objects that live."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def paused_collection() -> Iterator[None]:
    """Look for no cycles within the block, which would be done again and again for nothing.

    Whatever belongs to no cycle is freed at once all the same.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
