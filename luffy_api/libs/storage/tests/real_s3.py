"""A real server with the S3 protocol, as the settings of a provider describe it.

`STORAGE_TEST_PROVIDER=minio` with the variables of that provider sends the tests of S3 there. Its
PUBLIC_DOMAIN ends in the name of the public bucket.
"""

from typing import Any

from django.conf import settings
from django.core.files.storage.handler import StorageHandler


class RealS3:
    """Makes buckets, two for each test, and leaves them there."""

    def __init__(self, provider: str) -> None:
        entries = settings.PROVIDER_STORAGES[provider]
        self.given: dict[str, dict[str, Any]] = {
            alias: entry["OPTIONS"] for alias, entry in entries.items()
        }
        self.client = StorageHandler().create_storage(entries["private"]).client
        self.url = self.given["private"]["endpoint_url"]

    def create_bucket(self, name: str) -> None:
        """A private bucket and a public one."""
        self.client.create_bucket(Bucket=name)
        self.client.create_bucket(Bucket=f"{name}-open", ACL="public-read")

    def options(self, bucket: str) -> dict[str, dict[str, Any]]:
        """Of public and private storage by alias."""
        public, private = self.given["default"], self.given["private"]
        place = public["custom_domain"].rpartition("/")[0]
        names = {"bucket_name": f"{bucket}-open", "custom_domain": f"{place}/{bucket}-open"}
        # A domain is bound to one bucket, which is another one.
        own = {"bucket_name": bucket, "bound_domain": None}
        return {"default": {**public, **names}, "private": {**private, **own}}

    def stop(self) -> None:
        """It goes on: others may use it."""
