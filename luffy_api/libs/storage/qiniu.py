"""Qiniu Kodo: public and private files lie in a folder each of their bucket.

Public files in a bucket of their own have plain URLs. In the private bucket their URLs are signed
for one to two weeks, and stay the same for a week, so that browsers and CDN can cache them.
"""

import io
import math
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import IO, Any
from urllib.parse import quote

import requests
from django.core.files.base import File
from qiniu.services.storage.uploaders import FormUploader, ResumeUploaderV2

from luffy_api.libs.storage import downloads, lifetimes
from luffy_api.libs.storage.base import PrivateStorage
from luffy_api.libs.storage.content_types import UNKNOWN, content_type_of
from luffy_api.libs.storage.exceptions import (
    NameRejected,
    ObjectMissing,
    StorageUnavailable,
    UploadRejected,
)
from luffy_api.libs.storage.names import check_name
from luffy_api.libs.storage.objects import ObjectInfo
from luffy_api.libs.storage.qiniu_client import Hosts, QiniuClient, checked
from luffy_api.libs.storage.remote import CONNECT_TIMEOUT, READ_TIMEOUT, RemoteStorage

MEGABYTE = 1024 * 1024
PART_SIZE = 4 * MEGABYTE
TICKS = 10_000_000  # of putTime, per second
REQUEST_SECONDS = int(lifetimes.SERVER_REQUEST.total_seconds())
ROTATION_SECONDS = int(lifetimes.PUBLIC_URL_ROTATION.total_seconds())


