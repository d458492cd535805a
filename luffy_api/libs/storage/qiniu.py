"""Qiniu Kodo: each area lies in a bucket below a folder of its own.

With a bucket of its own the public area has plain addresses. Otherwise both share the private
bucket, and public addresses are signed for one to two weeks, the same all week long, so that
browsers and the CDN keep what they have.
"""

import io
import math
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import IO, Any
from urllib.parse import quote

import requests
from django.core.files.base import File
from django.utils import timezone
from qiniu.services.storage.uploaders import FormUploader, ResumeUploaderV2

from luffy_api.libs.storage import downloads
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
from luffy_api.libs.storage.remote import CONNECT_TIMEOUT, READ_TIMEOUT, RemoteArea

MEGABYTE = 1024 * 1024
PART_SIZE = 4 * MEGABYTE
WEEK = timedelta(weeks=1).total_seconds()
TICKS = 10_000_000  # of putTime, per second


class QiniuArea(RemoteArea):
    """Files of one area. `domain` is the address of its bucket; `signed` that it is private."""

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

    # --- Django's side ------------------------------------------------------------------------

    def _save(self, name: str, content: File) -> str:  # type: ignore[type-arg]
        key = self.key(name)
        # insertOnly: of two who save the same name at once one is told.
        policy = {"insertOnly": 1, "detectMime": 0}
        shared = {
            "up_token": self.client.auth.upload_token(self.client.bucket, key, 3600, policy),
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
        """Django's; one that has gone already is fine."""
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
        """A lasting address of a public file, one for ten minutes of a private one."""
        if not self.signed:
            return self._address(name or "")
        if self.location == "public":
            return self._sign(self._address(name or ""), int((time.time() // WEEK + 2) * WEEK))
        return self.signed_url(name or "", expires_at=timezone.now() + timedelta(minutes=10))

    # --- Ours ---------------------------------------------------------------------------------

    def key(self, name: str) -> str:
        """The object's key; raises NameRejected."""
        return self.root + check_name(name)

    def stat(self, name: str) -> ObjectInfo | None:
        """What lies under this name, if anything does."""
        try:
            return _info(name, self.client.stat(self.key(name)))
        except (ObjectMissing, NameRejected):
            return None

    def list_names(self, prefix: str = "") -> Iterator[ObjectInfo]:
        """Every file whose name begins with `prefix`, in the order of names."""
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
        """Up to `length` bytes from `start`; raises ObjectMissing."""
        headers = {"Range": f"bytes={start}-{start + length - 1}"}
        with self.get(name, headers=headers) as answer:
            if answer.status_code == requests.codes.requested_range_not_satisfiable:
                return b""
            if start and answer.status_code != requests.codes.partial_content:
                raise StorageUnavailable("Range ignored")
            return b"".join(cut(answer, length))

    def fetch(self, name: str, file: IO[bytes]) -> None:
        """Writes a stored file into an open one."""
        with self.get(name) as answer:
            for block in answer.iter_content(MEGABYTE):
                file.write(block)

    @contextmanager
    def get(
        self, name: str, *, query: str = "", headers: dict[str, str] | None = None
    ) -> Iterator[requests.Response]:
        """What the bucket's domain answers about a file, to be read within the context.

        `query` is an operation such as `avinfo`. Raises ObjectMissing, StorageUnavailable, and
        UploadRejected for a file that the operation is not for.
        """
        address = self._address(name) + (f"?{query}" if query else "")
        url = self._sign(address, int(time.time()) + 3600) if self.signed else address
        timeout = (CONNECT_TIMEOUT, READ_TIMEOUT)
        try:
            with requests.get(url, headers=headers, timeout=timeout, stream=True) as answer:
                if answer.status_code in {404, 612}:
                    raise ObjectMissing
                if query and 400 <= answer.status_code < 500:
                    raise UploadRejected("no film")
                if answer.status_code not in {200, 206, 416}:
                    raise StorageUnavailable(f"status {answer.status_code}")
                yield answer
        except requests.RequestException as error:
            # Its text holds the signed address.
            raise StorageUnavailable(type(error).__name__) from None

    def signed_url(
        self, name: str, *, expires_at: datetime, holder: str = "", download: bool = False
    ) -> str:
        """An address at the bucket's domain, for any holder."""
        address = self._address(name)
        if download:
            address += f"?attname={quote(downloads.filename(name), safe='')}"
        return self._sign(address, int(expires_at.timestamp()))

    def _address(self, name: str) -> str:
        # The SDK does not quote, and Qiniu compares what the browser really asks for.
        return f"{self.domain}/{quote(self.key(name))}"

    def _sign(self, address: str, deadline: int) -> str:
        text = f"{address}{'&' if '?' in address else '?'}e={deadline}"
        return f"{text}&token={self.client.auth.token(text)}"


def cut(answer: requests.Response, length: int) -> Iterator[bytes]:
    """The first `length` bytes of an answer."""
    left = length
    for block in answer.iter_content(min(length, MEGABYTE) or 1):
        yield block[:left]
        left -= len(block)
        if left <= 0:
            return


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
