"""What a form showed when it was opened: a digest of each value, by row."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import singledispatch
from hashlib import blake2b
from typing import Any

from django.core.files.base import File
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Manager, Model
from django.utils import timezone

DIGEST_BYTES = 6
_LENGTH = 2 * DIGEST_BYTES


def digest(value: object) -> str:
    """Twelve characters, the same for a value from the database and from a form."""
    return blake2b(canonical(value).encode(), digest_size=DIGEST_BYTES).hexdigest()


@singledispatch
def canonical(value: Any) -> str:
    """A value as text; rows are their ids, an upload is never equal to what is stored."""
    if isinstance(value, Iterable):
        return ",".join(sorted(canonical(each) for each in value))
    return str(value)


@canonical.register
def _(value: None) -> str:
    return ""


@canonical.register
def _(value: str) -> str:
    # Browsers send CRLF, and form fields strip.
    return value.replace("\r\n", "\n").strip()


@canonical.register
def _(value: bool) -> str:
    # A file field that is cleared says False, a box that is not ticked is the same as nothing.
    return "1" if value else ""


@canonical.register
def _(value: Decimal) -> str:
    return format(value.normalize(), "f") if value else "0"


@canonical.register
def _(value: date) -> str:
    return value.isoformat()


@canonical.register
def _(value: datetime) -> str:
    # Forms show seconds.
    return value.astimezone(UTC).replace(microsecond=0).isoformat()


@canonical.register
def _(value: Model) -> str:
    return str(value.pk)


@canonical.register(Manager)
def _(value: "Manager[Any]") -> str:
    return canonical(list(value.all()))


@canonical.register(File)
def _(value: "File[Any]") -> str:
    return value.name or ""


@canonical.register(UploadedFile)
def _(value: "UploadedFile[Any]") -> str:
    return f"\0{value.name}\0{value.size}"


@dataclass(frozen=True)
class Snapshot:
    """`rows` are digests of the `names` in their order, joined, by the row's primary key."""

    names: tuple[str, ...] = ()
    rows: Mapping[str, str] = field(default_factory=dict)
    taken_at: datetime = field(default_factory=timezone.now)

    @classmethod
    def of(cls, rows: Mapping[object, Mapping[str, object]]) -> "Snapshot":
        """Of rows that all have the same names, by primary key."""
        names = next((tuple(values) for values in rows.values()), ())
        digests = {
            str(pk): "".join(digest(values[name]) for name in names) for pk, values in rows.items()
        }
        return cls(names, digests)

    @classmethod
    def load(cls, text: str | None) -> "Snapshot":
        """From a form; an empty one, to which every value is a new one, from what is none."""
        try:
            said = json.loads(text or "")
            names, rows = tuple(map(str, said["names"])), dict(said["rows"])
            taken_at = datetime.fromtimestamp(said["at"], UTC)
        except (ValueError, TypeError, KeyError, OverflowError, OSError, RecursionError):
            return cls()
        return cls(names, {str(pk): str(digests) for pk, digests in rows.items()}, taken_at)

    def dump(self) -> str:
        """For a hidden field."""
        said = {"at": self.taken_at.timestamp(), "names": self.names, "rows": self.rows}
        return json.dumps(said, separators=(",", ":"))

    def digest_of(self, pk: object, name: str) -> str | None:
        """None for what the form did not show."""
        if name not in self.names or str(pk) not in self.rows:
            return None
        start = self.names.index(name) * _LENGTH
        return self.rows[str(pk)][start : start + _LENGTH]
