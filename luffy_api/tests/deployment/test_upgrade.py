"""A release goes and the next one comes while visitors are on the site: nobody notices.

luffy-activate, gunicorn, nginx and the migration are real; systemctl answers as systemd would.
"""

import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread

import pytest

from luffy_api.tests.deployment.front import Answer, Front
from luffy_api.tests.deployment.machine import WEB, Machine

pytestmark = [pytest.mark.any_database, pytest.mark.django_db]
PAUSE = 1 / 20
MOST_SECONDS = 1.0
# A page, the database, an old page's file, and a request that must not be sent twice.
REQUESTS = (
    ("GET", "/", {200}),
    ("GET", "/api/v1/home/banner/", {200}),
    ("GET", "/assets/index-one.js", {200}),
    ("POST", "/api/v1/order/pay/", {401}),
)
MIGRATION = """
from django.db import migrations

class Migration(migrations.Migration):
    dependencies = [("school", "{last}")]
    operations = [migrations.RunSQL("CREATE TABLE made_by_release_two (id integer)")]
"""


@dataclass
class Visitors:
    """Twenty requests a second, each on a connection of its own."""

    front: Front
    seconds: list[float] = field(default_factory=list)
    errors: list[object] = field(default_factory=list)
    # When each came (seconds), what it asked for, and how long it waited.
    visits: list[tuple[float, str, float]] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)

    def visit(self, number: int) -> None:
        method, path, fine = REQUESTS[number % len(REQUESTS)]
        began = time.monotonic()
        try:
            answer: Answer | str = self.front.ask(path, method=method)
        except OSError as error:
            answer = f"{method} {path}: {error}"
        self.seconds.append(time.monotonic() - began)
        self.visits.append((round(began - self.began, 1), path, round(self.seconds[-1], 2)))
        if isinstance(answer, str) or answer.status not in fine:
            self.errors.append(answer)

    def slowest_of_a_hundred(self) -> float:
        """The 99th percentile, in seconds."""
        return sorted(self.seconds)[int(len(self.seconds) * 0.99)]


@contextmanager
def visited(front: Front) -> Iterator[Visitors]:
    """Visitors come until the end of the block."""
    visitors, over = Visitors(front), Event()

    def come() -> None:
        with ThreadPoolExecutor(40) as pool:
            number = 0
            while not over.wait(PAUSE):
                pool.submit(visitors.visit, number)
                number += 1

    thread = Thread(target=come)
    thread.start()
    try:
        yield visitors
    finally:
        over.set()
        thread.join()


@pytest.fixture(scope="module")
def busy(front: Front, machine: Machine) -> Front:
    """The whole machine, with the release one."""
    machine.start(WEB[1])
    machine.serve_systemctl(WEB)
    return front


def prepared(machine: Machine, name: str) -> Path:
    """A release with a migration of its own."""
    release = machine.release(name)
    folder = release / "luffy_api/apps/school/migrations"
    last = max(path.stem for path in folder.glob("0*.py"))
    (folder / f"9999_{name}.py").write_text(MIGRATION.format(last=last))
    return release


def assert_unnoticed(visitors: Visitors) -> None:
    assert visitors.errors == []
    slow = [visit for visit in visitors.visits if visit[2] > MOST_SECONDS]
    assert visitors.slowest_of_a_hundred() < MOST_SECONDS, slow


def page(front: Front) -> str:
    """The release whose page is shown."""
    return front.ask("/").body.decode()[-3:]


def tables(machine: Machine) -> set[str]:
    with closing(sqlite3.connect(machine.path("/var/lib/luffy/luffy.sqlite3"))) as database:
        found = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        return {name for (name,) in found}


def test_nobody_notices_an_upgrade_and_the_way_back(busy, machine, record_property):
    one, two = machine.path("/opt/luffy/current").resolve(), prepared(machine, "two")
    assert page(busy) == "one"

    with visited(busy) as visitors:
        upgrade = machine.activate(two)
        after_upgrade = page(busy)
        way_back = machine.activate(one, "--no-migrate")

    assert (upgrade.returncode, way_back.returncode) == (0, 0), upgrade.stderr + way_back.stderr
    assert (after_upgrade, page(busy)) == ("two", "one")
    # The table stays: what was made for the new release does not stop the old one.
    assert "made_by_release_two" in tables(machine)
    assert busy.ask("/assets/index-two.js").status == 200
    assert_unnoticed(visitors)
    figures = f"{len(visitors.seconds)} requests during two switches: no error, p99 "
    figures += f"{visitors.slowest_of_a_hundred():.3f} s; a start took {min(machine.starts):.1f} s"
    record_property("figures", figures)


def test_a_release_that_does_not_start_serves_nobody(busy, machine):
    broken = machine.release("bad")
    with (broken / "luffy_api/gunicorn_config.py").open("a") as config:
        config.write("raise SystemExit('broken')\n")

    with visited(busy) as visitors:
        result = machine.activate(broken)

    assert result.returncode == 1
    assert "bad does not start, so " in result.stderr
    assert machine.path("/opt/luffy/current").resolve().name == "one"
    assert page(busy) == "one"
    assert machine.failed == [WEB[0]]
    assert_unnoticed(visitors)


def test_what_is_no_release_is_refused(busy, machine, tmp_path):
    result = machine.activate(tmp_path)

    assert (result.returncode, page(busy)) == (1, "one")
    assert "is not a prepared release" in result.stderr
