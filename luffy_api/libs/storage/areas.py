"""The two kinds of things a provider brings: areas where files lie, and ways up."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import IO

from django.core.files.storage import Storage
from django.utils.crypto import get_random_string

from luffy_api.libs.storage.exceptions import NotOffered
from luffy_api.libs.storage.names import safe_filename
from luffy_api.libs.storage.objects import (
    ObjectInfo,
    Transcoding,
    UploadedObject,
    UploadTicket,
    Variant,
    VideoFacts,
)

# How long browsers and CDNs keep a public file: thirty days. A changed one has another name.
PUBLIC_CACHE = "public, max-age=2592000"


class Area(Storage):
    """A Django storage that can do what films need besides.

    Each method may raise StorageUnavailable.
    """

    # The folder of this area in its bucket, with a slash at its end.
    root = ""
    # Whether `stat` and `exists` cost no request over the network.
    stat_is_cheap = False

    def get_valid_name(self, name: str) -> str:
        """Django's hook: called with what the browser said."""
        return safe_filename(name)

    def get_alternative_name(self, file_root: str, file_ext: str) -> str:
        """Django's hook for a taken name: the file keeps its own, in a folder of its own."""
        return f"{get_random_string(8)}/{file_root}{file_ext}"

    def stat(self, name: str) -> ObjectInfo | None:
        """What lies under this name, if anything does."""
        raise NotImplementedError

    def list_names(self, prefix: str = "") -> Iterator[ObjectInfo]:
        """Every file whose name begins with `prefix`, in the order of names."""
        raise NotImplementedError

    def read_range(self, name: str, start: int, length: int) -> bytes:
        """Up to `length` bytes from `start`; raises ObjectMissing."""
        raise NotImplementedError

    def local_copy(self, name: str) -> AbstractContextManager[Path]:
        """A file on this machine, to be read only, as long as the context lasts."""
        raise NotImplementedError

    def signed_url(
        self, name: str, *, expires_at: datetime, holder: str = "", download: bool = False
    ) -> str:
        """An address that opens one private file until `expires_at` (UTC).

        Where it leads to our own server, only as long as `holder` may have the file. With
        `download` browsers save it, whatever it is, under the last part of its name.
        """
        raise NotOffered


class Uploads:
    """Ways up into the private area, and what the provider does with films there.

    Providers differ; what one does not have raises NotOffered.
    """

    provider: str

    def begin_upload(
        self, name: str, *, size: int, content_type: str, expires_at: datetime, callback_url: str
    ) -> UploadTicket:
        """Leave to bring up `size` bytes; raises UploadRejected."""
        raise NotImplementedError

    def sign_parts(self, name: str, upload_id: str, numbers: Sequence[int]) -> dict[int, str]:
        """Addresses to PUT parts to, by number (s3)."""
        raise NotOffered

    def write_part(
        self, name: str, upload_id: str, number: int, stream: IO[bytes], max_bytes: int
    ) -> None:
        """Takes one part through our server (local)."""
        raise NotOffered

    def uploaded_parts(self, name: str, upload_id: str) -> list[int]:
        """Numbers of the parts that have arrived."""
        raise NotImplementedError

    def finish_upload(self, name: str, upload_id: str) -> ObjectInfo:
        """The whole file; raises UploadRejected when something is missing."""
        raise NotImplementedError

    def abort_upload(self, name: str, upload_id: str) -> None:
        """Leaves nothing behind."""
        raise NotImplementedError

    def sweep_uploads(self, *, before: datetime) -> int:
        """Removes parts of uploads that ended, or began, before then; says of how many."""
        raise NotImplementedError

    def verify_callback(
        self, *, authorization: str, path_and_query: str, body: bytes, content_type: str
    ) -> UploadedObject:
        """What the storage says has arrived; raises CallbackRejected (qiniu)."""
        raise NotOffered

    def video_facts(self, name: str) -> VideoFacts:
        """What the provider reads from a film (qiniu)."""
        raise NotOffered

    def poster_frame(self, name: str, *, second: int) -> bytes:
        """A JPEG of one moment (qiniu)."""
        raise NotOffered

    def start_transcoding(self, name: str, *, variants: Sequence[Variant], notify_url: str) -> str:
        """Has HLS made of a film; the id of the work (qiniu)."""
        raise NotOffered

    def transcoding_status(self, persistent_id: str) -> Transcoding:
        """How far that work is (qiniu)."""
        raise NotOffered
