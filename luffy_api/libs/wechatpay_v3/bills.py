"""The bill of a day (`/v3/bill/tradebill`)."""

import hashlib
import hmac
import zlib
from collections.abc import Iterator
from datetime import date
from typing import Any, BinaryIO
from urllib.parse import urlsplit
from urllib.request import Request

from luffy_api.libs.direct_http import opener
from luffy_api.libs.wechatpay_v3.client import call
from luffy_api.libs.wechatpay_v3.exceptions import WechatPayRefused, WechatPayUnknown
from luffy_api.libs.wechatpay_v3.settings import current
from luffy_api.libs.wechatpay_v3.transport import authorization

CHUNK_BYTES = 1 << 16
MAX_UNPACKED_BYTES = 512 << 20  # a line has some 400 bytes: more than a million of them
# The day has no trade, or its bill is not made yet (before ten o'clock of the next day).
NO_BILL = frozenset({"NO_STATEMENT_EXIST", "STATEMENT_CREATING"})


def download_trade_bill(day: date, to: BinaryIO) -> bool:
    """Write the unpacked CSV of a day (Beijing time) to a file; False when there is no bill.

    The file is checked by the digest that came in the signed answer. Raises WechatPayRefused, and
    WechatPayUnknown when nothing can be trusted: what was written is of no use then. Waits for the
    network.
    """
    path = f"/v3/bill/tradebill?bill_date={day:%Y-%m-%d}&bill_type=ALL&tar_type=GZIP"
    try:
        answer = call("GET", path)
    except WechatPayRefused as error:
        if error.code in NO_BILL:
            return False
        raise
    digest, size = hashlib.sha1(usedforsecurity=False), 0
    try:
        for chunk in _unpacked(answer):
            size += len(chunk)
            if size > MAX_UNPACKED_BYTES:
                raise WechatPayUnknown("the bill is too large")
            digest.update(chunk)
            to.write(chunk)
    except (OSError, ValueError, zlib.error) as error:
        raise WechatPayUnknown("the bill could not be downloaded") from error
    if not hmac.compare_digest(digest.hexdigest(), str(answer.get("hash_value")).lower()):
        raise WechatPayUnknown("the bill is not the one that was announced")
    return True


def _unpacked(answer: dict[str, Any]) -> Iterator[bytes]:
    config = current()
    parts = urlsplit(str(answer.get("download_url")))
    if parts.scheme not in {"http", "https"} or answer.get("hash_type") != "SHA1":
        raise ValueError("an odd answer to a request for a bill")
    # The address may be of another host; the signature is over path and query only.
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    headers = {"Authorization": authorization(config, "GET", target, b"")}
    request = Request(parts.geturl(), headers=headers)  # noqa: S310
    unpacking = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    with opener(parts.geturl()).open(request, timeout=config.timeout) as file:
        while packed := file.read(CHUNK_BYTES):
            # A few bytes may unpack to a thousand times as many: never more than a piece at once.
            while packed:
                yield unpacking.decompress(packed, CHUNK_BYTES)
                packed = unpacking.unconsumed_tail
    yield unpacking.flush()
