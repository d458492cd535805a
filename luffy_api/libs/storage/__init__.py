"""Files behind one small interface; settings.STORAGE chooses where they lie.

Two areas: the public one (covers, avatars, banners) is Django's `default` storage, the private one
(films, attachments) its `private` storage, which only signed addresses open. What is said here
without an area is about the private one. See docs/storage.md.
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

from django.core.files.storage import storages
from django.utils import timezone

from luffy_api.libs.storage import playlists
from luffy_api.libs.storage.areas import Area, Uploads
from luffy_api.libs.storage.exceptions import (
    BadSignature,
    CallbackRejected,
    NameRejected,
    NotOffered,
    ObjectMissing,
    PlaylistRejected,
    StorageError,
    StorageUnavailable,
    UploadRejected,
)
from luffy_api.libs.storage.names import check_name, safe_filename
from luffy_api.libs.storage.objects import (
    ObjectInfo,
    Transcoding,
    UploadedObject,
    UploadTicket,
    Variant,
    VideoFacts,
)
from luffy_api.libs.storage.playlists import master as master_playlist
from luffy_api.libs.storage.providers import uploads_of
from luffy_api.libs.storage.signatures import signed_path

__all__ = [
    "Area",
    "BadSignature",
    "CallbackRejected",
    "NameRejected",
    "NotOffered",
    "ObjectInfo",
    "ObjectMissing",
    "PlaylistRejected",
    "StorageError",
    "StorageUnavailable",
    "Transcoding",
    "UploadRejected",
    "UploadTicket",
    "UploadedObject",
    "Variant",
    "VideoFacts",
    "abort_upload",
    "begin_upload",
    "delete",
    "finish_upload",
    "list_names",
    "local_copy",
    "master_playlist",
    "poster_frame",
    "private_storage",
    "public_storage",
    "read_range",
    "safe_filename",
    "sign_parts",
    "signed_playlist",
    "signed_url",
    "start_transcoding",
    "stat",
    "sweep_uploads",
    "transcoding_status",
    "uploaded_parts",
    "verify_callback",
    "video_facts",
    "write_part",
]

MAX_LIFETIME = timedelta(hours=2)


def public_storage() -> Area:
    """Where files lie that anybody may see."""
    storage = storages["default"]
    assert isinstance(storage, Area)
    return storage


def private_storage() -> Area:
    """Where files lie that only a signed address opens."""
    storage = storages["private"]
    assert isinstance(storage, Area)
    return storage


def signed_url(name: str, *, expires_at: datetime, holder: str = "", download: bool = False) -> str:
    """An address of a private file that works until `expires_at` (UTC, at most two hours ahead).

    At our own server it works only as long as settings.PRIVATE_FILE_ACCESS_CHECK, a function of
    holder and name, answers that `holder` may have the file, and that is asked at every request.
    Addresses at Qiniu and S3 are checked there and have no holder.

    With `download` browsers save it, whatever it is, under the last part of its name. An HLS
    playlist to be played is at our own server, whatever the provider: what it opens is made on the
    fly by `signed_playlist`. Raises NameRejected, and ValueError for a longer time.
    """
    if expires_at > timezone.now() + MAX_LIFETIME:
        raise ValueError("a signed address lives for two hours at most")
    if playlists.is_playlist(check_name(name)) and not download:
        return signed_path(name, expires_at=expires_at, holder=holder)
    return private_storage().signed_url(
        name, expires_at=expires_at, holder=holder, download=download
    )


def signed_playlist(name: str, *, expires_at: datetime, holder: str = "") -> str:
    """The text of a playlist in which each segment, key and quality carries its own signature.

    Raises ObjectMissing, PlaylistRejected, StorageUnavailable.
    """
    area = private_storage()
    content = area.read_range(name, 0, playlists.MAX_BYTES + 1)
    return playlists.rewrite(
        content,
        name=name,
        sign=lambda part: signed_url(part, expires_at=expires_at, holder=holder),
        root=area.root,
    )


def stat(name: str) -> ObjectInfo | None:
    """What lies under this name, if anything does; raises StorageUnavailable."""
    return private_storage().stat(name)


def list_names(prefix: str = "") -> Iterator[ObjectInfo]:
    """Every private file whose name begins with `prefix`."""
    return private_storage().list_names(prefix)


def read_range(name: str, start: int, length: int) -> bytes:
    """Up to `length` bytes from `start`; raises ObjectMissing, StorageUnavailable."""
    return private_storage().read_range(name, start, length)


def local_copy(name: str) -> AbstractContextManager[Path]:
    """A file on this machine, to be read only, while the context lasts; raises ObjectMissing."""
    return private_storage().local_copy(name)


def delete(name: str) -> None:
    """Removes a private file; one that has gone already is fine."""
    private_storage().delete(check_name(name))


def begin_upload(
    name: str,
    *,
    size: int,
    content_type: str,
    expires_at: datetime,
    callback_url: str,
) -> UploadTicket:
    """Leave for a browser to bring up exactly this name, of `size` bytes, until `expires_at`.

    `callback_url` is where Qiniu reports; the others ignore it. Raises UploadRejected when the
    name is taken, NameRejected, StorageUnavailable.
    """
    return _uploads().begin_upload(
        check_name(name),
        size=size,
        content_type=content_type,
        expires_at=expires_at,
        callback_url=callback_url,
    )


def sign_parts(name: str, upload_id: str, numbers: Sequence[int]) -> dict[int, str]:
    """Addresses to which the browser PUTs parts (s3); raises NotOffered, UploadRejected."""
    return _uploads().sign_parts(name, upload_id, numbers)


def write_part(name: str, upload_id: str, number: int, stream: IO[bytes], max_bytes: int) -> None:
    """Takes one part (local), again where need be; raises NotOffered, UploadRejected."""
    _uploads().write_part(name, upload_id, number, stream, max_bytes)


def uploaded_parts(name: str, upload_id: str) -> list[int]:
    """Numbers of the parts that have arrived (none on Qiniu, whose own client resumes)."""
    return _uploads().uploaded_parts(name, upload_id)


def finish_upload(name: str, upload_id: str) -> ObjectInfo:
    """The file when all of it has arrived; a second call answers like the first.

    Raises UploadRejected when something is missing or is not of the announced size.
    """
    return _uploads().finish_upload(name, upload_id)


def abort_upload(name: str, upload_id: str) -> None:
    """Leaves no part behind; the finished file is `delete`'s."""
    _uploads().abort_upload(name, upload_id)


