"""The URL to which a provider posts its notifications: its form, and where its host is."""

import socket
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import SplitResult, urlsplit

from django.core.checks import CheckMessage

from luffy_api.libs.payment_settings.messages import error

PORTS = {"http": 80, "https": 443}
# Names that are reserved for private networks and documentation (RFC 2606, 6761, 6762, 8375).
PRIVATE_NAMES = (
    *(".localhost", ".localdomain", ".local", ".internal", ".intranet", ".lan", ".home", ".corp"),
    *(".home.arpa", ".test", ".example", ".invalid"),
    *(".example.com", ".example.net", ".example.org"),
)


def check_url(url: str, *, path: str, development: bool, who: str) -> Iterator[CheckMessage]:
    """Check the form of the notification URL; yields nothing when it is right.

    `path` is the path of the shop's endpoint. With `development` the gateway runs on this machine,
    so that a private address is right. `who` posts to it. Does not use the network.
    """
    parts = _split(url)
    if parts is None:
        yield error(5, f"通知地址 {url!r} 不是 http 或 https 网址，请核对 PUBLIC_URL。")
        return
    yield from _check_form(parts, path)
    if not development:
        yield from _check_public_name(parts.hostname or "", who)


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    return parts if parts.scheme in PORTS and parts.hostname and port != 0 else None


def _check_form(parts: SplitResult, path: str) -> Iterator[CheckMessage]:
    if parts.username or parts.password:
        yield error(6, "通知地址里不能有用户名和密码，请核对 PUBLIC_URL。")
    if parts.path != path:
        yield error(
            7,
            f"通知地址的路径应是 {path}，现在是 {parts.path or '/'}：PUBLIC_URL 只填到域名为止。",
        )
    if parts.query or parts.fragment:
        yield error(8, "通知地址后面不能带参数（? 或 # 之后的内容），请核对 PUBLIC_URL。")


def _check_public_name(host: str, who: str) -> Iterator[CheckMessage]:
    literal = _address(host)
    name = f".{host.rstrip('.')}"
    if literal is not None and not _is_public(literal):
        yield error(
            9,
            f"通知地址里的 {host} 是本机或内网地址，{who}访问不到，"
            "请把 PUBLIC_URL 换成公网可以访问的网址。",
        )
    elif literal is None and ("." not in name[1:] or name.endswith(PRIVATE_NAMES)):
        yield error(
            10,
            f"通知地址里的 {host} 不是公网域名，{who}访问不到，"
            "请把 PUBLIC_URL 换成公网可以访问的网址。",
        )


def check_addresses(host: str, port: int, *, who: str) -> Iterator[CheckMessage]:
    """Resolve a public host name; yields nothing when all of its addresses are public."""
    if _address(host) is not None:
        return
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        yield error(21, f"通知地址里的域名 {host} 无法解析，请检查拼写和 DNS。")
        return
    addresses = sorted({str(entry[4][0]) for entry in found})
    private = [text for text in addresses if not _is_public(ip_address(text.partition("%")[0]))]
    if private:
        yield error(
            22,
            f"域名 {host} 在这里解析到 {'、'.join(private)}，是本机或内网地址，"
            f"{who}访问不到，请检查 DNS 和 hosts 文件。",
        )


def _address(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host.partition("%")[0])
    except ValueError:
        return None


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    inner = getattr(address, "ipv4_mapped", None) or address
    return inner.is_global and not inner.is_multicast
