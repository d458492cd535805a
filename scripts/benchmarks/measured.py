"""A management command in a process of its own: how long it takes, and how much memory it needs.

    python -m scripts.benchmarks.measured FILE COMMAND [arguments]

is what `run_command` starts: it runs the command and writes its figures into FILE.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Figures:
    """Of the whole process, the start of Python included.

    `megabytes` is the most that it has held at one moment, `start_megabytes` what it held when the
    command began to work.
    """

    status: int
    seconds: float
    processor_seconds: float
    megabytes: float
    start_megabytes: float


def run_command(*command: str, environment: Mapping[str, str]) -> Figures:
    """Run `manage.py COMMAND …` with this environment added to ours."""
    with tempfile.TemporaryDirectory(prefix="luffy-bench-") as folder:
        file = Path(folder) / "figures.json"
        begin = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "scripts.benchmarks.measured", str(file), *command],
            env={**os.environ, "VAR_DIR": folder, "ENV_FILE": os.devnull, **environment},
            check=True,
        )
        seconds = time.perf_counter() - begin
        return Figures(seconds=seconds, **json.loads(file.read_text(encoding="utf-8")))


def memory(name: str) -> float:
    """Megabytes of this process: VmRSS now, VmHWM at its greatest since it was started."""
    # Not getrusage(): that of a child begins with what its parent held.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition(f"{name}:")[2].split()[0]) / 1024


def main(file: str, *command: str) -> None:
    """What the process of its own does: as manage.py does it, with all checks."""
    import django
    from django.core.management import execute_from_command_line

    django.setup()
    start, status = memory("VmHWM"), 0
    try:
        execute_from_command_line(["manage.py", *command])
    except SystemExit as stop:
        status = int(stop.code or 0)
    figures = {
        "status": status,
        "processor_seconds": time.process_time(),
        "megabytes": memory("VmHWM"),
        "start_megabytes": start,
    }
    Path(file).write_text(json.dumps(figures), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
