"""Storages with the S3 protocol, through django-storages and boto3.

Public and private files lie in a folder each of their bucket; nothing else in it is touched.
"""

from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime
from typing import IO, Any

from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError
from django.utils import timezone
from storages.backends.s3 import S3Storage as DjangoS3Storage

from luffy_api.libs.storage import downloads, s3_clients
from luffy_api.libs.storage.base import PrivateStorage
from luffy_api.libs.storage.content_types import UNKNOWN, content_type_of
from luffy_api.libs.storage.exceptions import (
    NameRejected,
    ObjectMissing,
    StorageUnavailable,
    UploadRejected,
)
from luffy_api.libs.storage.lifetimes import PRIVATE_CACHE_CONTROL, PUBLIC_CACHE_CONTROL
from luffy_api.libs.storage.names import check_name
from luffy_api.libs.storage.objects import ObjectInfo
from luffy_api.libs.storage.remote import RemoteStorage
from luffy_api.libs.storage.s3_clients import Endpoint

MEGABYTE = 1024 * 1024
# The protocol takes 1,000 keys, but a busy Swift needs 4 s (READ_TIMEOUT) for some forty.
MAX_DELETED_AT_ONCE = 25


class S3Storage(RemoteStorage, DjangoS3Storage):  # type: ignore[misc]
    """Public files at plain URLs; the options are those of django-storages."""

    cache_control = PUBLIC_CACHE_CONTROL

    def __init__(self, *, addressing_style: str, **options: Any) -> None:
        super().__init__(
            client_config=s3_clients.client_config(addressing_style),
            transfer_config=TransferConfig(max_concurrency=4),
            file_overwrite=False,
            # django-storages would read it from the environment.
            security_token=None,
            querystring_auth=False,
            object_parameters={"CacheControl": self.cache_control},
            **options,
        )
        self._endpoint = Endpoint(
            url=self.endpoint_url,
            region=self.region_name,
            addressing_style=addressing_style,
            access_key=self.access_key,
            secret_key=self.secret_key,
        )

    # --- Django's methods ---------------------------------------------------------------------

    def get_object_parameters(self, name: str) -> dict[str, Any]:
        """django-storages' hook: the content type follows from the name, not from the browser."""
        content_type = content_type_of(name)
        parameters = {**self.object_parameters, "ContentType": content_type}
        if content_type == UNKNOWN:
            parameters["ContentDisposition"] = "attachment"
        return parameters

    def save(self, name: str | None, content: IO[Any], max_length: int | None = None) -> str:
        """Django's; raises StorageUnavailable."""
        with translated_errors():
            saved: str = super().save(name, content, max_length)
            return saved

    def delete(self, name: str) -> None:
        """See MediaStorage."""
        with translated_errors():
            super().delete(name)

    def delete_many(self, names: Iterable[str]) -> None:
        """See MediaStorage; a request for 25 files."""
        keys = [{"Key": self.key(name)} for name in names]
        for start in range(0, len(keys), MAX_DELETED_AT_ONCE):
            batch = keys[start : start + MAX_DELETED_AT_ONCE]
            with translated_errors():
                answer = self.client.delete_objects(
                    Bucket=self.bucket_name, Delete={"Objects": batch, "Quiet": True}
                )
            refused = {str(error.get("Code", "")) for error in answer.get("Errors", ())} - MISSING
            if refused:
                raise StorageUnavailable(", ".join(sorted(refused)))

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        """Django's: folders and files."""
        folder = f"{path.strip('/')}/" if path.strip("/") else ""
        folders, files = [], []
        for page in self._pages(folder, Delimiter="/"):
            top = f"{self.location}/{folder}"
            folders += [
                each["Prefix"].removeprefix(top).rstrip("/")
                for each in page.get("CommonPrefixes", ())
            ]
            files += [each["Key"].removeprefix(top) for each in page.get("Contents", ())]
        return folders, files

    # --- MediaStorage -------------------------------------------------------------------------

    @property
    def client(self) -> Any:
        """boto3's client, which all threads share."""
        return s3_clients.client(self._endpoint)

    @property
    def connection(self) -> Any:
        """django-storages' hook: boto3's resource of the current thread."""
        if getattr(self._connections, "connection", None) is None:
            self._connections.connection = s3_clients.new_resource(self._endpoint)
        return self._connections.connection

    def key(self, name: str) -> str:
        """The key of a file in the bucket; raises NameRejected."""
        return f"{self.location}/{check_name(name)}"

    def stat(self, name: str) -> ObjectInfo | None:
        """See MediaStorage."""
        try:
            with translated_errors():
                head = self.client.head_object(Bucket=self.bucket_name, Key=self.key(name))
                return ObjectInfo(
                    name=name,
                    size=head["ContentLength"],
                    etag=head["ETag"].strip('"'),
                    content_type=head.get("ContentType", UNKNOWN),
                    modified=head["LastModified"],
                )
        except (ObjectMissing, NameRejected):
            return None

    def list_names(self, prefix: str = "") -> Iterator[ObjectInfo]:
        """See MediaStorage."""
        for page in self._pages(prefix):
            yield from map(self._listed, page.get("Contents", ()))

    def _pages(self, prefix: str, **options: str) -> Iterator[dict[str, Any]]:
        with translated_errors():
            pages = self.client.get_paginator("list_objects_v2").paginate(
                Bucket=self.bucket_name, Prefix=f"{self.location}/{prefix}", **options
            )
            for page in pages:
                # An answer that is not S3's, such as a proxy's, would look like an empty bucket.
                if "Name" not in page and "KeyCount" not in page:
                    raise StorageUnavailable("list")
                yield page

    def _listed(self, entry: dict[str, Any]) -> ObjectInfo:
        name = entry["Key"].removeprefix(f"{self.location}/")
        etag, modified = entry["ETag"].strip('"'), entry["LastModified"]
        return ObjectInfo(name, entry["Size"], etag, content_type_of(name), modified)

    def read_range(self, name: str, start: int, length: int) -> bytes:
        """See MediaStorage."""
        byte_range = f"bytes={start}-{start + length - 1}"
        try:
            with translated_errors():
                answer = self.client.get_object(
                    Bucket=self.bucket_name, Key=self.key(name), Range=byte_range
                )
                if start and "ContentRange" not in answer:
                    raise StorageUnavailable("Range ignored")
                with closing(answer["Body"]) as body:
                    content: bytes = body.read(length)
                return content
        except NoSuchBytes:
            return b""

    def fetch(self, name: str, file: IO[bytes]) -> None:
        """See RemoteStorage."""
        with translated_errors():
            answer = self.client.get_object(Bucket=self.bucket_name, Key=self.key(name))
            with closing(answer["Body"]) as body:
                for block in body.iter_chunks(MEGABYTE):
                    file.write(block)


