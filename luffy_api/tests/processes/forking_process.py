"""A program over the test's database that forks for each request."""

import json
import os
import subprocess
import sys
from typing import Any

from luffy_api.tests.processes.shop import ROOT, database_url


class ForkingProcess:
    """`python -m MODULE`, with requests and exit statuses as lines; `close` ends it."""

    def __init__(self, module: str, database: dict[str, Any]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", module],
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

    def ask(self, **request: Any) -> int:
        """The exit status of the fork, or the number of its signal below zero."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{json.dumps(request, default=str)}\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def close(self) -> None:
        """End it."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait(timeout=60)
