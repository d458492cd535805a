"""Search at 1,000, 20,000 and 100,000 courses: both engines beside LIKE, 8 clients at once.

    ./scripts/bench search [requests] [COURSES …]

Each client is a process that asks, waits up to 0.1 s, asks again. Times are server time without
HTTP: "engine" is finding ids, "search" and "suggest" are what a request costs with the visible
courses read from the database. "own" is the processor time of the asking process alone, which says
what a quiet machine would do when this one is busy. With `requests` only the rebuild and what
requests cost are measured, which needs nothing but what every revision has.
"""

import io
import multiprocessing
import os
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from scripts.benchmarks.elastic_core import elasticsearch
from scripts.benchmarks.figures import record
from scripts.benchmarks.scratch import scratch_database

SIZES = [1_000, 20_000, 100_000]
CLIENTS = 8
SECONDS = 8.0
MAX_PAUSE = 0.1

# Whether the database had to answer instead.
Ask = Callable[[str], bool]
Timing = tuple[float, float, bool]


def run(arguments: list[str]) -> None:
    """Measure everything at each size."""
    requests_only = arguments[:1] == ["requests"]
    numbers = arguments[1:] if requests_only else arguments
    try:
        sizes = [int(number.replace(",", "")) for number in numbers] or SIZES
    except ValueError:
        raise SystemExit("usage: ./scripts/bench search [requests] [COURSES …]") from None
    with scratch_database(), tempfile.TemporaryDirectory() as folder, elasticsearch() as address:
        for size in sizes:
            _fill(size)
            print(f"\n{size:,} courses, {CLIENTS} clients", flush=True)
            like = None if requests_only else _measure("LIKE", "search", size, _like)
            for name, url in _engines(folder, size, address):
                _measure_engine(name, url, size, like)


def _fill(size: int) -> None:
    from luffy_api.apps.search.tests.catalogues import generator, rows

    rows.remove_all()
    rows.insert(list(generator.courses(size)))


def _engines(folder: str, size: int, address: str) -> Iterator[tuple[str, str]]:
    yield "fts5", f"sqlite:///{folder}/{size}.sqlite3"
    if address:
        yield "elasticsearch", f"{address}/luffy-bench-{os.getpid()}-{size}"


def _measure_engine(name: str, url: str, size: int, like: tuple[float, float] | None) -> None:
    from django.conf import settings

    settings.SEARCH_URL = url
    [(seconds, own)] = _in_children(_rebuild, count=1)
    rates = f"{size / seconds:,.0f} courses/s   (own {size / own:,.0f})"
    print(f"  {name:14} build    {rates}", flush=True)
    record(f"{name}, {size} courses, build per course (us)", 1e6 * seconds / size)
    record(f"{name}, {size} courses, build per course, own (us)", 1e6 * own / size)
    if like:
        _measure(name, "engine", size, _engine)
    median, p99 = _measure(name, "search", size, _search)
    if like:
        ratios = f"{like[0] / median:.1f} x its median, {like[1] / p99:.1f} x its p99"
        print(f"  {'':14} LIKE: {ratios}")
    _measure(name, "suggest", size, _suggest)


def _measure(name: str, what: str, size: int, ask: Ask) -> tuple[float, float]:
    """Median and p99 in ms over all clients."""
    texts = _typed() if what == "suggest" else _queries()
    clients = _in_children(partial(_client, ask, texts), count=CLIENTS)
    timings = [timing for client in clients for timing in client]
    median, p99 = _percentiles([whole for whole, _, _ in timings])
    own_median, own_p99 = _percentiles([own for _, own, _ in timings])
    instead = sum(by_database for _, _, by_database in timings)
    print(
        f"  {name:14} {what:8} median {median:7.1f} ms   p99 {p99:7.1f} ms"
        f"   (own {own_median:.1f} / {own_p99:.1f})"
        + (f"   {instead} of {len(timings)} by the database" if instead else ""),
        flush=True,
    )
    record(f"{name}, {size} courses, {what} (ms)", median)
    record(f"{name}, {size} courses, {what}, p99 (ms)", p99)
    record(f"{name}, {size} courses, {what}, own (ms)", own_median)
    record(f"{name}, {size} courses, {what}, own p99 (ms)", own_p99)
    return median, p99


def _percentiles(seconds: list[float]) -> tuple[float, float]:
    times = sorted(1000 * second for second in seconds)
    return times[len(times) // 2], times[int(len(times) * 0.99)]


def _in_children(work: Callable[[int], Any], *, count: int) -> list[Any]:
    """Results of forked processes, each with connections and engines of its own."""
    from django.db import connections

    connections.close_all()
    with multiprocessing.get_context("fork").Pool(count) as pool:
        return pool.map(work, range(count), chunksize=1)


def _client(ask: Ask, texts: list[str], seed: int) -> list[Timing]:
    """Times in seconds; what each process loads once is loaded before."""
    chance = random.Random(seed)
    for text in chance.sample(texts, 10):
        ask(text)
    timings, end = list[Timing](), time.monotonic() + SECONDS
    while time.monotonic() < end:
        text = chance.choice(texts)
        begin, own = time.perf_counter(), time.thread_time()
        by_database = ask(text)
        timings.append((time.perf_counter() - begin, time.thread_time() - own, by_database))
        time.sleep(chance.uniform(0, MAX_PAUSE))
    return timings


def _rebuild(_: int) -> tuple[float, float]:
    """Seconds for the whole index, the reading of the database included; and processor time."""
    from django.core.management import call_command

    begin, own = time.perf_counter(), time.process_time()
    call_command("rebuild_search", stdout=io.StringIO())
    return time.perf_counter() - begin, time.process_time() - own


def _engine(text: str) -> bool:
    from luffy_api.apps.search.engines import backend
    from luffy_api.apps.search.exceptions import BackendError
    from luffy_api.apps.search.query import parse

    try:
        backend().search(parse(text))
    except BackendError:
        return True
    return False


def _search(text: str) -> bool:
    from luffy_api.apps.search import selectors

    return selectors.search(text=text).engine == "database"


def _suggest(text: str) -> bool:
    from luffy_api.apps.search import selectors

    selectors.suggestions(text=text)
    return False


def _like(text: str) -> bool:
    from luffy_api.apps.search import database
    from luffy_api.apps.search.query import parse
    from luffy_api.apps.search.visibility import SearchFilters

    database.search(parse(text), SearchFilters())
    return False


def _queries() -> list[str]:
    """Words, several words, beginnings, teachers, categories, prices; some misspelt."""
    from luffy_api.apps.search.tests.catalogues import generator
    from luffy_api.apps.search.tests.grading import generated_queries as judged

    common = [*generator.SUBJECTS, *judged.TOGETHER, *judged.BEGINNINGS, *judged.CATEGORIES]
    rare = [*judged.PRICES, *judged.PINYIN, *list(judged.MISSPELT)[::3], *judged.NONSENSE]
    return [*common, *common, *rare, *generator.teachers(1000)]


def _typed() -> list[str]:
    """Every beginning of what people type, Chinese and its pinyin."""
    from luffy_api.apps.search.tests.catalogues import generator
    from luffy_api.apps.search.tests.grading import generated_queries as judged

    whole = [*generator.SUBJECTS, *judged.TOGETHER, *judged.PINYIN]
    return [text[:length] for text in whole for length in range(1, len(text) + 1)]