class PrivateS3Storage(PrivateStorage, S3Storage):
    """Private files at presigned URLs.

    Browsers reach the bucket at `bound_domain`, an address that is its own, or at
    `browser_endpoint_url`, or like this server at `endpoint_url`.
    """

    cache_control = PRIVATE_CACHE_CONTROL
    uploads_class = "luffy_api.libs.storage.s3_uploads.S3Uploads"

    def __init__(
        self,
        *,
        browser_endpoint_url: str | None = None,
        bound_domain: str | None = None,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        # Whose addresses browsers get.
        self._signing_endpoint = self._endpoint
        if bound_domain:
            self._signing_endpoint = replace(
                self._endpoint, url=bound_domain, addressing_style=s3_clients.BOUND
            )
        elif browser_endpoint_url:
            self._signing_endpoint = replace(self._endpoint, url=browser_endpoint_url)

    def _provider_url(
        self, name: str, *, expires_at: datetime, grant: str = "", download: bool = False
    ) -> str:
        parameters = {"Key": self.key(name)}
        if download:
            parameters["ResponseContentDisposition"] = downloads.disposition(name)
        return self.presign("get_object", parameters, expires_at)

    def presign(self, method: str, parameters: dict[str, Any], expires_at: datetime) -> str:
        """A URL with which a browser may call one method of the S3 API until `expires_at` (UTC)."""
        seconds = int((expires_at - timezone.now()).total_seconds())
        with translated_errors():
            url: str = s3_clients.client(self._signing_endpoint).generate_presigned_url(
                method,
                Params={"Bucket": self.bucket_name, **parameters},
                ExpiresIn=max(seconds, 1),
            )
        return url


class NoSuchBytes(Exception):
    """The object ends before the range begins."""


MISSING = {"404", "NoSuchKey", "NotFound"}


@contextmanager
def translated_errors() -> Iterator[None]:
    """Errors of boto3 as our own; messages hold no more than the error code."""
    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        if code in MISSING:
            raise ObjectMissing from None
        if code == "NoSuchUpload":
            raise UploadRejected("no such upload") from None
        if code in {"InvalidRange", "416"}:
            raise NoSuchBytes from None
        raise StorageUnavailable(code) from error
    except (BotoCoreError, Boto3Error, ResponseParserError, KeyError, TypeError) as error:
        raise StorageUnavailable(type(error).__name__) from error
