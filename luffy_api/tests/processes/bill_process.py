"""Processes that compare a day's bill and get a signal at a named point."""

import json
import os
import signal
import subprocess
import sys
from datetime import date
from typing import Any

from django.conf import settings

from luffy_api.tests.processes.shop import ROOT, database_url


class BillProcess:
    """dying_bill.py, which forks for each comparison; `close` ends it."""

    def __init__(self, database: dict[str, Any]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "luffy_api.tests.processes.dying_bill"],
            cwd=ROOT,
            env={
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "luffy_api.settings.test",
                "DATABASE_URL": database_url(database),
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def compare(self, day: date, *, point: str, at_point: signal.Signals) -> int:
        """Compare the bill in a new process that gets the signal at `storing` or `published`."""
        return self._ask(
            point=point,
            signal=at_point.value,
            day=day.isoformat(),
            alipay=json.loads(json.dumps(settings.ALIPAY, default=str)),
        )

    def go_on(self) -> int:
        """Let the process go on that SIGSTOP has stopped."""
        return self._ask()

    def close(self) -> None:
        """End it."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait(timeout=60)

    def _ask(self, **request: Any) -> int:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{json.dumps(request)}\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())
