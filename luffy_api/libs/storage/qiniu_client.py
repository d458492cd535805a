"""Calls to Qiniu's servers through its SDK, with short timeouts and our own errors."""

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
    """Origins with their scheme: without one the SDK would choose plain http."""

    up: str
    rs: str
    rsf: str
    api: str

    @property
    def scheme(self) -> str:
        """The scheme of all of them."""
        return self.up.partition("://")[0]

    def region(self) -> Region:
        """The hosts as the SDK takes them; one for each service limits its retries."""
        origins = {
            ServiceName.UP: self.up,
            ServiceName.RS: self.rs,
            ServiceName.RSF: self.rsf,
            ServiceName.API: self.api,
        }
        return Region(services={name: [Endpoint.from_host(url)] for name, url in origins.items()})


class QiniuClient:
    """One bucket of an account."""

    def __init__(self, *, access_key: str, secret_key: str, bucket: str, hosts: Hosts) -> None:
        self.bucket, self.hosts = bucket, hosts
        self.auth = Auth(access_key, secret_key)
        self.mac = QiniuMacAuth(access_key, secret_key)
        # The SDK reads timeouts from global defaults only; nothing else in this process uses it.
        set_default(connection_timeout=(CONNECT_TIMEOUT, READ_TIMEOUT), connection_retries=1)

    def manager(self) -> BucketManager:
        """The SDK's client for stat, delete and list."""
        return BucketManager(
            self.auth, regions=[self.hosts.region()], preferred_scheme=self.hosts.scheme
        )

    def stat(self, key: str) -> dict[str, Any]:
        """fsize (bytes), hash, mimeType, putTime (100 ns since 1970); raises ObjectMissing."""
        return checked(*self.manager().stat(self.bucket, key))

    def delete(self, key: str) -> None:
        """Deletes an object; raises ObjectMissing."""
        _, info = self.manager().delete(self.bucket, key)
        checked({}, info)

    def list(self, prefix: str, marker: str | None, delimiter: str | None) -> dict[str, Any]:
        """At most 1000 items, commonPrefixes, and a marker where there are more."""
        try:
            answer, _, info = self.manager().list(
                self.bucket, prefix=prefix, marker=marker, limit=1000, delimiter=delimiter
            )
        except AttributeError as error:  # the SDK does not check the type of the answer
            raise StorageUnavailable("list") from error
        return checked(answer, info)

    def pfop(self, data: dict[str, str]) -> dict[str, Any]:
        """Starts processing of a stored file (pfop)."""
        url = f"{self.hosts.api}/pfop"
        return checked(
            *qn_http_client.post(url, data, files=None, auth=QiniuMacRequestsAuth(self.mac))
        )

    def prefop(self, persistent_id: str) -> dict[str, Any]:
        """The state of a pfop job."""
        url = f"{self.hosts.api}/status/get/prefop"
        return checked(*qn_http_client.get(url, {"id": persistent_id}))


def checked(answer: Any, info: Any) -> dict[str, Any]:
    """The answer; raises ObjectMissing, UploadRejected for a taken name, StorageUnavailable."""
    if info.status_code in {MISSING, 404}:
        raise ObjectMissing
    if info.status_code == TAKEN:
        raise UploadRejected("the name is taken")
    # Without X-Reqid the answer is not from Qiniu (such as a captive portal).
    if info.status_code != OK or info.req_id is None or not isinstance(answer, dict):
        raise StorageUnavailable(f"status {info.status_code}")
    return answer
