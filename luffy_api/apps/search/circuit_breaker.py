"""A circuit breaker between search and its engine; while it is open, the database answers.

An engine that is down costs every search its timeout, so after a failure it is not asked again
before RESET_TIMEOUT has passed (per process), and then by one search alone until that has an
answer: of many students one waits for a server that is frozen. An index that is missing or broken
does not open the circuit; the callbacks of `on_unusable_index` are told to rebuild it.
"""

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import TypeVar

from luffy_api.apps.monitoring.readiness import Words
from luffy_api.apps.search.engines import backend
from luffy_api.apps.search.engines.base import SearchBackend
from luffy_api.apps.search.exceptions import BackendError, BackendUnavailable, IndexUnusable
from luffy_api.common import metrics

logger = logging.getLogger(__name__)

Result = TypeVar("Result")
Callback = Callable[[], None]

# Seconds for all requests to the engine of one search. A page has two seconds, also when the
# database has to answer in the end.
ENGINE_TIMEOUT = 1.2
# Seconds after which an engine that failed is asked again.
RESET_TIMEOUT = 5.0

AWAY = Words(
    "搜索引擎无法访问",
    "搜索改由数据库回答，较慢，纠错只认得课程、老师和分类的名称。请检查 SEARCH_URL 指向的服务。",
)

# Searches that the database answered since this process began, by reason: "open", "unavailable"
# or "unusable".
fallbacks: Counter[str] = Counter()

_callbacks: list[Callback] = []
# By address of the engine, the value of time.monotonic() at which it is tried again.
_open_until: dict[str, float] = {}
_lock = threading.Lock()


def on_unusable_index(callback: Callback) -> None:
    """Register `callback` to be called whenever an index turns out to need a rebuild."""
    _callbacks.append(callback)


def find_fault() -> str:
    """Ask the engine now, whatever the circuit knows; return what is wrong with it, or ""."""
    engine = backend()
    try:
        with engine.within(ENGINE_TIMEOUT):
            engine.dictionary()
    except BackendError as error:
        return f"{type(error).__name__}: the database answers searches"
    return ""


def query_engine(query: Callable[[SearchBackend], Result]) -> Result | None:
    """Return what `query` returns for the engine, or None when the database must answer.

    Raises nothing that the engine raises: failures are logged and counted in `fallbacks`.
    """
    engine = backend()
    if not _may_ask(engine.address):
        _count("open")
        return None
    try:
        result = engine.answer(query, seconds=ENGINE_TIMEOUT)
    except BackendError as error:
        _record_failure(engine, error)
        return None
    _open_until.pop(engine.address, None)
    return result


def reset_circuit() -> None:
    """Close the circuit of every engine."""
    _open_until.clear()


def _may_ask(address: str) -> bool:
    """Whether the circuit is closed, or has been open for so long that this search tries it."""
    with _lock:
        if address not in _open_until:
            return True
        now = time.monotonic()
        if now < _open_until[address]:
            return False
        _open_until[address] = now + RESET_TIMEOUT
        return True


def _count(reason: str) -> None:
    fallbacks[reason] += 1
    metrics.count(metrics.FALLBACKS, metrics.SEARCH)


def _record_failure(engine: SearchBackend, error: BackendError) -> None:
    reason = "unavailable" if isinstance(error, BackendUnavailable) else "unusable"
    _count(reason)
    logger.warning(
        "search falls back to the database: %s is %s (%s)",
        engine.name,
        reason,
        error,
        extra={"search_fallbacks": fallbacks.total()},
    )
    if isinstance(error, IndexUnusable):
        _open_until.pop(engine.address, None)
        for callback in _callbacks:
            callback()
    else:
        _open_until[engine.address] = time.monotonic() + RESET_TIMEOUT
