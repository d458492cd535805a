"""Anything that speaks S3, through django-storages and boto3.

Both areas lie in buckets below a folder of their own, so that nothing else in a bucket is touched.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from typing import IO, Any

from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError
from django.utils import timezone
from storages.backends.s3 import S3Storage

from luffy_api.libs.storage import downloads
from luffy_api.libs.storage.areas import PUBLIC_CACHE
from luffy_api.libs.storage.content_types import UNKNOWN, content_type_of
from luffy_api.libs.storage.exceptions import (
    NameRejected,
    ObjectMissing,
    StorageUnavailable,
    UploadRejected,
)
from luffy_api.libs.storage.names import check_name
from luffy_api.libs.storage.objects import ObjectInfo
from luffy_api.libs.storage.remote import CONNECT_TIMEOUT, READ_TIMEOUT, RemoteArea

MEGABYTE = 1024 * 1024


def client_config(addressing_style: str) -> Config:
    """Signature 4, short patience, one repetition.

    Checksums only where the protocol demands them: boto3's newer default makes requests that
    Aliyun OSS, Tencent COS and older MinIO refuse.
    """
    return Config(
        signature_version="s3v4",
        s3={"addressing_style": addressing_style},
        connect_timeout=CONNECT_TIMEOUT,
        read_timeout=READ_TIMEOUT,
        retries={"total_max_attempts": 2, "mode": "standard"},
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )


class S3Area(RemoteArea, S3Storage):  # type: ignore[misc]
    """Files of one area; `signed` ones open by presigned addresses only."""

    def __init__(self, *, addressing_style: str, signed: bool, **options: Any) -> None:
        self.signed = signed
        self.browser_endpoint_url = options.pop("browser_endpoint_url", None)
        cache = "private, max-age=600" if signed else PUBLIC_CACHE
        super().__init__(
            client_config=client_config(addressing_style),
            transfer_config=TransferConfig(max_concurrency=4),
            file_overwrite=False,
            # django-storages would take this one from the environment.
            security_token=None,
            querystring_auth=signed,
            querystring_expire=600,
            object_parameters={"CacheControl": cache},
            **options,
        )

    # --- Django's side ------------------------------------------------------------------------

    def get_object_parameters(self, name: str) -> dict[str, Any]:
        """django-storages' hook: the content type is ours and not the browser's."""
        content_type = content_type_of(name)
        parameters = {**self.object_parameters, "ContentType": content_type}
        if content_type == UNKNOWN:
            parameters["ContentDisposition"] = "attachment"
        return parameters

    def save(self, name: str | None, content: IO[Any], max_length: int | None = None) -> str:
        """Django's."""
        with faults():
            saved: str = super().save(name, content, max_length)
            return saved

    def delete(self, name: str) -> None:
        """Django's; one that has gone already is fine."""
        with faults():
            super().delete(name)

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

    def url(self, name: str | None, **options: Any) -> str:
        """A lasting address of a public file, one for ten minutes of a private one."""
        if self.signed:
            return self.signed_url(name or "", expires_at=timezone.now() + timedelta(minutes=10))
        address: str = super().url(name, **options)
        return address

    # --- Ours ---------------------------------------------------------------------------------

    @property
    def client(self) -> Any:
        """boto3's client of this thread."""
        return self.connection.meta.client

    def key(self, name: str) -> str:
        """The object's key; raises NameRejected."""
        return f"{self.location}/{check_name(name)}"

    def stat(self, name: str) -> ObjectInfo | None:
        """What lies under this name, if anything does."""
        try:
            with faults():
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
        """Every file whose name begins with `prefix`, in the order of names."""
        for page in self._pages(prefix):
            yield from map(self._listed, page.get("Contents", ()))

    def _pages(self, prefix: str, **options: str) -> Iterator[dict[str, Any]]:
        with faults():
            pages = self.client.get_paginator("list_objects_v2").paginate(
                Bucket=self.bucket_name, Prefix=f"{self.location}/{prefix}", **options
            )
            for page in pages:
                # A page of somebody else's, such as a proxy's, would look like an empty bucket.
                if "Name" not in page and "KeyCount" not in page:
                    raise StorageUnavailable("list")
                yield page

    def _listed(self, entry: dict[str, Any]) -> ObjectInfo:
        name = entry["Key"].removeprefix(f"{self.location}/")
        etag, modified = entry["ETag"].strip('"'), entry["LastModified"]
        return ObjectInfo(name, entry["Size"], etag, content_type_of(name), modified)

    def read_range(self, name: str, start: int, length: int) -> bytes:
        """Up to `length` bytes from `start`; raises ObjectMissing."""
        asked = f"bytes={start}-{start + length - 1}"
        try:
            with faults():
                answer = self.client.get_object(
                    Bucket=self.bucket_name, Key=self.key(name), Range=asked
                )
                if start and "ContentRange" not in answer:
                    raise StorageUnavailable("Range ignored")
                with closing(answer["Body"]) as body:
                    content: bytes = body.read(length)
                return content
        except NoSuchBytes:
            return b""

    def fetch(self, name: str, file: IO[bytes]) -> None:
        """Writes a stored file into an open one."""
        with faults():
            answer = self.client.get_object(Bucket=self.bucket_name, Key=self.key(name))
            with closing(answer["Body"]) as body:
                for block in body.iter_chunks(MEGABYTE):
                    file.write(block)

    def signed_url(
        self, name: str, *, expires_at: datetime, holder: str = "", download: bool = False
    ) -> str:
        """A presigned address at the storage, for any holder."""
        parameters = {"Key": self.key(name)}
        if download:
            parameters["ResponseContentDisposition"] = downloads.disposition(name)
        return self.presign("get_object", parameters, expires_at)

    def presign(self, method: str, parameters: dict[str, Any], expires_at: datetime) -> str:
        """An address with which a browser may do one thing until then."""
        seconds = int((expires_at - timezone.now()).total_seconds())
        with faults():
            address: str = self._signer().generate_presigned_url(
                method,
                Params={"Bucket": self.bucket_name, **parameters},
                ExpiresIn=max(seconds, 1),
            )
        return address

    def _signer(self) -> Any:
        """The client, or one for the address that browsers know the storage by."""
        if not self.browser_endpoint_url:
            return self.client
        if getattr(self._connections, "signer", None) is None:
            self._connections.signer = self._create_session().client(
                "s3",
                region_name=self.region_name,
                endpoint_url=self.browser_endpoint_url,
                config=self.client_config,
            )
        return self._connections.signer


class NoSuchBytes(Exception):
    """The object ends before the range begins."""


MISSING = {"404", "NoSuchKey", "NotFound"}


@contextmanager
def faults() -> Iterator[None]:
    """Every failure of the storage as one of ours; messages name the kind only."""
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
