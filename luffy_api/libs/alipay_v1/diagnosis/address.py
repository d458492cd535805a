"""Whether Alipay can reach the address to which it shall send its notifications."""

import socket
from collections.abc import Iterator
from http.client import HTTPResponse
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import SplitResult, urlencode, urlsplit

from luffy_api.libs.alipay_v1 import client
from luffy_api.libs.alipay_v1.diagnosis.findings import Finding, fault, good, printable, reason

PORTS = {"http": 80, "https": 443}
# Names that mean something else, or nothing, outside of the own house (RFC 2606, 6761, 6762, 8375).
PRIVATE_NAMES = (
    *(".localhost", ".localdomain", ".local", ".internal", ".intranet", ".lan", ".home", ".corp"),
    *(".home.arpa", ".test", ".example", ".invalid"),
    *(".example.com", ".example.net", ".example.org"),
)
REFUSAL = b"failed"
ENOUGH = 4096


def check_address(url: str, *, path: str, timeout: float, development: bool) -> Iterator[Finding]:
    """Look at the notification's address, then post something to it that must be refused.

    `path` is where the shop listens. With `development` the gateway lives on this machine, so a
    private address is right. Waits for the network, `timeout` seconds at most for each step.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = SplitResult("", "", "", "", ""), None
    if parts.scheme not in PORTS or not parts.hostname or port == 0:
        yield fault(f"通知地址 {url!r} 不是 http 或 https 网址,请核对 PUBLIC_URL。")
        return
    faults = list(_shape(parts, path))
    if not development:
        faults += _out_of_reach(parts.hostname, port or PORTS[parts.scheme])
    yield from faults
    if faults:
        return
    if not development:
        yield good(f"通知地址 {url} 是公网可以访问的写法{_odd_port(parts)}。")
    yield _tried(url, timeout)


def _shape(parts: SplitResult, path: str) -> Iterator[Finding]:
    if parts.username or parts.password:
        yield fault("通知地址里不能有用户名和密码,请核对 PUBLIC_URL。")
    if parts.path != path:
        yield fault(
            f"通知地址的路径应是 {path},现在是 {parts.path or '/'}:PUBLIC_URL 只填到域名为止。"
        )
    if parts.query or parts.fragment:
        yield fault("通知地址后面不能带参数(? 或 # 之后的内容),请核对 PUBLIC_URL。")


def _out_of_reach(host: str, port: int) -> Iterator[Finding]:
    literal = _address(host)
    name = f".{host.rstrip('.')}"
    if literal is not None and not _is_public(literal):
        yield fault(
            f"通知地址里的 {host} 是本机或内网地址,支付宝访问不到,"
            "请把 PUBLIC_URL 换成公网可以访问的网址。"
        )
    elif literal is None and ("." not in name[1:] or name.endswith(PRIVATE_NAMES)):
        yield fault(
            f"通知地址里的 {host} 不是公网域名,支付宝访问不到,"
            "请把 PUBLIC_URL 换成公网可以访问的网址。"
        )
    elif literal is None:
        yield from _resolved(host, port)


def _resolved(host: str, port: int) -> Iterator[Finding]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        yield fault(f"通知地址里的域名 {host} 无法解析,请检查拼写和 DNS。")
        return
    addresses = sorted({str(entry[4][0]) for entry in found})
    inside = [text for text in addresses if not _is_public(ip_address(text.partition("%")[0]))]
    if inside:
        yield fault(
            f"域名 {host} 在这里解析到 {'、'.join(inside)},是本机或内网地址,"
            "支付宝访问不到,请检查 DNS 和 hosts 文件。"
        )


def _address(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host.partition("%")[0])
    except ValueError:
        return None


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    inner = getattr(address, "ipv4_mapped", None) or address
    return inner.is_global and not inner.is_multicast


def _odd_port(parts: SplitResult) -> str:
    if parts.port is None or parts.port == PORTS[parts.scheme]:
        return ""
    return f"(端口 {parts.port} 不是常用端口,防火墙须对公网放行)"


def _tried(url: str, timeout: float) -> Finding:
    # The words show in the back office, where the refused message is kept, who sent it and why.
    body = urlencode({"note": "manage.py check_payment"}).encode()
    try:
        with client.opener(url).open(url, body, timeout=timeout) as answer:
            return _answered(answer)
    except Exception as error:  # urllib raises many kinds, and each is an answer here
        return fault(
            f"从这台服务器访问通知地址 {url} 失败:{reason(error, seconds=timeout)};"
            "支付宝要求它直接给出应答,不能跳转。"
        )


def _answered(answer: HTTPResponse) -> Finding:
    text = answer.read(ENOUGH)
    if answer.status != 200 or text != REFUSAL:
        beginning = printable(text[:40].decode("utf-8", "replace"))
        return fault(
            f"通知地址应对伪造的通知回答 failed,实际回答是 {beginning!r}:"
            "PUBLIC_URL 可能指向了别的网站,或反向代理没有转发 /api/。"
        )
    return good(
        "从这台服务器向通知地址发送伪造的通知,被正确拒绝(failed)。这只证明了一半:"
        "支付宝从公网访问,还须经过防火墙和域名备案,请用手机流量打开网站再确认一次。"
    )
