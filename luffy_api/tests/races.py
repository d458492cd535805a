"""Services that are called at the same moment, and the removal of their guards for a control."""

from collections.abc import Callable
from threading import Barrier
from typing import Any

import pytest

from luffy_api.apps.order import locks
from luffy_api.apps.order.models import Order
from luffy_api.common.exceptions import DomainError
from luffy_api.tests.processes.clients import in_threads


def at_once(*acts: Callable[[], Any]) -> list[str]:
    """What became of each, begun together: "done", or the name of its DomainError."""
    begin = Barrier(len(acts))

    def run(number: int) -> str:
        begin.wait(timeout=30)
        try:
            acts[number]()
        except DomainError as error:
            return type(error).__name__
        return "done"

    return in_threads(run, len(acts))


def without_locks(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """Orders are read and not locked, and nothing is one transaction."""

    def read(number: str) -> Order:
        return Order.objects.get(out_trade_no=number)

    for name in names:
        monkeypatch.setattr(locks, name, read)
