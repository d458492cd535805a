"""Signature 4 as Amazon's manual describes it, written without boto3.

See "Authenticating Requests (AWS Signature Version 4)" in the Amazon S3 API Reference.
"""

import hmac
import time
from base64 import b64encode
from calendar import timegm
from dataclasses import dataclass
from hashlib import md5, sha256
from urllib.parse import quote, unquote

ACCESS_KEY, SECRET_KEY = "the-access-key", "the secret of the tests"
REGION = "us-east-1"
ALGORITHM = "AWS4-HMAC-SHA256"
UNSIGNED = "UNSIGNED-PAYLOAD"
# Seconds that a request's own clock may be wrong by.
SKEW = 15 * 60


@dataclass
class Claim:
    """What a request says of its signature; `headers` are the names that it covers."""

    credential: str
    date: str
    headers: list[str]
    signature: str
    payload: str
    lifetime: int


def fault(request):
    """Amazon's code of what is wrong with a signed request of werkzeug's; None for a good one.

    None as well for a request that carries no signature: what it may do is the bucket's affair.
    """
    try:
        claim = _claim(request)
        if claim is None:
            return None
        age = time.time() - timegm(time.strptime(claim.date, "%Y%m%dT%H%M%SZ"))
        key, _, region, *_ = claim.credential.split("/")
    except (KeyError, ValueError):
        return "AuthorizationQueryParametersError"
    if key != ACCESS_KEY:
        return "InvalidAccessKeyId"
    if region != REGION:
        return "AuthorizationHeaderMalformed"
    if not hmac.compare_digest(claim.signature, _signature(request, claim)):
        return "SignatureDoesNotMatch"
    if not -SKEW <= age <= claim.lifetime:
        return "AccessDenied"
    if len(claim.payload) == 64 and claim.payload != _hash(request.get_data()):
        return "XAmzContentSHA256Mismatch"
    given = request.headers.get("Content-MD5")
    return "BadDigest" if given and given != _md5(request.get_data()) else None


def _claim(request):
    query, header = request.args, request.headers.get("Authorization", "")
    if "X-Amz-Signature" in query:
        return Claim(
            query["X-Amz-Credential"],
            query["X-Amz-Date"],
            query["X-Amz-SignedHeaders"].split(";"),
            query["X-Amz-Signature"],
            UNSIGNED,
            int(query["X-Amz-Expires"]),
        )
    if not header:
        return None
    words = dict(part.strip().split("=", 1) for part in header.removeprefix(ALGORITHM).split(","))
    return Claim(
        words["Credential"],
        request.headers["X-Amz-Date"],
        words["SignedHeaders"].split(";"),
        words["Signature"],
        request.headers["X-Amz-Content-SHA256"],
        SKEW,
    )


def _signature(request, claim):
    scope = claim.credential.partition("/")[2]
    text = "\n".join([ALGORITHM, claim.date, scope, _hash(_canonical(request, claim).encode())])
    key = f"AWS4{SECRET_KEY}".encode()
    for part in scope.split("/"):
        key = _hmac(key, part)
    return _hmac(key, text).hex()


def _canonical(request, claim):
    path, _, query = request.environ["REQUEST_URI"].partition("?")
    pairs = [pair.partition("=") for pair in query.split("&") if pair]
    told = sorted(
        f"{_coded(name)}={_coded(value)}" for name, _, value in pairs if name != "X-Amz-Signature"
    )
    headers = [f"{name}:{' '.join(request.headers[name].split())}\n" for name in claim.headers]
    return "\n".join(
        [
            request.method,
            quote(unquote(path), safe="/-_.~"),
            "&".join(told),
            "".join(headers),
            ";".join(claim.headers),
            claim.payload,
        ]
    )


def _coded(text):
    return quote(unquote(text), safe="-_.~")


def _hash(data):
    return sha256(data).hexdigest()


def _md5(data):
    return b64encode(md5(data, usedforsecurity=False).digest()).decode()


def _hmac(key, text):
    return hmac.new(key, text.encode(), sha256).digest()