class QiniuStorage(RemoteStorage):
    """Public files.

    `domain` is the origin bound to the bucket, `signed` whether the bucket is private. `hosts` are
    the fields of qiniu_client.Hosts; `callback_host` is the host that Qiniu's callbacks reach.
    """

    def __init__(
        self,
        *,
        access_key: str,
        secret_key: str,
        bucket: str,
        domain: str,
        location: str,
        signed: bool,
        hosts: dict[str, str],
        callback_host: str = "",
    ) -> None:
        self.client = QiniuClient(
            access_key=access_key, secret_key=secret_key, bucket=bucket, hosts=Hosts(**hosts)
        )
        self.domain, self.location, self.signed = domain, location, signed
        self.callback_host = callback_host
        self.root = f"{location}/"

    # --- Django's methods ---------------------------------------------------------------------

    def _save(self, name: str, content: File) -> str:  # type: ignore[type-arg]
        key = self.key(name)
        # insertOnly: the second of two concurrent saves under one name fails.
        policy = {"insertOnly": 1, "detectMime": 0}
        shared = {
            "up_token": self.client.auth.upload_token(
                self.client.bucket, key, REQUEST_SECONDS, policy
            ),
            "key": key,
            "mime_type": content_type_of(name),
        }
        content.seek(0)
        if content.size <= PART_SIZE:
            uploader = FormUploader(**self._uploader())
            data = io.BytesIO(content.read())
            checked(*uploader.upload(data=data, file_name="file", **shared))
        else:
            uploader = ResumeUploaderV2(**self._uploader(), part_size=PART_SIZE)
            sizes = {"data": content.file, "data_size": content.size}
            checked(*uploader.upload(**sizes, file_name="file", **shared))
        return name

    def _uploader(self) -> dict[str, Any]:
        hosts = self.client.hosts
        return {
            "bucket_name": self.client.bucket,
            "regions": [hosts.region()],
            "preferred_scheme": hosts.scheme,
        }

    def delete(self, name: str) -> None:
        """See MediaStorage."""
        with suppress(ObjectMissing):
            self.client.delete(self.key(name))

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        """Django's: folders and files."""
        folder = self.root + (f"{path.strip('/')}/" if path.strip("/") else "")
        folders, files = [], []
        for page in self._pages(folder, "/"):
            folders += [each.removeprefix(folder).rstrip("/") for each in page["commonPrefixes"]]
            files += [item["key"].removeprefix(folder) for item in page["items"]]
        return folders, files

    def get_modified_time(self, name: str) -> datetime:
        """Django's; raises FileNotFoundError."""
        info = self.stat(name)
        if info is None:
            raise FileNotFoundError(name)
        return info.modified

    def url(self, name: str | None) -> str:
        """A plain URL, or in a private bucket a signed one that changes once a week."""
        url = self.plain_url(name or "")
        if not self.signed:
            return url
        expires = (int(time.time()) // ROTATION_SECONDS + 2) * ROTATION_SECONDS
        return self.sign(url, expires)

    # --- MediaStorage -------------------------------------------------------------------------

    def key(self, name: str) -> str:
        """The key of a file in the bucket; raises NameRejected."""
        return self.root + check_name(name)

    def stat(self, name: str) -> ObjectInfo | None:
        """See MediaStorage."""
        try:
            return _info(name, self.client.stat(self.key(name)))
        except (ObjectMissing, NameRejected):
            return None

    def list_names(self, prefix: str = "") -> Iterator[ObjectInfo]:
        """See MediaStorage."""
        for page in self._pages(self.root + prefix, None):
            for item in page["items"]:
                yield _info(item["key"].removeprefix(self.root), item)

    def _pages(self, prefix: str, delimiter: str | None) -> Iterator[dict[str, Any]]:
        marker = None
        while True:
            page = self.client.list(prefix, marker, delimiter)
            if "items" not in page:
                raise StorageUnavailable("list")
            items, folders = page["items"] or [], page.get("commonPrefixes") or []
            if not all(isinstance(each, dict) and "key" in each for each in items):
                raise StorageUnavailable("list")
            yield {"items": items, "commonPrefixes": folders}
            marker = page.get("marker")
            if not marker:
                return

    def read_range(self, name: str, start: int, length: int) -> bytes:
        """See MediaStorage."""
        headers = {"Range": f"bytes={start}-{start + length - 1}"}
        with self.get(name, headers=headers) as answer:
            if answer.status_code == requests.codes.requested_range_not_satisfiable:
                return b""
            if start and answer.status_code != requests.codes.partial_content:
                raise StorageUnavailable("Range ignored")
            return first_bytes(answer, length)

    def fetch(self, name: str, file: IO[bytes]) -> None:
        """See RemoteStorage."""
        with self.get(name) as answer:
            for block in answer.iter_content(MEGABYTE):
                file.write(block)

    @contextmanager
    def get(
        self, name: str, *, query: str = "", headers: dict[str, str] | None = None
    ) -> Iterator[requests.Response]:
        """The answer to a GET of a file at the bucket's domain, to be read within the context.

        `query` is an operation such as `avinfo`. Raises ObjectMissing, StorageUnavailable, and
        UploadRejected for a file to which the operation does not apply.
        """
        url = self.plain_url(name) + (f"?{query}" if query else "")
        if self.signed:
            url = self.sign(url, int(time.time()) + REQUEST_SECONDS)
        timeout = (CONNECT_TIMEOUT, READ_TIMEOUT)
        try:
            with requests.get(url, headers=headers, timeout=timeout, stream=True) as answer:
                if answer.status_code in {404, 612}:
                    raise ObjectMissing
                if query and 400 <= answer.status_code < 500:
                    raise UploadRejected("not a video")
                if answer.status_code not in {200, 206, 416}:
                    raise StorageUnavailable(f"status {answer.status_code}")
                yield answer
        except requests.RequestException as error:
            # Its message holds the signed URL.
            raise StorageUnavailable(type(error).__name__) from None

    def plain_url(self, name: str) -> str:
        """The URL of a file at the bucket's domain, without a signature. Raises NameRejected."""
        # Qiniu compares the signature with the quoted path that browsers request; the SDK does not
        # quote.
        return f"{self.domain}/{quote(self.key(name))}"

    def sign(self, url: str, deadline: int) -> str:
        """A URL that opens a private file until `deadline` (seconds since 1970)."""
        text = f"{url}{'&' if '?' in url else '?'}e={deadline}"
        return f"{text}&token={self.client.auth.token(text)}"


class PrivateQiniuStorage(PrivateStorage, QiniuStorage):
    """Private files at signed URLs, and Qiniu's transcoding."""

    uploads_class = "luffy_api.libs.storage.qiniu_uploads.QiniuUploads"
    transcoding_class = "luffy_api.libs.storage.qiniu_transcoding.QiniuTranscoding"

    def _provider_url(
        self, name: str, *, expires_at: datetime, grant: str = "", download: bool = False
    ) -> str:
        url = self.plain_url(name)
        if download:
            url += f"?attname={quote(downloads.filename(name), safe='')}"
        return self.sign(url, int(expires_at.timestamp()))


def first_bytes(answer: requests.Response, length: int) -> bytes:
    """At most the first `length` bytes of a body; the rest of it is not read."""
    content = bytearray()
    for block in answer.iter_content(min(length, MEGABYTE) or 1):
        content += block
        if len(content) >= length:
            break
    return bytes(content[:length])


def _info(name: str, item: dict[str, Any]) -> ObjectInfo:
    try:
        return ObjectInfo(
            name=name,
            size=int(item["fsize"]),
            etag=str(item["hash"]),
            content_type=str(item.get("mimeType") or UNKNOWN),
            modified=datetime.fromtimestamp(math.floor(item["putTime"] / TICKS), UTC),
        )
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise StorageUnavailable(type(error).__name__) from error
