"""The interfaces of storages: files, uploads from browsers, transcoding at the provider.

Every method that talks to a provider may raise StorageUnavailable.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Generic, TypeVar

from django.conf import settings
from django.core.files.storage import Storage
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.functional import cached_property
from django.utils.module_loading import import_string

from luffy_api.libs.storage import lifetimes, playlists
from luffy_api.libs.storage.exceptions import NotOffered, UploadRejected
from luffy_api.libs.storage.names import check_name, safe_filename
from luffy_api.libs.storage.objects import (
    ObjectInfo,
    TranscodingStatus,
    UploadedObject,
    UploadSession,
    Variant,
    VideoMetadata,
)
from luffy_api.libs.storage.signatures import signed_path
from luffy_api.libs.video.formats import is_hls


class MediaStorage(Storage, ABC):
    """A Django storage with metadata, listing, ranges and local copies besides.

    This much the public storage offers too.
    """

    # The storage's folder in its bucket, with a slash at its end; "" on this machine.
    root = ""
    # Whether `stat` and `exists` cost no request over the network.
    stat_is_cheap = False

    def get_valid_name(self, name: str) -> str:
        """Django's hook: called with the file name that the browser sent."""
        return safe_filename(name)

    def get_alternative_name(self, file_root: str, file_ext: str) -> str:
        """Django's hook for a taken name: the file keeps its name, in a folder of its own."""
        return f"{get_random_string(8)}/{file_root}{file_ext}"

    def delete(self, name: str) -> None:
        """Removes a file; one that has gone already is fine. Raises NameRejected."""
        super().delete(check_name(name))

    def delete_many(self, names: Iterable[str]) -> None:
        """Removes files as `delete` does, with as few requests as the provider needs.

        A failure may leave some of them. Raises NameRejected before any has gone.
        """
        for name in [check_name(each) for each in names]:
            self.delete(name)

    @abstractmethod
    def stat(self, name: str) -> ObjectInfo | None:
        """The metadata of a file, or None when there is none (or `name` is no valid name)."""

    def check(self) -> None:
        """Raises StorageUnavailable unless the storage answers; costs one request at most."""
        self.stat("readyz")

    @abstractmethod
    def list_names(self, prefix: str = "") -> Iterator[ObjectInfo]:
        """Every file whose name begins with `prefix`, in the order of names."""

    @abstractmethod
    def read_range(self, name: str, start: int, length: int) -> bytes:
        """Up to `length` bytes from byte `start`; raises ObjectMissing."""

    @abstractmethod
    def local_copy(self, name: str) -> AbstractContextManager[Path]:
        """A file on this machine to read from, while the context lasts; raises ObjectMissing."""


class PrivateStorage(MediaStorage):
    """A storage whose files only signed URLs open, with uploads and perhaps transcoding.

    A storage class names the classes of both by their paths, so that a provider's SDK is imported
    only where it is used.
    """

    uploads_class: str
    transcoding_class = ""

    @cached_property
    def uploads(self) -> "Uploads[Any]":
        """The upload methods of this storage."""
        uploads: Uploads[Any] = import_string(self.uploads_class)(self)
        return uploads

    @cached_property
    def transcoding(self) -> "ProviderTranscoding":
        """What the provider does with videos; raises NotOffered where it does nothing."""
        if not self.transcoding_class:
            raise NotOffered
        transcoding: ProviderTranscoding = import_string(self.transcoding_class)(self)
        return transcoding

    def url(self, name: str | None) -> str:
        """Django's; a private file has no lasting URL, this one lives for ten minutes."""
        return self._provider_url(name or "", expires_at=timezone.now() + lifetimes.PRIVATE_URL)

    def signed_url(
        self, name: str, *, expires_at: datetime, grant: str = "", download: bool = False
    ) -> str:
        """A URL that opens one file until `expires_at` (UTC).

        A `grant` is a short word by which the shop knows for whom and for what the URL was made.
        Our own server calls settings.PRIVATE_FILE_ACCESS_CHECK with grant and name at every
        request and serves the file only while it returns True. URLs at Qiniu and S3 are checked
        there and carry no grant.

        With `download` browsers save the file, whatever it is, under the last part of its name.
        The URL of an HLS playlist to be played leads to our own server at every provider, which
        answers with `signed_playlist`.

        Raises NameRejected, and ValueError for more than settings.SIGNED_URL_MAX_LIFETIME ahead or
        an invalid grant.
        """
        if expires_at > timezone.now() + settings.SIGNED_URL_MAX_LIFETIME:
            raise ValueError("a signed URL may not live longer than SIGNED_URL_MAX_LIFETIME")
        if is_hls(check_name(name)) and not download:
            return signed_path(name, expires_at=expires_at, grant=grant)
        return self._provider_url(name, expires_at=expires_at, grant=grant, download=download)

    def signed_playlist(self, name: str, *, expires_at: datetime, grant: str = "") -> str:
        """The text of a playlist in which every segment, key and rendition has a signed URL.

        Raises ObjectMissing, PlaylistRejected.
        """
        content = self.read_range(name, 0, playlists.MAX_BYTES + 1)
        return playlists.rewrite(
            content,
            name=name,
            sign=lambda part: self.signed_url(part, expires_at=expires_at, grant=grant),
            root=self.root,
        )

    @abstractmethod
    def _provider_url(
        self, name: str, *, expires_at: datetime, grant: str = "", download: bool = False
    ) -> str:
        """The provider's part of `signed_url`."""


