"""The files of the FTS5 engine: several processes, a swap under load, damaged files."""

import logging
import os
import subprocess
import sys
import threading

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.core.management import CommandError, call_command

from luffy_api.apps.search import circuit_breaker, indexing, selectors
from luffy_api.apps.search.documents import CourseSource, build_document
from luffy_api.apps.search.engines import make_backend
from luffy_api.apps.search.exceptions import BackendUnavailable, IndexUnusable
from luffy_api.apps.search.query import parse
from luffy_api.apps.search.tokenizer import get_tokenizer
from luffy_api.tests.factories import CourseFactory

TOKENIZER = get_tokenizer(())


def document(pk, name="爬虫"):
    return build_document(CourseSource(pk, name, "", 2, 1, "编程", "老师", 0, ()), TOKENIZER)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "search.sqlite3"


@pytest.fixture
def engine(path):
    """An empty index at `path`."""
    engine = make_backend(f"sqlite:///{path}")
    engine.begin_build([]).swap()
    return engine


def test_a_swap_is_atomic_and_keeps_the_database_before_for_other_processes(engine, path):
    engine.index([document(1)])
    before = path.resolve().name
    build = engine.begin_build([])
    build.index([document(2)])
    build.finish()
    assert engine.search(parse("爬虫")).ids == [1]

    build.swap()

    assert engine.search(parse("爬虫")).ids == [2]
    databases = {
        file.name.removesuffix("-wal").removesuffix("-shm") for file in path.parent.iterdir()
    }
    assert databases == {path.name, path.resolve().name, before}
    engine.begin_build([]).swap()
    assert not path.with_name(before).exists()


def test_one_search_reads_one_index_and_the_next_one_the_new(engine, monkeypatch):
    engine.index([document(1)])
    looks, look = [], os.path.realpath
    monkeypatch.setattr(os.path, "realpath", lambda *a, **k: looks.append(a) or look(*a, **k))

    with engine.within(1):
        assert engine.search(parse("爬虫")).ids == [1]
        before = len(looks)
        engine.begin_build([]).swap()
        engine.begin_build([]).swap()
        swaps = len(looks)
        # The file is gone, and still open.
        assert engine.search(parse("爬虫")).ids == [1]
        assert (before, len(looks) - swaps) == (1, 0)

    assert engine.search(parse("爬虫")).ids == []


def test_after_an_error_the_same_search_looks_again(engine):
    engine.index([document(1)])
    with engine.within(1):
        assert engine.search(parse("爬虫")).ids == [1]
        engine._files._local.connection.close()
        with pytest.raises(IndexUnusable):
            engine.search(parse("爬虫"))
        assert engine.search(parse("爬虫")).ids == [1]


def test_threads_share_the_dictionary(engine):
    engine.begin_build(["甲", "乙"]).swap()
    here, there = engine.dictionary(), []
    thread = threading.Thread(target=lambda: there.append(engine.dictionary()))
    thread.start()
    thread.join()

    assert here == ("甲", "乙")
    assert there[0] is here


def test_a_discarded_build_leaves_nothing(engine, path):
    before = sorted(path.parent.iterdir())
    build = engine.begin_build([])
    build.index([document(1)])

    build.discard()

    assert sorted(path.parent.iterdir()) == before


def test_readers_never_fail_while_builds_are_swapped_and_others_write(engine):
    # given readers and a writer
    engine.index([document(1)])
    stop, errors, answers = threading.Event(), [], []

    def until_stopped(work):
        def run():
            while not stop.is_set():
                try:
                    work()
                except Exception as error:
                    errors.append(error)

        return threading.Thread(target=run)

    threads = [
        until_stopped(lambda: answers.append(1 in engine.search(parse("爬虫")).ids))
        for _ in range(3)
    ]
    threads.append(until_stopped(lambda: engine.index([document(7, "协程")])))
    for thread in threads:
        thread.start()

    # when the index is rebuilt ten times
    for _ in range(10):
        build = engine.begin_build([])
        build.index([document(1)])
        build.finish()
        build.swap()
    stop.set()
    for thread in threads:
        thread.join()

    # then everyone found the course every time
    assert errors == []
    assert len(answers) > 10
    assert all(answers)