def sweep_uploads(*, before: datetime) -> int:
    """Removes the parts of uploads that were given up before then; says of how many."""
    return _uploads().sweep_uploads(before=before)


def verify_callback(
    *, authorization: str, path_and_query: str, body: bytes, content_type: str
) -> UploadedObject:
    """What Qiniu says has arrived; raises CallbackRejected, NotOffered."""
    return _uploads().verify_callback(
        authorization=authorization,
        path_and_query=path_and_query,
        body=body,
        content_type=content_type,
    )


def video_facts(name: str) -> VideoFacts:
    """Length and size of a film as Qiniu reads them; raises NotOffered elsewhere."""
    return _uploads().video_facts(name)


def poster_frame(name: str, *, second: int) -> bytes:
    """A JPEG of one moment, made by Qiniu; raises NotOffered elsewhere."""
    return _uploads().poster_frame(name, second=second)


def start_transcoding(name: str, *, variants: Sequence[Variant], notify_url: str) -> str:
    """Has Qiniu make an HLS playlist per variant; the id of the work. NotOffered elsewhere."""
    return _uploads().start_transcoding(name, variants=variants, notify_url=notify_url)


def transcoding_status(persistent_id: str) -> Transcoding:
    """How far that work is."""
    return _uploads().transcoding_status(persistent_id)


def _uploads() -> Uploads:
    return uploads_of(private_storage())
