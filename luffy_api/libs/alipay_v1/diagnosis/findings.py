"""One sentence for each thing that was looked at, and why a server could not be reached."""

import ssl
from dataclasses import dataclass
from http.client import HTTPException
from socket import gaierror
from urllib.error import HTTPError, URLError

MAX_FOREIGN = 200


@dataclass(frozen=True, slots=True)
class Finding:
    """A sentence for the school's admin; never with a key in it."""

    good: bool
    sentence: str


def good(sentence: str) -> Finding:
    """Something that is as it should be."""
    return Finding(True, sentence)


def fault(sentence: str) -> Finding:
    """Something that has to be mended."""
    return Finding(False, sentence)


def printable(foreign: object) -> str:
    """What somebody else wrote, fit for a terminal: one short line without control characters."""
    text = "".join(c if c.isprintable() else " " for c in str(foreign if foreign else ""))
    return text[:MAX_FOREIGN]


def reason(error: Exception, *, seconds: float) -> str:
    """Why there is no usable answer, as a part of a sentence; `seconds` were waited at most."""
    if isinstance(error, HTTPError):
        return _status(error)
    cause = error.reason if isinstance(error, URLError) else error
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"HTTPS 证书不可信({cause.verify_message})"
    for kind, words in REASONS:
        if isinstance(cause, kind):
            return words.format(seconds=seconds)
    return f"连接失败({type(cause).__name__})"


def _status(error: HTTPError) -> str:
    if 300 <= error.code < 400:
        return f"它要求跳转到 {printable(error.headers.get('Location'))}"
    return f"它回答了 HTTP {error.code}"


# From the special to the general: most of these are kinds of OSError.
REASONS: tuple[tuple[type[Exception], str], ...] = (
    (ssl.SSLError, "HTTPS 连接失败,对方可能不是 HTTPS 服务"),
    (gaierror, "域名无法解析,请检查拼写和 DNS"),
    (TimeoutError, "{seconds:g} 秒内没有应答"),
    (ConnectionRefusedError, "对方拒绝连接,那个端口上没有服务"),
    (ConnectionResetError, "连接被中途断开"),
    (HTTPException, "它的应答不是 HTTP"),
    (UnicodeDecodeError, "它的应答不是 UTF-8 文本"),
    (ValueError, "它的应答太长"),
)
