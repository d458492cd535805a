"""Uploads in parts straight from the browser to an S3 storage, by presigned addresses."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from luffy_api.libs.storage.areas import Uploads
from luffy_api.libs.storage.exceptions import UploadRejected
from luffy_api.libs.storage.objects import ObjectInfo, UploadTicket
from luffy_api.libs.storage.parts import Parts
from luffy_api.libs.storage.s3 import MEGABYTE, S3Area, faults

PART_SIZE = 8 * MEGABYTE
MAX_PARTS = 10_000
MAX_SIGNED = 100
PART_LIFETIME = timedelta(hours=1)


@dataclass(frozen=True)
class Plan(Parts):
    """Our upload id: what was announced, beside the storage's own id."""

    upload: str

    @classmethod
    def read(cls, upload_id: str) -> "Plan":
        """From the text that `begin_upload` gave out; raises UploadRejected."""
        size, _, rest = upload_id.partition(".")
        part_size, _, upload = rest.partition(".")
        if not (size.isdecimal() and part_size.isdecimal() and int(part_size) and upload):
            raise UploadRejected("no such upload")
        return cls(int(size), int(part_size), upload)

    def __str__(self) -> str:
        return f"{self.size}.{self.part_size}.{self.upload}"


class S3Uploads(Uploads):
    """Uploads into the private area."""

    provider = "s3"

    def __init__(self, storage: S3Area) -> None:
        self.storage = storage

    def begin_upload(
        self, name: str, *, size: int, content_type: str, expires_at: datetime, callback_url: str
    ) -> UploadTicket:
        """A multipart upload; raises UploadRejected when the name is taken."""
        if size < 1 or self.storage.stat(name):
            raise UploadRejected("empty, or the name is taken")
        part_size = max(PART_SIZE, math.ceil(size / MAX_PARTS / MEGABYTE) * MEGABYTE)
        with faults():
            answer = self.storage.client.create_multipart_upload(
                Bucket=self.storage.bucket_name,
                Key=self.storage.key(name),
                **self.storage.get_object_parameters(name),
            )
            plan = Plan(size, part_size, answer["UploadId"])
        return UploadTicket(self.provider, str(plan), part_size)

    def sign_parts(self, name: str, upload_id: str, numbers: Sequence[int]) -> dict[int, str]:
        """Addresses for an hour; each takes exactly the bytes of its part."""
        plan = Plan.read(upload_id)
        if len(numbers) > MAX_SIGNED:
            raise UploadRejected("too many parts at once")
        expires_at = timezone.now() + PART_LIFETIME
        return {number: self._sign(name, plan, number, expires_at) for number in numbers}

    def _sign(self, name: str, plan: Plan, number: int, expires_at: datetime) -> str:
        parameters = {
            "Key": self.storage.key(name),
            "UploadId": plan.upload,
            "PartNumber": number,
            "ContentLength": plan.length(number),
        }
        return self.storage.presign("upload_part", parameters, expires_at)

    def uploaded_parts(self, name: str, upload_id: str) -> list[int]:
        """Numbers of the parts that have arrived whole."""
        plan = Plan.read(upload_id)
        return [part["PartNumber"] for part in self._parts(name, plan)]

    def _parts(self, name: str, plan: Plan) -> list[dict[str, Any]]:
        pages = self.storage.client.get_paginator("list_parts").paginate(**self._target(name, plan))
        with faults():
            found = [part for page in pages for part in page.get("Parts", ())]
            return [
                part
                for part in found
                if part["PartNumber"] <= plan.count
                and part["Size"] == plan.length(part["PartNumber"])
            ]

    def finish_upload(self, name: str, upload_id: str) -> ObjectInfo:
        """Has the storage put the parts together; a second call answers like the first."""
        plan = Plan.read(upload_id)
        info = self.storage.stat(name)
        if info is None:
            self._complete(name, plan)
            info = self.storage.stat(name)
        if info is None or info.size != plan.size:
            raise UploadRejected("missing, or of another size")
        return info

    def _complete(self, name: str, plan: Plan) -> None:
        parts = self._parts(name, plan)
        if len(parts) != plan.count:
            raise UploadRejected("parts are missing")
        wanted = [{"PartNumber": part["PartNumber"], "ETag": part["ETag"]} for part in parts]
        with faults():
            self.storage.client.complete_multipart_upload(
                **self._target(name, plan), MultipartUpload={"Parts": wanted}
            )

    def abort_upload(self, name: str, upload_id: str) -> None:
        """Removes every part; an upload that has gone already is fine."""
        self._abort(self._target(name, Plan.read(upload_id)))

    def sweep_uploads(self, *, before: datetime) -> int:
        """Aborts uploads that began before then and were never finished."""
        pages = self.storage.client.get_paginator("list_multipart_uploads").paginate(
            Bucket=self.storage.bucket_name, Prefix=f"{self.storage.location}/"
        )
        with faults():
            uploads = [each for page in pages for each in page.get("Uploads", ())]
            old = [each for each in uploads if each["Initiated"] < before]
        for each in old:
            bucket = self.storage.bucket_name
            self._abort({"Bucket": bucket, "Key": each["Key"], "UploadId": each["UploadId"]})
        return len(old)

    def _abort(self, target: dict[str, str]) -> None:
        try:
            with faults():
                self.storage.client.abort_multipart_upload(**target)
        except UploadRejected:
            pass  # gone already

    def _target(self, name: str, plan: Plan) -> dict[str, str]:
        return {
            "Bucket": self.storage.bucket_name,
            "Key": self.storage.key(name),
            "UploadId": plan.upload,
        }
