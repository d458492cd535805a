"""Multipart uploads from the browser to an S3 storage, at presigned URLs."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from luffy_api.libs.storage import lifetimes
from luffy_api.libs.storage.base import Uploads
from luffy_api.libs.storage.exceptions import ObjectMissing, UploadRejected
from luffy_api.libs.storage.objects import ObjectInfo, UploadSession
from luffy_api.libs.storage.parts import Parts
from luffy_api.libs.storage.s3 import MEGABYTE, PrivateS3Storage, translated_errors

PART_SIZE = 8 * MEGABYTE
MAX_PARTS = 10_000
MAX_SIGNED_AT_ONCE = 100


@dataclass(frozen=True)
class UploadPlan(Parts):
    """Our upload id: size of the file and of its parts in bytes, and the storage's UploadId."""

    storage_id: str

    @classmethod
    def parse(cls, upload_id: str) -> "UploadPlan":
        """The plan of a session's `upload_id`; raises UploadRejected."""
        size, _, rest = upload_id.partition(".")
        part_size, _, storage_id = rest.partition(".")
        if not (size.isdecimal() and part_size.isdecimal() and int(part_size) and storage_id):
            raise UploadRejected("no such upload")
        return cls(int(size), int(part_size), storage_id)

    def __str__(self) -> str:
        return f"{self.size}.{self.part_size}.{self.storage_id}"


class S3Uploads(Uploads[PrivateS3Storage]):
    """Uploads into the private folder of a bucket."""

    provider = "s3"

    def _begin(
        self, name: str, *, size: int, content_type: str, expires_at: datetime, callback_url: str
    ) -> UploadSession:
        part_size = max(PART_SIZE, math.ceil(size / MAX_PARTS / MEGABYTE) * MEGABYTE)
        with translated_errors():
            answer = self.storage.client.create_multipart_upload(
                Bucket=self.storage.bucket_name,
                Key=self.storage.key(name),
                **self.storage.get_object_parameters(name),
            )
            plan = UploadPlan(size, part_size, answer["UploadId"])
        return UploadSession(self.provider, str(plan), part_size)

    def sign_parts(self, name: str, upload_id: str, numbers: Sequence[int]) -> dict[int, str]:
        """See Uploads; a URL lives for an hour and accepts exactly the size of its part."""
        plan = UploadPlan.parse(upload_id)
        if len(numbers) > MAX_SIGNED_AT_ONCE:
            raise UploadRejected("too many parts at once")
        expires_at = timezone.now() + lifetimes.PART_URL
        return {number: self._sign(name, plan, number, expires_at) for number in numbers}

    def _sign(self, name: str, plan: UploadPlan, number: int, expires_at: datetime) -> str:
        parameters = {
            "Key": self.storage.key(name),
            "UploadId": plan.storage_id,
            "PartNumber": number,
            "ContentLength": plan.length(number),
        }
        return self.storage.presign("upload_part", parameters, expires_at)

    def uploaded_parts(self, name: str, upload_id: str) -> list[int]:
        """See Uploads."""
        plan = UploadPlan.parse(upload_id)
        return [part["PartNumber"] for part in self._parts(name, plan)]

    def _parts(self, name: str, plan: UploadPlan) -> list[dict[str, Any]]:
        pages = self.storage.client.get_paginator("list_parts").paginate(**self._target(name, plan))
        with translated_errors():
            found = [part for page in pages for part in page.get("Parts", ())]
            return [
                part
                for part in found
                if part["PartNumber"] <= plan.count
                and part["Size"] == plan.length(part["PartNumber"])
            ]

    def finish(self, name: str, upload_id: str) -> ObjectInfo:
        """See Uploads."""
        plan = UploadPlan.parse(upload_id)
        info = self.storage.stat(name)
        if info is None:
            self._complete(name, plan)
            info = self._stored(name)
        if info.size != plan.size:
            raise UploadRejected("of another size")
        return info

    def _complete(self, name: str, plan: UploadPlan) -> None:
        parts = self._parts(name, plan)
        if len(parts) != plan.count:
            raise UploadRejected("parts are missing")
        joined = [{"PartNumber": part["PartNumber"], "ETag": part["ETag"]} for part in parts]
        with translated_errors():
            self.storage.client.complete_multipart_upload(
                **self._target(name, plan), MultipartUpload={"Parts": joined}
            )

    def abort(self, name: str, upload_id: str) -> None:
        """See Uploads."""
        self._abort(self._target(name, UploadPlan.parse(upload_id)))

    def cleanup(self, *, before: datetime) -> int:
        """Aborts uploads that began before then and were never finished; returns how many."""
        pages = self.storage.client.get_paginator("list_multipart_uploads").paginate(
            Bucket=self.storage.bucket_name, Prefix=f"{self.storage.location}/"
        )
        with translated_errors():
            uploads = [each for page in pages for each in page.get("Uploads", ())]
            old = [each for each in uploads if each["Initiated"] < before]
        for each in old:
            bucket = self.storage.bucket_name
            self._abort({"Bucket": bucket, "Key": each["Key"], "UploadId": each["UploadId"]})
        return len(old)

    def _abort(self, target: dict[str, str]) -> None:
        try:
            with translated_errors():
                self.storage.client.abort_multipart_upload(**target)
        except (UploadRejected, ObjectMissing):
            # It has gone already; Swift answers NoSuchKey once the file is whole.
            pass

    def _target(self, name: str, plan: UploadPlan) -> dict[str, str]:
        return {
            "Bucket": self.storage.bucket_name,
            "Key": self.storage.key(name),
            "UploadId": plan.storage_id,
        }
