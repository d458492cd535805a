"""What the storages tell about files; plain values, the same for every provider."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class ObjectInfo:
    """A stored file: `size` in bytes, `etag` without quotes, `modified` in UTC."""

    name: str
    size: int
    etag: str
    content_type: str
    modified: datetime


@dataclass(frozen=True)
class UploadTicket:
    """Leave to bring one file up from the browser.

    `part_size` in bytes; `upload_id` belongs to the name in every later call; `ticket` is what the
    browser needs besides (Qiniu: token and up_host), empty elsewhere.
    """

    provider: str
    upload_id: str
    part_size: int
    ticket: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class UploadedObject:
    """What a verified callback says; `stat` is still to be asked."""

    key: str
    size: int
    hash: str
    mime: str


@dataclass(frozen=True)
class Variant:
    """One quality of a film: `name` of its playlist, `height` in pixels, `bandwidth` in bit/s."""

    name: str
    width: int
    height: int
    bandwidth: int


@dataclass(frozen=True)
class VideoFacts:
    """Length in whole seconds (rounded up), picture in pixels, size in bytes."""

    duration: int
    width: int
    height: int
    size: int


@dataclass(frozen=True)
class Transcoding:
    """How far it is: waiting, running, done or failed; `error` is the storage's own word."""

    state: str
    error: str = ""

    @property
    def finished(self) -> bool:
        """Whether nothing will change any more."""
        return self.state in {"done", "failed"}
