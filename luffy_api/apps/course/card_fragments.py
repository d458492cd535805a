"""Cards as bytes: a page joins them, and adds what is personal beside them.

A process keeps each card as it was rendered, by its course and the version of everything public
(`publishing.versions`), so it is at most a second older than what the database says.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson
from django.conf import settings

from luffy_api.apps.course import card_rows
from luffy_api.apps.course.card_rows import Card
from luffy_api.apps.publishing.store import ByteStore
from luffy_api.apps.publishing.versions import Made, Version, versions
from luffy_api.common import replica

# Of the memory for what is published, cards may take so much on top.
SHARE = 4
# What a fragment takes in memory beside its texts.
OVERHEAD = 500


@dataclass(frozen=True, slots=True)
class Fragment:
    """A course's card. `body` is its JSON object without the closing brace, in UTF-8.

    The other fields are what pages look for in it.
    """

    body: bytes
    name: str
    brief: str
    kind: int
    category_id: int
    is_listed: bool
    made: Made | None = None

    @property
    def size(self) -> int:
        """Bytes of memory, about."""
        return len(self.body) + 2 * (len(self.name) + len(self.brief)) + OVERHEAD

    @property
    def whole(self) -> bytes:
        """The object in JSON."""
        return self.body + b"}"

    def with_fields(self, fields: dict[str, Any]) -> bytes:
        """The whole object in JSON, with these fields at its end."""
        return b"%s,%s" % (self.body, dump(fields)[1:])


def _store() -> ByteStore[Fragment]:
    """The one of this process."""
    return _store_of(settings.PUBLISHED_BYTES // SHARE)


@lru_cache(maxsize=1)
def _store_of(max_bytes: int) -> ByteStore[Fragment]:
    return ByteStore(max_bytes)


def load_listed(ids: Sequence[int]) -> dict[int, Fragment]:
    """The fragments of those of the courses that are listed, by id. As many queries as `load`."""
    return {pk: fragment for pk, fragment in load(ids).items() if fragment.is_listed}


def load(ids: Sequence[int]) -> dict[int, Fragment]:
    """The fragments of courses by id, whether the catalogue shows them or not.

    No query for what is known, three for all else.
    """
    version = versions.now() if _store().max_bytes else None
    if version is None:
        return _render(ids, None)
    known = _known(ids, version)
    missing = [pk for pk in ids if pk not in known]
    if not missing:
        return known
    made = version.made()
    with replica.only_primary():
        new = _render(missing, made)
    for pk, fragment in new.items():
        _store().put(pk, fragment)
    return known | new


def forget() -> None:
    """Keep nothing of what was rendered."""
    _store().clear()


def dump(value: Any) -> bytes:
    """JSON as the API writes it."""
    return orjson.dumps(value)


def _known(ids: Iterable[int], version: Version) -> dict[int, Fragment]:
    found = ((pk, _store().get(pk)) for pk in ids)
    return {
        pk: fragment
        for pk, fragment in found
        if fragment and fragment.made and version.holds(fragment.made)
    }


def _render(ids: Sequence[int], made: Made | None) -> dict[int, Fragment]:
    return {pk: _fragment(card, made) for pk, card in card_rows.load(ids).items()}


def _fragment(card: Card, made: Made | None) -> Fragment:
    data = card.data
    return Fragment(
        dump(data)[:-1],
        name=data["name"],
        brief=data["brief"],
        kind=data["kind"],
        category_id=data["course_category"]["id"],
        is_listed=card.is_listed,
        made=made,
    )
