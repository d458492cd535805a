"""DRF's throttles over rate_limits.py."""

from typing import Any

from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from luffy_api.common import rate_limits
from luffy_api.common.client_ip import client_ip


class RateThrottle(BaseThrottle):
    """Counts requests by account where there is one, else by IP prefix; `scope` names the limit."""

    scope = "request"

    def allow_request(self, request: Request, view: Any) -> bool:
        """Count the request; False if it has to wait."""
        self._wait = rate_limits.count(self.scope, *self._client(request))
        return not self._wait

    def wait(self) -> float:
        """Seconds until a request is allowed again."""
        return self._wait

    def _client(self, request: Request) -> tuple[str, int | str]:
        if request.user.is_authenticated:
            return rate_limits.ACCOUNT, request.user.pk
        return rate_limits.ADDRESS, client_ip(request)
