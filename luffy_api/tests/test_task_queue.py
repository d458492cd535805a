"""The task queue in an SQLite file."""

from luffy_api.common.task_queue import SqliteHuey


def queue(path):
    """A queue of its own with one task, which doubles a number."""
    huey = SqliteHuey(name="test", filename=str(path))
    return huey, huey.task(name="double")(lambda number: 2 * number)


def test_a_task_waits_in_the_file_for_another_process(tmp_path):
    _, double = queue(tmp_path / "queue.sqlite3")
    double(21)

    worker, _ = queue(tmp_path / "queue.sqlite3")

    assert worker.pending_count() == 1
    assert worker.execute(worker.dequeue()) == 42


def test_a_task_is_queued_without_an_fsync(tmp_path):
    huey, _ = queue(tmp_path / "queue.sqlite3")

    connection = huey.storage.conn

    # 1 is NORMAL, which in WAL mode leaves the fsync to the checkpoint.
    assert connection.execute("PRAGMA synchronous").fetchone() == (1,)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
