"""Several things are tried in the same world."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction


@contextmanager
def undone() -> Iterator[None]:
    """Whatever the block writes is taken back at its end."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