# Starts once and forks one for each first number.
WRITERS = """
import os, sys, django
django.setup()
from luffy_api.apps.search.engines import make_backend
from luffy_api.apps.search.query import parse
from luffy_api.apps.search.tests.test_fts5_files import document
address, *numbers = sys.argv[1:]
children = []
while len(children) < len(numbers) and (child := os.fork()):
    children.append(child)
if len(children) == len(numbers):
    sys.exit(any([os.waitpid(child, 0)[1] for child in children]))
engine, first = make_backend(address), int(numbers[len(children)])
for pk in range(first, first + 25):
    engine.index([document(pk)])
    assert pk in engine.search(parse("爬虫")).ids
"""


def test_several_processes_write_and_read_one_index(engine, path):
    address = f"sqlite:///{path}"
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "luffy_api.settings.test",
        "PYTHONPATH": str(django_settings.BASE_DIR),
    }
    writers = subprocess.run(
        [sys.executable, "-c", WRITERS, address, "1", "101", "201"],
        env=env,
        stderr=subprocess.PIPE,
        timeout=120,
    )

    assert writers.returncode == 0, writers.stderr.decode()
    assert len(engine.search(parse("爬虫")).ids) == 75


@pytest.mark.parametrize(
    "damage", ["missing", "empty", "garbage", "torn", "other format", "folder"]
)
def test_a_damaged_index_is_answered_by_the_database_and_built_anew(
    db, settings, path, caplog, damage
):
    # given an index that worked
    settings.SEARCH_URL = f"sqlite:///{path}"
    course = CourseFactory(name="爬虫")
    indexing.rebuild()
    assert selectors.search(text="爬虫").engine == "fts5"
    file = path.resolve()
    match damage:
        case "missing":
            file.unlink()
        case "empty":
            path.unlink(), path.write_bytes(b"")
        case "garbage":
            path.unlink(), path.write_bytes(b"no database at all" * 1000)
        case "torn":
            content = file.read_bytes()
            path.unlink()
            path.write_bytes(content[: len(content) // 2])
        case "other format":
            # Closed and opened anew, as another version of the shop would find it.
            import sqlite3

            other = path.with_name(f"{path.name}.0")
            other.write_bytes(file.read_bytes())
            with sqlite3.connect(other) as connection:
                connection.execute("UPDATE meta SET value = 'older' WHERE key = 'format'")
            path.unlink(), path.symlink_to(other.name)
        case "folder":
            path.unlink(), path.mkdir()
    cache.clear()
    fallbacks = circuit_breaker.fallbacks["unusable"]

    # when somebody searches
    with caplog.at_level(logging.WARNING):
        answer = selectors.search(text="爬虫")

    # then the database answers, the log and the counter say so, and the next one has an index
    assert (answer.ids, answer.engine) == ([course.pk], "database")
    assert circuit_breaker.fallbacks["unusable"] == fallbacks + 1
    assert "falls back to the database" in caplog.text
    if damage == "folder":
        assert indexing.needs_rebuild()  # an admin has to remove it
    else:
        assert selectors.search(text="爬虫").engine == "fts5"


def test_a_writer_that_holds_the_file_delays_no_reader(engine):
    engine.index([document(1)])
    with engine._files.writing() as connection:
        connection.execute("DELETE FROM facts")
        answers = []
        reader = threading.Thread(target=lambda: answers.append(engine.search(parse("爬虫")).ids))
        reader.start()
        reader.join(timeout=30)

    assert answers == [[1]]


def test_two_writers_wait_for_each_other_up_to_the_busy_timeout(engine, monkeypatch):
    monkeypatch.setattr("luffy_api.apps.search.engines.fts5_files.BUSY_SECONDS", 0.1)
    errors = []

    def write():
        try:
            engine.index([document(2)])
        except BackendUnavailable as error:
            errors.append(error)

    with engine._files.writing():
        other = threading.Thread(target=write)
        other.start()
        other.join(timeout=30)

    assert len(errors) == 1


@pytest.mark.parametrize("place", ["/proc/no/search.sqlite3", "/dev/null/search.sqlite3"])
def test_a_folder_that_cannot_be_written_is_reported_in_one_sentence(db, settings, place):
    settings.SEARCH_URL = f"sqlite:///{place}"

    with pytest.raises(IndexUnusable):
        indexing.rebuild()
    with pytest.raises(CommandError, match="not rebuilt"):
        call_command("rebuild_search")


def test_the_command_prints_the_number_of_courses(db, settings, path, capsys):
    settings.SEARCH_URL = f"sqlite:///{path}"
    CourseFactory.create_batch(3)

    call_command("rebuild_search")

    assert "3 courses" in capsys.readouterr().out
