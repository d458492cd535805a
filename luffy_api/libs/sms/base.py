"""The interface of a text message provider."""

import contextvars
from collections.abc import Callable
from datetime import timedelta
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Protocol


class SmsUnavailable(Exception):
    """The provider refused or did not answer; as far as we know nothing was sent."""


class SmsBackend(Protocol):
    """What the shop asks of a provider."""

    def send_code(self, *, mobile: str, code: str) -> None:
        """Sends a six-digit code to a mainland number; raises SmsUnavailable."""
        ...


def within(limit: timedelta, call: Callable[[], None]) -> None:
    """Runs the call of a provider; raises SmsUnavailable for any failure and after `limit`.

    A timeout of the provider's own library bounds one read and not the whole, and no name lookup,
    so the call has a thread of its own that is left behind when it hangs.
    """
    outcome: SimpleQueue[Exception | None] = SimpleQueue()
    context = contextvars.copy_context()
    Thread(target=context.run, args=(_report, call, outcome), daemon=True).start()
    try:
        fault = outcome.get(timeout=limit.total_seconds())
    except Empty:
        raise SmsUnavailable("no answer in time") from None
    if isinstance(fault, SmsUnavailable):
        raise fault
    if fault is not None:
        # Only the kind of fault: its text may hold the number.
        raise SmsUnavailable(type(fault).__name__) from None


def _report(call: Callable[[], None], outcome: SimpleQueue[Exception | None]) -> None:
    try:
        call()
    except Exception as fault:
        outcome.put(fault)
    else:
        outcome.put(None)
