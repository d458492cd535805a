"""Processes that compare a day's bill and get a signal at a named point."""

import signal
from datetime import date
from typing import Any

from django.conf import settings

from luffy_api.tests.processes.forking_process import ForkingProcess


class BillProcess(ForkingProcess):
    """dying_bill.py, which forks for each comparison."""

    def __init__(self, database: dict[str, Any]) -> None:
        super().__init__("luffy_api.tests.processes.dying_bill", database)

    def compare(self, day: date, *, point: str, at_point: signal.Signals) -> int:
        """Compare the bill in a new process that gets the signal at `storing` or `published`."""
        return self.ask(
            point=point, signal=at_point.value, day=day.isoformat(), alipay=settings.ALIPAY
        )

    def go_on(self) -> int:
        """Let the process go on that SIGSTOP has stopped."""
        return self.ask()
