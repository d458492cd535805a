"""What was connected to an account or disconnected from it, for whoever tells its owner."""

from collections.abc import Callable
from dataclasses import dataclass

from luffy_api.apps.user.models import SocialAccount


@dataclass(frozen=True)
class Change:
    """A provider now logs in to the account, or does no more.

    `is_dropped`: that of an account which was merged into this one, which has its own.
    """

    user_id: int
    provider: SocialAccount.Provider
    is_connected: bool
    by_staff: bool = False
    is_dropped: bool = False


_listeners: list[Callable[[Change], None]] = []


def register(listener: Callable[[Change], None]) -> None:
    """Of a higher app: called in the transaction of each change, so it belongs to it."""
    if listener not in _listeners:
        _listeners.append(listener)


def announce(change: Change) -> None:
    """Call every listener."""
    for listener in _listeners:
        listener(change)
