"""Reports of players, from 64 clients over HTTP to two processes, at a MariaDB of their own.

Arguments: where reports may wait, redis and process (both). Statements that write are at least as
many as commits. Needs DATABASE_URL=mysql://…; redis needs a redis-server.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from scripts.benchmarks.figures import record
from scripts.benchmarks.hot_course import durable_database
from scripts.benchmarks.scratch import scratch_database
from scripts.benchmarks.shop import measure

if TYPE_CHECKING:
    from luffy_api.tests.processes.shop import Shop

WORKERS = 2
STUDENTS = 100
REPORTS = 20
WRITES = ("Com_insert", "Com_update", "Com_delete")


def run(arguments: list[str]) -> None:
    """Each student watches one video; the first reports, which make the rows, do not count."""
    with scratch_database(), durable_database():
        from luffy_api.tests.processes.clients import send_all

        first, *rest = _reports()
        for store in arguments or ["redis", "process"]:
            with _shop(store) as shop:
                send_all(shop.ports, first, threads=16)
                before = _writes()
                reports = [each for turn in rest for each in turn]
                answers, _ = measure(f"reports in {store}", shop, reports)
                if answers != {"200": len(reports)}:
                    raise SystemExit(f"not every one succeeded: {answers}\n{shop.log()[-3000:]}")
                writes = (_writes() - before) / len(reports)
                record(f"reports in {store}, writing statements for 100", 100 * writes)
                print(f"  {100 * writes:.1f} writing statements for 100 reports")


@contextmanager
def _shop(store: str) -> Iterator["Shop"]:
    """A shop with a Redis of its own, or without one."""
    from luffy_api.tests.processes import shop as shops
    from luffy_api.tests.redis_server import RedisServer

    environment = shops.environment
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        if store == "redis":
            redis = RedisServer(folder)
            stack.callback(redis.kill)
            shops.environment = lambda *args, **urls: {
                **environment(*args, **urls),
                "REDIS_URL": redis.url,
            }
            stack.callback(setattr, shops, "environment", environment)
        yield stack.enter_context(shops.Shop(folder / "shop", servers=1, workers=WORKERS))


def _writes() -> int:
    """Statements that write, of all clients of this server since it started."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SHOW GLOBAL STATUS WHERE Variable_name IN %s", [WRITES])
        return sum(int(value) for _, value in cursor.fetchall())


def _reports() -> list[list[bytes]]:
    """Turns in which each student reports once."""
    from django.db import transaction

    from luffy_api.apps.user import tokens
    from luffy_api.tests.factories import EnrollmentFactory, SectionFactory, UserFactory
    from luffy_api.tests.processes.clients import api

    section = SectionFactory(duration=3600)
    with transaction.atomic():
        students = UserFactory.create_batch(STUDENTS)
        for student in students:
            EnrollmentFactory(user=student, course=section.chapter.course)
    logins = [tokens.issue(student).token for student in students]
    path = f"course/section/{section.pk}/progress/"
    return [
        [api(path, token, {"position": 10 * turn}, method="PUT") for token in logins]
        for turn in range(REPORTS + 1)
    ]
