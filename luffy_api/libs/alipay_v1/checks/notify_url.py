"""The URL to which Alipay posts its notifications, and whether it can be reached."""

from collections.abc import Iterator
from http.client import HTTPResponse
from urllib.parse import SplitResult, urlencode, urlsplit

from django.core.checks import CheckMessage

from luffy_api.libs.direct_http import opener
from luffy_api.libs.payment_settings import notify_url
from luffy_api.libs.payment_settings.messages import error, failure_cause, info, printable
from luffy_api.libs.payment_settings.notify_url import PORTS, check_addresses

WHO = "支付宝"
REFUSAL = b"failed"
MAX_ANSWER_BYTES = 4096


def check_url(url: str, *, path: str, development: bool) -> Iterator[CheckMessage]:
    """Check the form of the notification URL, see `payment_settings.notify_url`."""
    return notify_url.check_url(url, path=path, development=development, who=WHO)


def check_endpoint(url: str, *, timeout: float, development: bool) -> Iterator[CheckMessage]:
    """Resolve the host of a well-formed notification URL, then post a forged notification to it.

    Waits for the network, `timeout` seconds at most for each step.
    """
    parts = urlsplit(url)
    if not development:
        unreachable = list(
            check_addresses(parts.hostname or "", parts.port or PORTS[parts.scheme], who=WHO)
        )
        if unreachable:
            yield from unreachable
            return
        yield info(21, f"通知地址 {url} 是公网可以访问的写法{_odd_port(parts)}。")
    yield _post_forged(url, timeout)


def _odd_port(parts: SplitResult) -> str:
    if parts.port is None or parts.port == PORTS[parts.scheme]:
        return ""
    return f"（端口 {parts.port} 不是常用端口，防火墙须对公网放行）"


def _post_forged(url: str, timeout: float) -> CheckMessage:
    # Shown in the back office with the rejected message: who sent it and why.
    body = urlencode({"note": "manage.py check_payment"}).encode()
    try:
        with opener(url).open(url, body, timeout=timeout) as answer:
            return _check_answer(answer)
    except Exception as failure:  # urllib raises many kinds, and each is a result here
        cause = failure_cause(failure, seconds=timeout)
        return error(
            23,
            f"从这台服务器访问通知地址 {url} 失败：{cause}；支付宝要求它直接给出应答，不能跳转。",
        )


def _check_answer(answer: HTTPResponse) -> CheckMessage:
    text = answer.read(MAX_ANSWER_BYTES)
    if answer.status != 200 or text != REFUSAL:
        beginning = printable(text[:40].decode("utf-8", "replace"))
        return error(
            24,
            f"通知地址应对伪造的通知回答 failed，实际回答是 {beginning!r}："
            "PUBLIC_URL 可能指向了别的网站，或反向代理没有转发 /api/。",
        )
    return info(
        22,
        "从这台服务器向通知地址发送伪造的通知，被正确拒绝（failed）。这只证明了一半："
        "支付宝从公网访问，还须经过防火墙和域名备案，请用手机流量打开网站再确认一次。",
    )
