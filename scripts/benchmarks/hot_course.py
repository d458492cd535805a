"""Sales of one course, notified by 64 clients over HTTP to two processes, at a durable MariaDB.

A MariaDB of its own has each commit on the disk before it answers, and stands some milliseconds
away, as in another data centre: what waits for it is what the measurement is about. Arguments:
these milliseconds, one or several (10). Needs DATABASE_URL=mysql://….
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from scripts.benchmarks.distance import far_away
from scripts.benchmarks.scratch import scratch_database
from scripts.benchmarks.shop import measure

if TYPE_CHECKING:
    from luffy_api.tests.processes.shop import Shop

WORKERS = 2
ORDERS = 600
COUNTED_SECONDS = 10


def run(arguments: list[str]) -> None:
    """Every order is for the same course, each of another student."""
    for milliseconds in map(float, arguments or ["10"]):
        with scratch_database(), durable_database():
            messages = _messages()
            with _shop(milliseconds) as shop:
                name = f"paying one course, database at {milliseconds:.0f} ms"
                answers, _ = measure(name, shop, messages)
                if answers != {"200 success": ORDERS}:
                    raise SystemExit(f"not every one succeeded: {answers}\n{shop.log()[-3000:]}")
                _require_exact_count(shop)


@contextmanager
def durable_database() -> Iterator[None]:
    """The scratch database moves to a MariaDB that only this measurement uses."""
    from luffy_api.tests.processes import mariadb

    server = mariadb.MariaDB()
    server.start()
    try:
        # In a release before the two nodes, moved_to copies the tables itself.
        getattr(mariadb, "copy_to", lambda _: None)(server)
        with mariadb.moved_to(server):
            yield
    finally:
        server.remove()


@contextmanager
def _shop(milliseconds: float) -> Iterator["Shop"]:
    """A shop so far from the database; this process stays near."""
    from django.db import connection

    from luffy_api.tests.processes.shop import Shop

    ours = connection.settings_dict
    near = ours["PORT"]
    with far_away(int(near), milliseconds=milliseconds) as far, TemporaryDirectory() as folder:
        ours["PORT"] = str(far)
        with Shop(Path(folder), servers=1, workers=WORKERS) as shop:
            ours["PORT"] = near
            connection.close()
            yield shop


def _require_exact_count(shop: "Shop") -> None:
    """Students may be counted some seconds after they have paid."""
    from luffy_api.apps.course.models import Course

    deadline = time.monotonic() + COUNTED_SECONDS
    while (students := Course.objects.get().students) != ORDERS:
        if time.monotonic() > deadline:
            raise SystemExit(f"{ORDERS} students are counted as {students}\n{shop.log()[-3000:]}")
        time.sleep(0.5)


def _messages() -> list[bytes]:
    """A signed notification for an order of each student."""
    from django.db import transaction

    from luffy_api.tests.factories import CourseFactory, OrderFactory
    from luffy_api.tests.processes.clients import paid_for

    course = CourseFactory(price="99.00")
    with transaction.atomic():
        orders = [
            OrderFactory(courses=[course], total_amount=Decimal("99.00")) for _ in range(ORDERS)
        ]
    return [paid_for(order) for order in orders]
