"""The question to a provider who a code stands for: few at a time, and for a few seconds.

A provider that hangs would otherwise take every thread of the web services. The timeout of a socket
limits a single read and no DNS lookup, so the question is asked in a thread of its own, which
keeps its place until it has ended.
"""

import contextvars
from queue import Empty, SimpleQueue
from threading import BoundedSemaphore, Thread

from django.conf import settings
from django.db import connections

from luffy_api.apps.user.exceptions import LoginUnavailable
from luffy_api.apps.user.social.interface import Device, Identity, LoginProvider

Outcome = SimpleQueue[Identity | Exception]
# Of this process.
_places = BoundedSemaphore(settings.SOCIAL_QUESTIONS)


def fetch_identity(provider: LoginProvider, *, device: Device, code: str) -> Identity:
    """The provider's `fetch_identity`, within SOCIAL_QUESTION_LIMIT.

    Raises what it raises, and LoginUnavailable after that time, or at once while SOCIAL_QUESTIONS
    others of this process have no answer yet.
    """
    unavailable = LoginUnavailable(str(provider.provider.label))
    if not _places.acquire(blocking=False):
        raise unavailable
    outcome: Outcome = SimpleQueue()
    context = contextvars.copy_context()
    arguments = (_ask, provider, device, code, outcome)
    try:
        Thread(target=context.run, args=arguments, daemon=True).start()
    except RuntimeError as no_thread:
        _places.release()
        raise unavailable from no_thread
    try:
        answer = outcome.get(timeout=settings.SOCIAL_QUESTION_LIMIT.total_seconds())
    except Empty:
        raise unavailable from None
    if isinstance(answer, Exception):
        raise answer
    return answer


def _ask(provider: LoginProvider, device: Device, code: str, outcome: Outcome) -> None:
    try:
        answer: Identity | Exception = provider.fetch_identity(device=device, code=code)
    except Exception as error:
        answer = error
    finally:
        # Stored keys may have been read by a connection of this thread.
        connections.close_all()
        _places.release()
    outcome.put(answer)
