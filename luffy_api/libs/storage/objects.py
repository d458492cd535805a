"""Plain values that storages return, the same for every provider."""

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
class UploadSession:
    """Permission for a browser to upload one file.

    `part_size` in bytes; `upload_id` belongs to the name in every later call; `credentials` are
    what the browser needs besides (Qiniu: token, up_host, key), empty elsewhere.
    """

    provider: str
    upload_id: str
    part_size: int
    credentials: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class UploadedObject:
    """What a verified callback reports; `key` is the name of the file, `size` is in bytes."""

    key: str
    size: int
    hash: str
    mime: str


@dataclass(frozen=True)
class Variant:
    """A rendition of a video: `name` of its playlist, frame in pixels, `bandwidth` in bit/s."""

    name: str
    width: int
    height: int
    bandwidth: int


@dataclass(frozen=True)
class VideoMetadata:
    """Duration in whole seconds (rounded, at least 1), frame in pixels, size in bytes."""

    duration: int
    width: int
    height: int
    size: int


@dataclass(frozen=True)
class TranscodingStatus:
    """`state` is waiting, running, done or failed; `error` is the provider's message."""

    state: str
    error: str = ""

    @property
    def finished(self) -> bool:
        """Whether the state is final."""
        return self.state in {"done", "failed"}
