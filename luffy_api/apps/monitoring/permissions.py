"""Who may read what only operators should see."""

import ipaddress
import secrets

from django.conf import settings
from django.http import HttpRequest


def brings_token(request: HttpRequest) -> bool:
    """Whether a request has METRICS_TOKEN, as `Authorization: Bearer …`; without one none has."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    given, known = token.strip().encode(), settings.METRICS_TOKEN.encode()
    return bool(known) and secrets.compare_digest(given, known) and scheme.lower() == "bearer"


def is_from_here(request: HttpRequest) -> bool:
    """Whether the peer is this machine, and every address that a proxy has named too.

    Not only the hops of TRUSTED_PROXIES: where that is left at 0 behind a proxy, every stranger
    would come from this machine. A forged address can only close the door.
    """
    hops = [request.META.get("REMOTE_ADDR", "")]
    for header in ("X-Forwarded-For", "X-Real-IP"):
        if header in request.headers:
            hops += request.headers[header].split(",")
    return "Forwarded" not in request.headers and all(map(_is_loopback, hops))


def _is_loopback(address: str) -> bool:
    try:
        parsed = ipaddress.ip_address(address.strip())
    except ValueError:
        return False
    return (getattr(parsed, "ipv4_mapped", None) or parsed).is_loopback
