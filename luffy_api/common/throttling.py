"""Request rate limits. Rates stand in settings/api.py."""

from rest_framework import throttling

from luffy_api.common.client_ip import client_ip


class AnonThrottle(throttling.AnonRateThrottle):
    """Anonymous requests, by IP address."""


class UserThrottle(throttling.UserRateThrottle):
    """Authenticated requests, by user."""


class ClientIPThrottle(throttling.SimpleRateThrottle):
    """All requests, authenticated or not, by IP prefix; subclasses set `scope`."""

    def get_cache_key(self, request, view):  # type: ignore[no-untyped-def]
        """One counter per scope and IP prefix."""
        return self.cache_format % {"scope": self.scope, "ident": client_ip(request)}
