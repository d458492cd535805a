"""Reports of players, from 64 clients over HTTP to two processes, at a MariaDB of their own.

Arguments: where reports may wait, redis and process (both). Statements that write are at least as
many as commits. Needs DATABASE_URL=mysql://…; redis needs a redis-server.
"""

from scripts.benchmarks.figures import record
from scripts.benchmarks.hot_course import durable_database
from scripts.benchmarks.redis_server import optional_redis
from scripts.benchmarks.scratch import scratch_database
from scripts.benchmarks.shop import measure, shop_with

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
            with optional_redis(store == "redis") as more, shop_with(WORKERS, more) as shop:
                send_all(shop.ports, first, threads=16)
                before = _writes()
                reports = [each for turn in rest for each in turn]
                answers, _ = measure(f"reports in {store}", shop, reports)
                if answers != {"200": len(reports)}:
                    raise SystemExit(f"not every one succeeded: {answers}\n{shop.log()[-3000:]}")
                writes = (_writes() - before) / len(reports)
                record(f"reports in {store}, writing statements for 100", 100 * writes)
                print(f"  {100 * writes:.1f} writing statements for 100 reports")


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
