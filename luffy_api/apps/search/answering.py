"""Who answers: the engine, or the database while the engine cannot.

An engine that is down costs every search its timeout, so after a failure it is left alone for a
few seconds (per process). An index that is missing or broken is reported to whoever can mend it.
"""

import logging
import time
from collections import Counter
from collections.abc import Callable
from typing import TypeVar

from luffy_api.apps.search.engines import backend
from luffy_api.apps.search.engines.base import SearchBackend
from luffy_api.apps.search.exceptions import BackendDown, BackendFault, IndexUnusable

logger = logging.getLogger(__name__)

Answer = TypeVar("Answer")
Healer = Callable[[], None]

# The page must be there within two seconds, also when the database has to answer in the end.
SECONDS = 1.2
REST_SECONDS = 5.0

# Searches that the database had to answer since this process began, by reason.
fallbacks: Counter[str] = Counter()

_healers: list[Healer] = []
_resting_until: dict[str, float] = {}


def on_unusable(healer: Healer) -> None:
    """Has `healer` called whenever an index turns out to need a rebuild."""
    _healers.append(healer)


def ask(question: Callable[[SearchBackend], Answer]) -> Answer | None:
    """The engine's answer, or None when the database must answer; the log and a counter say why."""
    engine = backend()
    if time.monotonic() < _resting_until.get(engine.address, 0):
        fallbacks["resting"] += 1
        return None
    try:
        with engine.within(SECONDS):
            return question(engine)
    except BackendFault as fault:
        _note(engine, fault)
        return None


def wake() -> None:
    """Forgets that an engine was down."""
    _resting_until.clear()


def _note(engine: SearchBackend, fault: BackendFault) -> None:
    reason = "down" if isinstance(fault, BackendDown) else "unusable"
    fallbacks[reason] += 1
    logger.warning(
        "search falls back to the database: %s is %s (%s)",
        engine.name,
        reason,
        fault,
        extra={"search_fallbacks": fallbacks.total()},
    )
    if isinstance(fault, IndexUnusable):
        for healer in _healers:
            healer()
    else:
        _resting_until[engine.address] = time.monotonic() + REST_SECONDS
