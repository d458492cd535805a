"""Whose request it is, as far as an address tells."""

import ipaddress

from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

# A word for "no address"; nothing is bound to it.
UNKNOWN = "0.0.0.0"  # noqa: S104  # nosec B104


def client_network(request: Request) -> str:
    """The client's address for brakes; X-Forwarded-For counts as far as TRUSTED_PROXIES says."""
    return network_of(BaseThrottle().get_ident(request) or "")


def network_of(address: str) -> str:
    """An IPv4 address as it is, the /64 of an IPv6 one: that is what one customer is given."""
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
