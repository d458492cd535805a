"""One run: every fault in turn under customers, then the comparison and the table."""

import argparse
import time
from collections import Counter
from dataclasses import dataclass
from typing import Any

import MySQLdb

from luffy_api.apps.course.models import Course, Enrollment
from scripts.clusters.comparison import differences, looking_at
from scripts.clusters.faults import FAULTS, MOST_PAUSE, Told, title
from scripts.clusters.ledger import Crowd, Ledger, Span
from scripts.clusters.school import School

# Seconds that still belong to a fault after it is over.
AFTER = 10
# Writes before the first fault.
WARM_UP = 100


@dataclass(frozen=True)
class Row:
    """A line of the table; `pause` is what counts against MOST_PAUSE."""

    name: str
    told: Told
    span: Span
    pause: float


class Run:
    """The faults of the command line, and the writes they have to happen under."""

    def __init__(self, school: School, options: argparse.Namespace) -> None:
        self.school = school
        self.options = options
        folder = options.logs.parent
        self.ledger = Ledger(folder / "ledger.jsonl")
        self.table = folder / "table.md"
        self.rows: list[Row] = []
        self.failures: list[str] = []

    def all(self) -> int:
        """Exit status."""
        school, options = self.school, self.options
        crowd = Crowd(school.edge.port, self.ledger, school.codes, customers=self.options.customers)
        began = time.monotonic()
        with crowd:
            crowd.wait_for(WARM_UP)
            for number, name in enumerate(options.faults, start=1):
                self._one(name)
                # The faults are spread over the writes, or over the time.
                part = number / len(options.faults)
                end = began + 60 * options.minutes * part
                crowd.wait_for(round(options.writes * part), until=end)
        seconds = time.monotonic() - began
        return self._judge(crowd, seconds)

    def _one(self, name: str) -> None:
        self._wait_until_whole()
        used, began = self._processor_seconds(), time.monotonic()
        told = self._suffer(name)
        time.sleep(AFTER)
        end = time.monotonic()
        span = self.ledger.between(began, end)
        if not told.note:
            told.note = self._cost(used, span.writes)
        judged = self.ledger.between(told.healed_at, end) if told.healed_at else span
        row = Row(name, told, span, judged.pause)
        self.rows.append(row)
        self._write_table()
        print(f"- {name}: {_line(row)}", flush=True)

    def _suffer(self, name: str) -> Told:
        """A fault after which the school does not come back is a line of the table, too."""
        try:
            return FAULTS[name](self.school)
        except (TimeoutError, RuntimeError, MySQLdb.Error) as error:
            self.failures.append(f"{name}: {error}")
            return Told(f"FAILED: {error}")

    def _write_table(self, *more: str) -> str:
        text = "\n".join([HEADER, *[_line(row) for row in self.rows], "", *more, ""])
        self.table.write_text(text, encoding="utf-8")
        return text

    def _processor_seconds(self) -> Counter[str]:
        used: Counter[str] = Counter()
        for process in self.school.network.processes:
            used[process.name] += round(1000 * process.processor_seconds())
        return used

    def _cost(self, before: Counter[str], writes: int) -> str:
        """Milliseconds of processor time of an acknowledged write, by what used them."""
        each = {
            name: used / max(writes, 1)
            for name, used in (self._processor_seconds() - before).items()
        }
        named = [f"{name} {ms:.1f}" for name, ms in sorted(each.items()) if ms >= 0.1]
        return f"ms of processor time for a write: {', '.join(named)}"

    def _wait_until_whole(self) -> None:
        try:
            self.school.cluster.wait_until_whole()
        except TimeoutError as error:
            self.failures.append(str(error))

    def _judge(self, crowd: Crowd, seconds: float) -> int:
        self._wait_until_whole()
        counts = self.school.cluster.counts()
        _wait_for_counters(self.school)
        for shop in self.school.shops:
            shop.stop()
        problems = [*self.failures, *crowd.broken, *differences(self.school.cluster, self.ledger)]
        late = [row.name for row in self.rows if row.pause > MOST_PAUSE]
        problems += [f"{name}: nothing was written for {MOST_PAUSE} s" for name in late]
        problems += sorted({each for each in self.ledger.faults if each.startswith("500")})
        unexpected = sorted(set(self.ledger.faults))
        writes = len(self.ledger.writes)
        lines = [
            f"{writes} acknowledged writes in {seconds:.0f} s ({writes / seconds:.0f}/s), "
            f"{len(self.ledger.orders)} orders; {len(problems)} lost, doubled or late",
            f"conflicts of nodes since they were started: {counts}",
            *[f"  {line}" for line in problems[:50]],
            *[f"  answered: {line}" for line in unexpected[:20]],
        ]
        print(self._write_table(*lines), flush=True)
        return 1 if problems else 0


def _wait_for_counters(school: School, seconds: float = 60) -> None:
    """Shown numbers of students may be some seconds old; the runners make them exact."""
    end = time.monotonic() + seconds
    with looking_at(school.cluster.nodes[0]):
        while time.monotonic() < end:
            shown = sum(Course.objects.values_list("students", flat=True))
            if shown == Enrollment.objects.count():
                return
            time.sleep(1)


COLUMNS = ("fault", "longest pause, s", "slowest write, s", "writes", "not acknowledged", "then")
HEADER = f"| {' | '.join(COLUMNS)} |\n{'|---' * len(COLUMNS)}|"


def _line(row: Row) -> str:
    refusals = ", ".join(f"{count} × {what}" for what, count in sorted(row.span.refusals.items()))
    figures: list[Any] = [
        title(row.name),
        f"{row.pause:.1f}",
        f"{row.span.slowest:.1f}",
        row.span.writes,
        refusals or "none",
        row.told.note or "–",
    ]
    return f"| {' | '.join(map(str, figures))} |"
