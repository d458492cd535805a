"""Applies the rows of imports in processes that are killed in the middle of it.

Each goes on with an import in a fork of this program, since starting Python anew takes seconds. It
reads requests from stdin, `{"job": …, "point": …, "batch": …, "rows": …}` (the id of an import, and
the rows of a batch), and answers with how that process ended: its exit status, or the number of
the signal below zero.
"""

import json
import os
import sys
from collections.abc import Callable
from typing import Any

import django
from django.conf import settings

from luffy_api.tests.processes.dying_refund import die


def main() -> None:
    """Answer the requests."""
    django.setup()
    # Read before the first fork.
    import luffy_api.apps.dashboard.imports.running  # noqa: F401

    for line in sys.stdin:
        if not (pid := os.fork()):
            os._exit(_go_on(**json.loads(line)))
        _, status = os.waitpid(pid, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def _go_on(*, job: int, point: str, batch: int, rows: int) -> int:
    """Die in that batch: `writing`, when its rows are written and not their states; `committed`."""
    from luffy_api.apps.dashboard.imports import running

    settings.IMPORT_BATCH_ROWS = rows
    worker = running._Applying
    if point == "writing":
        worker._log = _dying(worker._log, batch)  # type: ignore[method-assign]
    else:
        worker._apply = _dying(worker._apply, batch)  # type: ignore[method-assign]
    running.run(job, seconds=60)
    return 0


def _dying(act: Callable[..., None], batch: int) -> Callable[..., None]:
    calls: list[None] = []

    def act_and_die(*args: Any) -> None:
        act(*args)
        calls.append(None)
        if len(calls) == batch:
            die()

    return act_and_die


if __name__ == "__main__":
    main()
