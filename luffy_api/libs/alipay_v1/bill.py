"""The bill of a day: `alipay.data.dataservice.bill.downloadurl.query` and its download."""

import time
from collections.abc import Iterator
from datetime import date
from http.client import HTTPException, HTTPMessage
from tempfile import TemporaryFile
from typing import IO, Any
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

from luffy_api.libs.alipay_v1.bill_file import BillLine, read_bill
from luffy_api.libs.alipay_v1.client import call
from luffy_api.libs.alipay_v1.exceptions import (
    AlipayRefused,
    AlipayUnknown,
    BillInvalid,
    BillNotFound,
)
from luffy_api.libs.alipay_v1.pay import BUSINESS_FAILED, RETRY_LATER, SUCCESS
from luffy_api.libs.alipay_v1.settings import AlipayConfig, alipay_config
from luffy_api.libs.direct_http import LOOPBACK

METHOD = "alipay.data.dataservice.bill.downloadurl.query"
# The manual's list of codes has BILL_NOT_EXIST; the gateway answers with the first of these.
NOT_FOUND = frozenset({"isp.bill_not_exist", "isv.bill-not-exist", "BILL_NOT_EXIST"})
# The URL comes in a signed answer. It is nevertheless fetched from Alipay only.
BILL_HOSTS = (".alipay.com", ".alipaydev.com", ".alipayobjects.com")
MAX_BILL_BYTES = 128 << 20
MAX_SECONDS = 120.0
CHUNK_BYTES = 1 << 18


def download_bill(*, day: date) -> Iterator[BillLine]:
    """Yield the lines of the trade bill of a Beijing day.

    The file is complete on disk before the first line is read. Raises BillNotFound when Alipay has
    no bill of this day, which it makes on the next morning and only for a day with trades;
    BillInvalid, possibly after some lines; AlipayRefused; AlipayUnknown without a trustworthy
    answer. Waits for the network before the first line.
    """
    config = alipay_config()
    url = bill_url(day=day)
    with TemporaryFile() as file:
        _download(url, config, file)
        yield from read_bill(file, day=day, seller_id=config.seller_id)


def bill_url(*, day: date) -> str:
    """Return the URL of a bill, which works for 30 seconds. Raises like `download_bill`."""
    answer = call(METHOD, {"bill_type": "trade", "bill_date": f"{day:%Y-%m-%d}"})
    sub_code = str(answer.get("sub_code") or "")
    if sub_code in NOT_FOUND:
        raise BillNotFound(f"no bill of {day}")
    if answer.get("code") == BUSINESS_FAILED and sub_code not in RETRY_LATER:
        raise AlipayRefused(sub_code, str(answer.get("sub_msg") or ""))
    if answer.get("code") != SUCCESS:
        raise AlipayUnknown(f"code {answer.get('code')} {sub_code}")
    return str(answer.get("bill_download_url") or "")


class _BillRedirects(HTTPRedirectHandler):
    """Follows redirects to hosts that may serve bills, and to no other."""

    max_redirections = 3

    def __init__(self, config: AlipayConfig) -> None:
        self.config = config

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> Request | None:
        _require_bill_host(newurl, self.config)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _download(url: str, config: AlipayConfig, file: IO[bytes]) -> None:
    _require_bill_host(url, config)
    handlers: list[Any] = [_BillRedirects(config)]
    if urlsplit(url).hostname in LOOPBACK:
        handlers.append(ProxyHandler({}))
    deadline = time.monotonic() + MAX_SECONDS
    size = 0
    try:
        with build_opener(*handlers).open(url, timeout=config.timeout) as answer:
            while chunk := answer.read(CHUNK_BYTES):
                size += len(chunk)
                if size > MAX_BILL_BYTES:
                    raise BillInvalid("the file is too large")
                if time.monotonic() > deadline:
                    raise AlipayUnknown("the bill arrives too slowly")
                file.write(chunk)
    except (OSError, HTTPException) as error:
        raise AlipayUnknown(f"the bill cannot be fetched: {type(error).__name__}") from error


def _require_bill_host(url: str, config: AlipayConfig) -> None:
    """Raise BillInvalid unless Alipay, or the configured gateway itself, serves this URL."""
    try:
        parts = urlsplit(url)
        host, ours = parts.hostname or "", urlsplit(config.gateway_url)
        known = host.endswith(BILL_HOSTS) or (host, parts.port) == (ours.hostname, ours.port)
    except ValueError:
        known = False
    if not known or parts.scheme not in {"http", "https"} or parts.username is not None:
        raise BillInvalid("the bill is offered at a foreign address")
