"""Compares a day's bill in a process that gets a signal at a named point.

Each comparison is a fork of this program, since starting Python anew takes seconds. It reads
requests from stdin, `{"point": …, "signal": …, "day": …, "alipay": …}` (`settings.ALIPAY`) or `{}`
to let a stopped process go on, and answers with how that process ended or stopped: its exit
status, or the number of the signal below zero.
"""

import io
import json
import os
import signal
import sys
from collections.abc import Callable
from typing import Any

import django
from django.conf import settings

# Lines that are stored at a time.
CHUNK = 2


def main() -> None:
    """Answer the requests."""
    django.setup()
    # Read before the first fork.
    import luffy_api.apps.order.management.commands.reconcile_bill  # noqa: F401

    pid = 0
    for line in sys.stdin:
        request = json.loads(line)
        if not request:
            os.kill(pid, signal.SIGCONT)
        elif not (pid := os.fork()):
            os._exit(_compare(**request))
        _, status = os.waitpid(pid, os.WUNTRACED)
        stopped = os.WIFSTOPPED(status)
        answer = -os.WSTOPSIG(status) if stopped else os.waitstatus_to_exitcode(status)
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()


def _compare(*, point: str, signal: int, day: str, alipay: dict[str, Any]) -> int:
    from django.core.management import call_command

    from luffy_api.apps.order.payment import bill_store

    settings.ALIPAY = alipay
    bill_store.CHUNK = CHUNK
    if point == "storing":
        bill_store._insert = _after_second(bill_store._insert, signal)
    else:
        bill_store.delete_superseded = lambda bill_id: os.kill(os.getpid(), signal)
    try:
        call_command("reconcile_bill", day, "--provider=alipay", stdout=io.StringIO())
    except SystemExit as stop:
        return int(stop.code or 0)
    return 0


def _after_second(insert: Callable[..., None], signal: int) -> Callable[..., None]:
    calls: list[None] = []

    def insert_and_signal(*args: Any) -> None:
        insert(*args)
        calls.append(None)
        if len(calls) == 2:
            os.kill(os.getpid(), signal)

    return insert_and_signal


if __name__ == "__main__":
    main()
