"""Request brakes. Rates stand in settings; the address respects TRUSTED_PROXIES."""

from rest_framework import throttling

from luffy_api.common.client_ip import client_ip


class AnonThrottle(throttling.AnonRateThrottle):
    """Visitors, by address."""


class UserThrottle(throttling.UserRateThrottle):
    """Students, by account."""


class AddressThrottle(throttling.SimpleRateThrottle):
    """By address for everyone, logged in or not; subclasses name their `scope`."""

    def get_cache_key(self, request, view):  # type: ignore[no-untyped-def]
        """One counter per scope and address."""
        return self.cache_format % {"scope": self.scope, "ident": client_ip(request)}
