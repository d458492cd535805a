"""What a measurement found, as one process hands it to another.

`--figures FILE` writes a JSON object when the measurement has ended:

    {"subject": "orders", "figures": {"new orders, 1 worker, CPU (ms)": 12.3, …}}

A figure is a cost, the smaller the better; its name says what of and the unit. The same name is
the same thing in every revision: two revisions are compared by it.
"""

import json
from pathlib import Path
from typing import TypedDict


class Result(TypedDict):
    """The content of such a file."""

    subject: str
    figures: dict[str, float]


_figures: dict[str, float] = {}


def record(name: str, cost: float) -> None:
    """Keep a figure of the measurement that runs in this process."""
    _figures[name] = cost


def write(path: Path, subject: str) -> None:
    """Write all that was recorded."""
    result = Result(subject=subject, figures=_figures)
    path.write_text(json.dumps(result, indent=2, ensure_ascii=False), encoding="utf-8")


def read(path: Path) -> dict[str, float]:
    """Name and cost of what another process recorded."""
    result: Result = json.loads(path.read_text(encoding="utf-8"))
    return result["figures"]
