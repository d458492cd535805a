"""Unpaid orders that two task processes ask a slow gateway about, all due at once.

Arguments: how many orders (5000), and what GATEWAY_CONCURRENCY is to be (8). The gateway runs in
this process and takes 100 ms for each question.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.benchmarks.figures import record
from scripts.benchmarks.scratch import queued_tasks, scratch_database

ORDERS = 5000
CONCURRENCY = 8
GATEWAY_SECONDS = 0.1
RUNNERS = 2


def run(arguments: list[str]) -> None:
    """Queue the job once and wait until every order was asked about."""
    count, concurrency = _numbers(arguments)
    with scratch_database():
        from django.db import connection

        from luffy_api.tests.busy_gateway import Clerk, due_orders
        from luffy_api.tests.fake_alipay import FakeAlipay

        with FakeAlipay().serving() as alipay:
            due_orders(count)
            clerk = Clerk(alipay, seconds=GATEWAY_SECONDS)
            load = os.getloadavg()[0]
            with _runners(alipay.settings()["GATEWAY_URL"], concurrency) as processes:
                seconds = _reconcile(lambda: len(clerk.began), count)
                used = sum(_processor_seconds(each.pid) for each in processes)
            asked = {number for _, number in alipay.asked}
            if len(asked) != count or len(clerk.began) != count:
                raise SystemExit(f"{len(clerk.began)} questions about {len(asked)} orders")
            print(f"{connection.vendor}, {RUNNERS} processes with {concurrency} at once each")
            print(f"  {count} orders in {seconds:.0f} s, {count / seconds:.0f}/s")
            print(f"  {clerk.most_at_once} at once at most, {1000 * used / count:.1f} ms of CPU")
            print(f"  (load of the machine before: {load:.1f})")
            record("an order (ms)", 1000 * seconds / count)
            record("an order, CPU (ms)", 1000 * used / count)


def _numbers(arguments: list[str]) -> tuple[int, int]:
    try:
        count, concurrency = [*map(int, arguments), *(ORDERS, CONCURRENCY)[len(arguments) :]]
    except ValueError:
        raise SystemExit("name the numbers of orders and of questions at once") from None
    return count, concurrency


@contextmanager
def _runners(gateway_url: str, concurrency: int) -> Iterator[list["subprocess.Popen[bytes]"]]:
    """Two processes that run tasks, over a queue of their own, which is ours too."""
    from luffy_api.tests.processes.runners import Runners
    from luffy_api.tests.processes.shop import NOWHERE

    gateways = {**NOWHERE, "alipay": gateway_url}
    with queued_tasks() as folder, Runners(folder, gateways=gateways) as runners:
        runners.environment["GATEWAY_CONCURRENCY"] = str(concurrency)
        for _ in range(RUNNERS):
            runners.start("worker", "scheduler")
        for _ in range(RUNNERS):
            runners.manager.wait_until_ready()
        yield runners.processes


def _reconcile(asked: Callable[[], int], count: int) -> float:
    """Seconds from the moment at which the job is queued; the schedule goes on meanwhile."""
    from luffy_api.apps.order.tasks import reconcile_payments

    began = time.monotonic()
    reconcile_payments()
    while asked() < count:
        time.sleep(0.05)
        if time.monotonic() - began > 600:
            sys.exit(f"after ten minutes {asked()} of {count} orders were asked about")
    return time.monotonic() - began


def _processor_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
