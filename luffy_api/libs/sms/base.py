"""The interface of a provider of text messages."""

import contextvars
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Protocol, TypeVar

Answer = TypeVar("Answer")
# What one call of `send_text` takes; Tencent's limit is 200.
MAX_NUMBERS = 100
# The answer for a mobile that took the message.
TAKEN = ""
# The answer for a mobile that the provider was not asked for.
NOT_TRIED = "not tried"


class SmsUnavailable(Exception):
    """The provider refused or did not answer; the message counts as not sent."""


class SmsOutcomeUnknown(SmsUnavailable):
    """The provider was asked, and did not say whether it has sent the message."""


# Where a parameter of a template stands, in our spelling for every provider.
PLACE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class FilledTemplate:
    """A template that the provider has approved, under its id there, with its parameters.

    `words` are those of the template; {name} stands where the parameter of this name does.
    """

    id: str
    words: str
    parameters: Mapping[str, str]

    def __str__(self) -> str:
        """The text without what the provider puts around it."""
        return PLACE.sub(lambda found: self.parameters.get(found[1], ""), self.words)

    def used(self) -> dict[str, str]:
        """The parameters that its words name, in their order, each once."""
        return {name: self.parameters.get(name, "") for name in PLACE.findall(self.words)}


def general_template(account: Mapping[str, str], text: str) -> FilledTemplate:
    """The template of the settings that is for any text; its parameter is called `text`."""
    words = account["MESSAGE_TEMPLATE"].replace("{1}", "{text}")
    return FilledTemplate(account["MESSAGE_TEMPLATE_ID"], words, {"text": text})


class SmsBackend(Protocol):
    """What a provider implements."""

    def general(self, text: str) -> FilledTemplate:
        """The provider's template for any text, filled with this one."""
        ...

    def frame(self, filled: FilledTemplate) -> str:
        """The text as it arrives, with what the provider puts around it; for counting."""
        ...

    def send_code(self, *, mobile: str, code: str) -> None:
        """Sends a six-digit code to a mobile of eleven digits. Raises SmsUnavailable."""
        ...

    def send_text(self, *, mobiles: Sequence[str], filled: FilledTemplate) -> dict[str, str]:
        """Sends one text to at most MAX_NUMBERS mobiles of eleven digits.

        Returns TAKEN or the provider's error code for each; of a mobile that is missing there it
        is not known. Raises SmsUnavailable (sent to nobody) and SmsOutcomeUnknown.
        """
        ...


def call_with_deadline(limit: timedelta, call: Callable[[], Answer]) -> Answer:
    """Calls a provider in a daemon thread. Raises SmsUnavailable on any failure and after `limit`.

    SmsOutcomeUnknown where the provider may have been asked. Timeouts of an SDK limit a single
    read, not the whole call, and no DNS lookup; a thread that hangs is left behind.
    """
    outcome: SimpleQueue[Answer | Exception] = SimpleQueue()
    context = contextvars.copy_context()
    try:
        Thread(target=context.run, args=(_report, call, outcome), daemon=True).start()
    except RuntimeError as no_thread:
        raise SmsUnavailable(str(no_thread)) from None
    try:
        answer = outcome.get(timeout=limit.total_seconds())
    except Empty:
        raise SmsOutcomeUnknown("no answer in time") from None
    if isinstance(answer, SmsUnavailable):
        raise answer
    if isinstance(answer, ImportError):
        raise SmsUnavailable(type(answer).__name__) from None
    if isinstance(answer, Exception):
        # Only the class: the text may contain the mobile.
        raise SmsOutcomeUnknown(type(answer).__name__) from None
    return answer


def _report(call: Callable[[], Answer], outcome: "SimpleQueue[Answer | Exception]") -> None:
    try:
        outcome.put(call())
    except Exception as error:
        outcome.put(error)
