"""The client's IP address, as the key of rate limits and counters."""

import ipaddress
from functools import lru_cache

from django.http import HttpRequest
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

# Stands for an unparsable address; nothing is bound to it.
UNKNOWN = "0.0.0.0"  # noqa: S104  # nosec B104


def client_ip(request: Request | HttpRequest) -> str:
    """`ip_prefix` of the client. X-Forwarded-For counts for TRUSTED_PROXIES hops only."""
    ident = BaseThrottle().get_ident(request)  # type: ignore[arg-type]
    return ip_prefix(ident or "")


def full_client_ip(request: Request | HttpRequest) -> str:
    """The client's whole IP address, for a payment provider; UNKNOWN for what is no address."""
    ident = BaseThrottle().get_ident(request)  # type: ignore[arg-type]
    try:
        parsed = ipaddress.ip_address(_without_port((ident or "").strip()))
    except ValueError:
        return UNKNOWN
    return str(getattr(parsed, "ipv4_mapped", None) or parsed)


@lru_cache(maxsize=4096)
def ip_prefix(address: str) -> str:
    """An IPv4 address as it is, an IPv6 address cut to its /64, the block one customer gets.

    A port is dropped, an IPv4-mapped address becomes IPv4; UNKNOWN for what is no address.
    """
    try:
        parsed = ipaddress.ip_address(_without_port(address.strip()))
    except ValueError:
        return UNKNOWN
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.IPv6Network((int(parsed), 64), strict=False).network_address)


def _without_port(address: str) -> str:
    if address.startswith("["):
        return address[1:].partition("]")[0]
    host, _, port = address.partition(":")
    return host if port.isdigit() and "." in host else address
