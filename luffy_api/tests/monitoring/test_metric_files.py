"""Several processes count into files of one folder, and one of them shows the sums."""

import json
import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.any_database

# prometheus_client decides where it counts when it is imported, so all of it runs elsewhere.
SCENE = """
import json, os, pathlib, signal, sys
from django.conf import settings

folder = pathlib.Path(os.environ["PROMETHEUS_MULTIPROC_DIR"])
settings.configure(METRICS_DIR=str(folder))
from luffy_api.common import metric_files, metrics

def count(tasks, seconds, is_open):
    metrics.count(metrics.TASKS, "clean_up", "ok", by=tasks)
    metrics.observe(metrics.REQUEST_SECONDS, seconds, "/")
    metrics.show(metrics.CIRCUIT_OPEN, is_open, "redis")

def child(*counted):
    "Counts, then waits; the pid."
    reader, writer = os.pipe()
    pid = os.fork()
    if not pid:
        count(*counted)
        os.write(writer, b"x")
        signal.pause()
    os.read(reader, 1)
    return pid

def end(pid):
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)

def shown():
    found = {s.name: s.value for m in metric_files.read(folder) for s in m.samples
             if s.labels.get("le") in (None, "0.05")}
    names = ("luffy_tasks_total", "luffy_http_request_seconds_count",
             "luffy_http_request_seconds_bucket", "luffy_circuit_open")
    return [found.get(name) for name in names]

"""


def play(scene: str, folder) -> list:
    """What the scene prints as JSON."""
    result = subprocess.run(
        [sys.executable, "-c", SCENE + scene],
        env={**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def test_sums_outlive_processes_and_gauges_do_not(tmp_path):
    seen = play(
        """
steps = [shown()]
first, second = child(5, 0.04, 0), child(7, 0.2, 1)
count(1, 0.04, 0)
steps.append(shown())
end(second)
steps += [shown(), shown()]
end(first)
third = child(2, 0.04, 0)
steps.append(shown())
end(third)
print(json.dumps([*steps, sorted(path.name.split("_")[0] for path in folder.glob("*.db"))]))
""",
        tmp_path / "metrics",
    )

    nothing, running, one_ended, again, others, files = seen
    assert nothing == [None] * 4
    assert running == [13, 3, 2, 1]
    assert one_ended == again == [13, 3, 2, 0]
    assert others == [15, 4, 3, 0]
    # Two for all that have ended, three of each of the two that counted last.
    assert files == ["counter"] * 3 + ["gauge"] * 2 + ["histogram"] * 3


def test_every_file_has_its_blocks(tmp_path):
    """A sparse one would end the process by SIGBUS on a full disk."""
    sizes = play(
        """
count(1, 0.1, 0)
end(child(1, 0.1, 0))
shown()
print(json.dumps([(path.stat().st_blocks * 512, path.stat().st_size)
                  for path in folder.glob("*.db")]))
""",
        tmp_path,
    )

    assert len(sizes) == 5
    assert all(blocks >= size >= 1 << 20 for blocks, size in sizes)


def test_a_folder_that_cannot_be_written_stops_nothing(tmp_path):
    (tmp_path / "file").touch()

    assert play("count(1, 0.1, 0)\nprint('[]')", tmp_path / "file" / "metrics") == []


def test_a_damaged_file_is_no_error_of_the_page(client, db, settings, tmp_path, caplog):
    settings.METRICS_DIR = str(tmp_path)
    (tmp_path / f"counter_{os.getpid()}.db").write_bytes(b"\x7f" * 100)

    response = client.get("/metrics")

    assert response.status_code == 200
    assert b"luffy_disk_free_bytes" in response.content
    assert "cannot be read" in caplog.text
