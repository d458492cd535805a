"""boto3's clients: one for each endpoint and account in a process, for all threads and storages.

Each session of boto3 reads the description of S3 anew, and django-storages makes one for every
thread of every storage: a web process with 16 threads grew from 212 to 430 MB. Clients may be used
by several threads, resources may not: https://docs.aws.amazon.com/boto3/latest/guide/clients.html
"""

from base64 import b64encode
from dataclasses import dataclass, field
from hashlib import md5
from threading import Lock
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import boto3
from botocore.config import Config

from luffy_api.libs.storage.remote import CONNECT_TIMEOUT, READ_TIMEOUT

# More than a process has threads: none waits for the connection of another.
MAX_CONNECTIONS = 64
# The addressing style of an endpoint that is a bucket's own, such as a domain bound to it.
BOUND = "bound"


@dataclass(frozen=True)
class Endpoint:
    """Where a client calls, and as whom."""

    url: str | None
    region: str | None
    addressing_style: str
    access_key: str | None
    secret_key: str | None = field(repr=False)


_lock = Lock()
_resources: dict[Endpoint, Any] = {}


def client_config(addressing_style: str) -> Config:
    """Signature version 4, short timeouts, one retry.

    Checksums only where the protocol requires them: boto3's default since 1.36 makes requests that
    Aliyun OSS, Tencent COS and older MinIO refuse.
    """
    return Config(
        signature_version="s3v4",
        s3={"addressing_style": "path" if addressing_style == BOUND else addressing_style},
        connect_timeout=CONNECT_TIMEOUT,
        read_timeout=READ_TIMEOUT,
        retries={"total_max_attempts": 2, "mode": "standard"},
        max_pool_connections=MAX_CONNECTIONS,
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )


def client(endpoint: Endpoint) -> Any:
    """The process's client for this endpoint."""
    return _shared(endpoint).meta.client


def new_resource(endpoint: Endpoint) -> Any:
    """A resource for one thread, which calls through the shared client."""
    return type(_shared(endpoint))(client=client(endpoint))


def _shared(endpoint: Endpoint) -> Any:
    # Making one is not safe in several threads.
    with _lock:
        if endpoint not in _resources:
            _resources[endpoint] = _new(endpoint)
        return _resources[endpoint]


def _new(endpoint: Endpoint) -> Any:
    resource = boto3.Session(
        aws_access_key_id=endpoint.access_key, aws_secret_access_key=endpoint.secret_key
    ).resource(
        "s3",
        region_name=endpoint.region,
        endpoint_url=endpoint.url,
        config=client_config(endpoint.addressing_style),
    )
    events = resource.meta.client.meta.events
    events.register("before-call.s3.DeleteObjects", _send_md5)
    events.register_last("before-parameter-build.s3", _stay_in_region)
    if endpoint.addressing_style == BOUND:
        events.register("before-sign.s3", _leave_bucket_out)
    return resource


def _stay_in_region(context: dict[str, Any], **_: Any) -> None:
    """Keeps boto3 from signing anew for another region that a refusal names.

    With a wrong region this server would be served, and browsers be refused at every signed URL.
    """
    context["s3_redirect"] = {**context.get("s3_redirect", {}), "redirected": True}


def _send_md5(params: dict[str, Any], **_: Any) -> None:
    """The checksum of a deletion of several objects as all providers take it.

    The protocol demands one here. boto3 sends a CRC32; OSS, COS, Swift and older MinIO know but the
    Content-MD5, which was the only one for years.
    """
    params["context"].pop("checksum", None)
    digest = md5(params["body"], usedforsecurity=False).digest()
    params["headers"]["Content-MD5"] = b64encode(digest).decode()


def _leave_bucket_out(request: Any, **_: Any) -> None:
    """Takes the bucket out of a path before it is signed: boto3 has no style for bound domains."""
    parts = urlsplit(request.url)
    key = parts.path.lstrip("/").partition("/")[2]
    request.url = urlunsplit(parts._replace(path=f"/{key}"))