StorageT = TypeVar("StorageT", bound=PrivateStorage)


class Uploads(ABC, Generic[StorageT]):
    """How browsers upload into a private storage.

    Providers differ; a method that one does not have raises NotOffered. `upload_id` is the one of
    the UploadSession, and belongs to its name.
    """

    provider: str

    def __init__(self, storage: StorageT) -> None:
        self.storage = storage

    def begin(
        self, name: str, *, size: int, content_type: str, expires_at: datetime, callback_url: str
    ) -> UploadSession:
        """Permits a browser to upload `size` bytes under exactly this name until `expires_at`.

        `callback_url` is where Qiniu reports the upload; the others ignore it. Raises
        UploadRejected for an empty file or a taken name, NameRejected.
        """
        if size < 1 or self.storage.stat(check_name(name)):
            raise UploadRejected("empty, or the name is taken")
        return self._begin(
            name,
            size=size,
            content_type=content_type,
            expires_at=expires_at,
            callback_url=callback_url,
        )

    @abstractmethod
    def _begin(
        self, name: str, *, size: int, content_type: str, expires_at: datetime, callback_url: str
    ) -> UploadSession:
        """The provider's part of `begin`."""

    def sign_parts(self, name: str, upload_id: str, numbers: Sequence[int]) -> dict[int, str]:
        """URLs to which the browser PUTs parts, by number (S3 only). Raises UploadRejected."""
        raise NotOffered

    def write_part(
        self, name: str, upload_id: str, number: int, stream: IO[bytes], max_bytes: int
    ) -> None:
        """Stores part `number` (from 1); the same part again replaces it (local only).

        Raises UploadRejected unless it has exactly its size, which may not exceed `max_bytes`.
        """
        raise NotOffered

    @abstractmethod
    def uploaded_parts(self, name: str, upload_id: str) -> list[int]:
        """Numbers of the parts that are complete; none on Qiniu, whose own client resumes."""

    @abstractmethod
    def finish(self, name: str, upload_id: str) -> ObjectInfo:
        """Makes the file out of its parts; a second call answers like the first.

        Raises UploadRejected when something is missing or is not of the announced size.
        """

    @abstractmethod
    def abort(self, name: str, upload_id: str) -> None:
        """Removes every part; an upload that has gone already is fine. Leaves a finished file."""

    @abstractmethod
    def cleanup(self, *, before: datetime) -> int:
        """Removes the parts of uploads abandoned before then (UTC); returns of how many."""

    def verify_callback(
        self, *, authorization: str, path_and_query: str, body: bytes, content_type: str
    ) -> UploadedObject:
        """The upload that a provider's callback reports (Qiniu only). Raises CallbackRejected.

        The report is no proof of the content: `stat` the file afterwards.
        """
        raise NotOffered

    def _stored(self, name: str) -> ObjectInfo:
        """The finished file; raises UploadRejected when there is none."""
        info = self.storage.stat(name)
        if info is None:
            raise UploadRejected("nothing was uploaded")
        return info


class ProviderTranscoding(ABC):
    """What a provider does with stored videos itself (Qiniu)."""

    @abstractmethod
    def read_metadata(self, name: str) -> VideoMetadata:
        """Raises ObjectMissing, UploadRejected for what is not a video."""

    @abstractmethod
    def poster_frame(self, name: str, *, second: int) -> bytes:
        """One frame as a JPEG. Raises ObjectMissing, UploadRejected for what is not a video."""

    @abstractmethod
    def start(self, name: str, *, variants: Sequence[Variant], notify_url: str) -> str:
        """Starts a job that makes an HLS playlist per variant, with its segments beside it.

        Returns the job's id. The provider POSTs to `notify_url` when the job has ended. Raises
        ObjectMissing.
        """

    @abstractmethod
    def status(self, job_id: str) -> TranscodingStatus:
        """How far a job is; raises ObjectMissing for an id that the provider does not know."""
