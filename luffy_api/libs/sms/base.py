"""The interface of a provider of text messages."""

import contextvars
from collections.abc import Callable
from datetime import timedelta
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Protocol


class SmsUnavailable(Exception):
    """The provider refused or did not answer; the message counts as not sent."""


class SmsBackend(Protocol):
    """What a provider implements."""

    def send_code(self, *, mobile: str, code: str) -> None:
        """Sends a six-digit code to a mobile of eleven digits. Raises SmsUnavailable."""
        ...


def call_with_deadline(limit: timedelta, call: Callable[[], None]) -> None:
    """Calls a provider in a daemon thread. Raises SmsUnavailable on any failure and after `limit`.

    Timeouts of an SDK limit a single read, not the whole call, and no DNS lookup; a thread that
    hangs is left behind.
    """
    outcome: SimpleQueue[Exception | None] = SimpleQueue()
    context = contextvars.copy_context()
    try:
        Thread(target=context.run, args=(_report, call, outcome), daemon=True).start()
    except RuntimeError as no_thread:
        raise SmsUnavailable(str(no_thread)) from None
    try:
        error = outcome.get(timeout=limit.total_seconds())
    except Empty:
        raise SmsUnavailable("no answer in time") from None
    if isinstance(error, SmsUnavailable):
        raise error
    if error is not None:
        # Only the class: the text may contain the mobile.
        raise SmsUnavailable(type(error).__name__) from None


def _report(call: Callable[[], None], outcome: SimpleQueue[Exception | None]) -> None:
    try:
        call()
    except Exception as error:
        outcome.put(error)
    else:
        outcome.put(None)
