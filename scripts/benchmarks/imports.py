"""Imports of 20,000 rows: read, checked and applied by the task process, in seconds.

Argument: how many rows (20000). A list of new students, then a class list that gives each of them a
course, each as XLSX.
"""

import os
import time
from typing import Any

from scripts.benchmarks.figures import record
from scripts.benchmarks.scratch import scratch_database

ROWS = 20_000
LIMIT = 60.0


def run(arguments: list[str]) -> None:
    """Import both lists."""
    try:
        count = int(arguments[0]) if arguments else ROWS
    except ValueError:
        raise SystemExit("name the number of rows") from None
    with scratch_database():
        from django.db import connection

        from luffy_api.tests.factories import CourseFactory

        course = CourseFactory(name="入门")
        mobiles = [f"138{number:08d}" for number in range(count)]
        students = [["手机号", "昵称"], *([each, f"学员{each[-5:]}"] for each in mobiles)]
        gifts = [["手机号", "课程"], *([each, course.name] for each in mobiles)]
        print(f"{connection.vendor}, {count} rows each")
        print(f"  (load of the machine before: {os.getloadavg()[0]:.1f})")
        for kind, rows in (("students", students), ("enrollments", gifts)):
            _report(kind, _import(kind, rows))


Times = list[tuple[str, float, float]]


def _import(kind: str, rows: list[list[Any]]) -> Times:
    """What each step took, seconds and those of our CPU."""
    from luffy_api.apps.dashboard.imports.running import run as go_on
    from luffy_api.apps.dashboard.models import Import
    from luffy_api.apps.dashboard.services import apply_import
    from luffy_api.apps.dashboard.tests import sheets

    content, times = sheets.xlsx(*rows), Times()

    def timed(step: str, act: Any) -> Any:
        began, cpu = time.perf_counter(), time.process_time()
        done = act()
        times.append((step, time.perf_counter() - began, time.process_time() - cpu))
        return done

    job = timed("read", lambda: sheets.staged(kind, content))
    timed("check", lambda: go_on(job.pk, seconds=10 * LIMIT))
    job.refresh_from_db()
    if job.state != Import.State.READY:
        raise SystemExit(f"{kind} was not accepted: {job.state}")
    apply_import(job, user_id=job.created_by_id)
    timed("apply", lambda: go_on(job.pk, seconds=10 * LIMIT))
    job.refresh_from_db()
    if job.state != Import.State.DONE:
        raise SystemExit(f"{kind} was not applied: {job.state}")
    return times


def _report(kind: str, times: Times) -> None:
    total = sum(seconds for _, seconds, _ in times)
    shown = ", ".join(f"{step} {seconds:.1f} ({cpu:.1f})" for step, seconds, cpu in times)
    verdict = "" if total <= LIMIT else f", above {LIMIT:.0f} s"
    print(f"  {kind}: {total:.1f} s, of which {shown} of our CPU{verdict}")
    record(f"import of {kind} (s)", total)
