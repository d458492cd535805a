"""The calls to Qiniu's servers, through its SDK, with short patience and one kind of failure."""

from dataclasses import dataclass
from typing import Any

from qiniu import Auth, BucketManager, QiniuMacAuth
from qiniu.auth import QiniuMacRequestsAuth
from qiniu.config import set_default
from qiniu.http import qn_http_client
from qiniu.http.endpoint import Endpoint
from qiniu.http.region import Region, ServiceName

from luffy_api.libs.storage.exceptions import ObjectMissing, StorageUnavailable, UploadRejected
from luffy_api.libs.storage.remote import CONNECT_TIMEOUT, READ_TIMEOUT

OK, MISSING, TAKEN = 200, 612, 614


@dataclass(frozen=True)
class Hosts:
    """Addresses with their scheme: the SDK on its own would choose plain http."""

    up: str
    rs: str
    rsf: str
    api: str

    @property
    def scheme(self) -> str:
        """That of all of them."""
        return self.up.partition("://")[0]

    def region(self) -> Region:
        """For the SDK; one address each, so that it does not try for long."""
        addresses = {
            ServiceName.UP: self.up,
            ServiceName.RS: self.rs,
            ServiceName.RSF: self.rsf,
            ServiceName.API: self.api,
        }
        return Region(services={name: [Endpoint.from_host(at)] for name, at in addresses.items()})


class QiniuClient:
    """One account and bucket."""

    def __init__(self, *, access_key: str, secret_key: str, bucket: str, hosts: Hosts) -> None:
        self.bucket, self.hosts = bucket, hosts
        self.auth = Auth(access_key, secret_key)
        self.mac = QiniuMacAuth(access_key, secret_key)
        # The SDK takes these from nowhere else; nobody but us uses it in this process.
        set_default(connection_timeout=(CONNECT_TIMEOUT, READ_TIMEOUT), connection_retries=1)

    def manager(self) -> BucketManager:
        """stat, delete and list."""
        return BucketManager(
            self.auth, regions=[self.hosts.region()], preferred_scheme=self.hosts.scheme
        )

    def stat(self, key: str) -> dict[str, Any]:
        """fsize, hash, mimeType, putTime; raises ObjectMissing."""
        return checked(*self.manager().stat(self.bucket, key))

    def delete(self, key: str) -> None:
        """Raises ObjectMissing."""
        _, info = self.manager().delete(self.bucket, key)
        checked({}, info)

    def list(self, prefix: str, marker: str | None, delimiter: str | None) -> dict[str, Any]:
        """items, commonPrefixes, and a marker when there is more."""
        try:
            answer, _, info = self.manager().list(
                self.bucket, prefix=prefix, marker=marker, limit=1000, delimiter=delimiter
            )
        except AttributeError as error:  # the SDK looks into the answer, whatever it is
            raise StorageUnavailable("list") from error
        return checked(answer, info)

    def pfop(self, data: dict[str, str]) -> dict[str, Any]:
        """Starts work on a stored file."""
        url = f"{self.hosts.api}/pfop"
        return checked(
            *qn_http_client.post(url, data, files=None, auth=QiniuMacRequestsAuth(self.mac))
        )

    def prefop(self, persistent_id: str) -> dict[str, Any]:
        """How that work goes."""
        url = f"{self.hosts.api}/status/get/prefop"
        return checked(*qn_http_client.get(url, {"id": persistent_id}))


def checked(answer: Any, info: Any) -> dict[str, Any]:
    """The answer; raises ObjectMissing, UploadRejected for a taken name, StorageUnavailable."""
    if info.status_code in {MISSING, 404}:
        raise ObjectMissing
    if info.status_code == TAKEN:
        raise UploadRejected("the name is taken")
    # Without X-Reqid it was somebody else who answered, such as a captive portal.
    if info.status_code != OK or info.req_id is None or not isinstance(answer, dict):
        raise StorageUnavailable(f"status {info.status_code}")
    return answer
