"""Check messages for the school's admin, in Chinese, and why a server could not be reached.

A message never holds a key.
"""

import ssl
from http.client import HTTPException
from socket import gaierror
from urllib.error import HTTPError, URLError

from django.core.checks import CheckMessage, Error, Info, Warning

MAX_FOREIGN_LENGTH = 200


def info(number: int, sentence: str) -> CheckMessage:
    """Something that was checked and is right: payment.I001 and so on."""
    return Info(sentence, id=f"payment.I{number:03}")


def warning(number: int, sentence: str) -> CheckMessage:
    """Something that works now and will not for long: payment.W001 and so on."""
    return Warning(sentence, id=f"payment.W{number:03}")


def error(number: int, sentence: str) -> CheckMessage:
    """Something that has to be corrected: payment.E001 and so on."""
    return Error(sentence, id=f"payment.E{number:03}")


def printable(foreign: object) -> str:
    """A foreign text, fit for a terminal: one short line without control characters."""
    text = "".join(c if c.isprintable() else " " for c in str(foreign if foreign else ""))
    return text[:MAX_FOREIGN_LENGTH]


def failure_cause(failure: Exception, *, seconds: float) -> str:
    """Why there is no usable answer, as a part of a sentence; `seconds` is the timeout."""
    if isinstance(failure, HTTPError):
        return _status(failure)
    cause = failure.reason if isinstance(failure, URLError) else failure
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"HTTPS 证书不可信（{cause.verify_message}）"
    for kind, words in CAUSES:
        if isinstance(cause, kind):
            return words.format(seconds=seconds)
    return f"连接失败（{type(cause).__name__}）"


def _status(failure: HTTPError) -> str:
    if 300 <= failure.code < 400:
        return f"它要求跳转到 {printable(failure.headers.get('Location'))}"
    return f"它回答了 HTTP {failure.code}"


# From the special to the general: most of these are kinds of OSError.
CAUSES: tuple[tuple[type[Exception], str], ...] = (
    (ssl.SSLError, "HTTPS 连接失败，对方可能不是 HTTPS 服务"),
    (gaierror, "域名无法解析，请检查拼写和 DNS"),
    (TimeoutError, "{seconds:g} 秒内没有应答"),
    (ConnectionRefusedError, "对方拒绝连接，那个端口上没有服务"),
    (ConnectionResetError, "连接被中途断开"),
    (HTTPException, "它的应答不是 HTTP"),
    (UnicodeDecodeError, "它的应答不是 UTF-8 文本"),
    (ValueError, "它的应答太长"),
)
