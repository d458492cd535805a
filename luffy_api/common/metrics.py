"""Counters and histograms that every process keeps; docs/metrics.md lists them.

With PROMETHEUS_MULTIPROC_DIR they live in files of that folder, one set for each process, which
`metric_files` adds up. To count never fails a request.
"""

import logging
import os
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from luffy_api.common import metric_files

logger = logging.getLogger(__name__)

REDIS, SEARCH, REPLICA = "redis", "search", "replica"

REGISTRY = CollectorRegistry()
# Every metric has labels: a process that counts nothing leaves no file.
REQUESTS = Counter(
    "luffy_http_requests",
    "Requests answered.",
    ["route", "method", "status"],
    registry=REGISTRY,
)
REQUEST_SECONDS = Histogram(
    "luffy_http_request_seconds",
    "Seconds until the answer began.",
    ["route"],
    # A page should take less than the fourth; a client gives up after the last.
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=REGISTRY,
)
TASKS = Counter(
    "luffy_tasks", "Tasks that the runner has ended.", ["task", "outcome"], registry=REGISTRY
)
FALLBACKS = Counter(
    "luffy_fallbacks", "Calls that were answered without a peer.", ["peer"], registry=REGISTRY
)
CIRCUIT_OPEN = Gauge(
    "luffy_circuit_open",
    "1 while a process goes on without this peer.",
    ["peer"],
    multiprocess_mode="livemax",
    registry=REGISTRY,
)
REPLICA_LAG = Gauge(
    "luffy_replica_lag_seconds",
    "Seconds by which a copy is behind, +Inf while nobody can tell.",
    ["peer"],
    multiprocess_mode="livemax",
    registry=REGISTRY,
)
FILES = ("counter", "histogram", "gauge_livemax")


class _Process:
    """The id of this process; to ask the system each time takes longer than to count."""

    def __init__(self) -> None:
        self.look()

    def look(self) -> None:
        """After a fork."""
        self.id = os.getpid()


_process = _Process()
os.register_at_fork(after_in_child=_process.look)


def count(counter: Counter, *labels: str, by: int = 1) -> None:
    """Add to a counter; raises nothing because of a full disk."""
    if (child := _child(counter, labels, _process.id)) is not None:
        child.inc(by)


def observe(histogram: Histogram, value: float, *labels: str) -> None:
    """Add a value, likewise."""
    if (child := _child(histogram, labels, _process.id)) is not None:
        child.observe(value)


def show(gauge: Gauge, value: float, *labels: str) -> None:
    """Set the value of this process, likewise."""
    if (child := _child(gauge, labels, _process.id)) is not None:
        child.set(value)


@cache
def _child(metric: Any, labels: tuple[str, ...], pid: int) -> Any:
    """The time series of one set of labels; a forked process has files of its own."""
    return metric.labels(*labels) if _allocate(pid) else None


@cache
def _allocate(pid: int) -> bool:
    """Make the files of this process, with all of their blocks; False where there is no room."""
    if not settings.METRICS_DIR:
        return True
    try:
        Path(settings.METRICS_DIR).mkdir(parents=True, exist_ok=True)
        for kind in FILES:
            metric_files.allocate(Path(settings.METRICS_DIR, f"{kind}_{pid}.db"))
    except OSError as error:
        logger.error("this process keeps no metrics: %s", error)
        return False
    return True
