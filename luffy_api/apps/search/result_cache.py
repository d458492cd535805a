"""What a process keeps of searches, by the version of everything public.

The index says that it has changed as the catalogue does (`indexing`), so what is kept is at most a
second older than both.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar, cast

from django.conf import settings

from luffy_api.apps.publishing.store import ByteStore
from luffy_api.apps.publishing.versions import MAX_ANSWER_AGE, Made, Version, versions
from luffy_api.common import replica

Value = TypeVar("Value")

# Of the memory for what is published, results may take so much on top.
SHARE = 8


@dataclass(frozen=True, slots=True)
class _Kept(Generic[Value]):
    value: Value
    made: Made
    size: int


def _store() -> "ByteStore[_Kept[object]]":
    """The one of this process."""
    return _store_of(settings.PUBLISHED_BYTES // SHARE)


@lru_cache(maxsize=1)
def _store_of(max_bytes: int) -> "ByteStore[_Kept[object]]":
    return ByteStore(max_bytes)


def version() -> Version | None:
    """The version that is public now; None while nothing may be kept."""
    return versions.now() if _store().max_bytes else None


def get_or_make(
    key: Hashable,
    make: Callable[[], Value],
    *,
    size: Callable[[Value], int | None],
    max_age: float = MAX_ANSWER_AGE,
) -> Value:
    """What was made for the key and is still as good as new, at most `max_age` seconds old.

    `size` says how many bytes a new value takes; None for one that is not to be kept.
    """
    current = version()
    if current is None:
        return make()
    found = cast("_Kept[Value] | None", _store().get(key))
    if found and current.holds(found.made, max_age=max_age):
        return found.value
    made = current.made()
    with replica.only_primary():
        value = make()
    if (bytes_taken := size(value)) is not None:
        _store().put(key, _Kept(value, made, bytes_taken))
    return value


def forget() -> None:
    """Keep nothing of what was found."""
    _store().clear()
