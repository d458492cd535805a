"""The signature of requests to Alibaba Cloud: ACS3-HMAC-SHA256.

Source: "V3版本请求体&签名机制" of its manual, whose example is a test here.
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from secrets import token_hex
from urllib.parse import quote

ALGORITHM = "ACS3-HMAC-SHA256"
# Parameters stand in the query; the body is empty.
NO_BODY = hashlib.sha256(b"").hexdigest()


def canonical_query(parameters: Mapping[str, str]) -> str:
    """Sorted, and percent-encoded by RFC 3986; to be sent as it is signed."""
    return "&".join(f"{_quoted(name)}={_quoted(parameters[name])}" for name in sorted(parameters))


def headers(
    *,
    key_id: str,
    key_secret: str,
    host: str,
    action: str,
    version: str,
    query: str,
    now: datetime | None = None,
    nonce: str | None = None,
) -> dict[str, str]:
    """The headers of a POST to the root without a body, `Authorization` among them.

    `query` is that of `canonical_query`. `now` in UTC; the API takes a request for 15 minutes, and
    a nonce once.
    """
    signed = {
        "host": host,
        "x-acs-action": action,
        "x-acs-content-sha256": NO_BODY,
        "x-acs-date": (now or datetime.now(UTC)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "x-acs-signature-nonce": nonce or token_hex(16),
        "x-acs-version": version,
    }
    names = ";".join(signed)
    lines = [f"{name}:{value}" for name, value in signed.items()]
    request = "\n".join(["POST", "/", query, *lines, "", names, NO_BODY])
    text = f"{ALGORITHM}\n{hashlib.sha256(request.encode()).hexdigest()}"
    signature = hmac.new(key_secret.encode(), text.encode(), hashlib.sha256).hexdigest()
    credential = f"Credential={key_id},SignedHeaders={names},Signature={signature}"
    return {**signed, "Authorization": f"{ALGORITHM} {credential}"}


def _quoted(text: str) -> str:
    return quote(text, safe="~")
