"""The interface of a text message provider."""

from typing import Protocol


class SmsUnavailable(Exception):
    """The provider refused or did not answer; nothing was sent."""


class SmsBackend(Protocol):
    """What the shop asks of a provider."""

    def send_code(self, *, mobile: str, code: str) -> None:
        """Sends a six-digit code to a mainland number; raises SmsUnavailable."""
        ...
