"""Search at 1,000, 20,000 and 100,000 courses: both engines beside LIKE, 8 clients at once.

    ./scripts/bench search [COURSES …]

Each client is a process that asks, waits up to 0.1 s, asks again. Times are server time without
HTTP: "engine" is finding ids, "search" and "suggest" are what a request costs with the visible
courses read from the database.
"""

import multiprocessing
import os
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from scripts.benchmarks.elastic_core import elasticsearch
from scripts.benchmarks.scratch import scratch_database

SIZES = [1_000, 20_000, 100_000]
CLIENTS = 8
SECONDS = 8.0
MOST_PAUSE = 0.1

Ask = Callable[[str], Any]


def run(arguments: list[str]) -> None:
    """Measure everything at each size."""
    try:
        sizes = [int(argument.replace(",", "")) for argument in arguments] or SIZES
    except ValueError:
        raise SystemExit("usage: ./scripts/bench search [COURSES …]") from None
    with scratch_database(), tempfile.TemporaryDirectory() as folder, elasticsearch() as address:
        for size in sizes:
            _fill(size)
            print(f"\n{size:,} courses, {CLIENTS} clients", flush=True)
            like = _measure("LIKE", "search", _like)
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


def _measure_engine(name: str, url: str, size: int, like: tuple[float, float]) -> None:
    from django.conf import settings

    settings.SEARCH_URL = url
    [seconds] = _in_children(_rebuild, count=1)
    print(f"  {name:14} build    {size / seconds:,.0f} courses/s", flush=True)
    _measure(name, "engine", _engine)
    median, p99 = _measure(name, "search", _search)
    print(f"  {'':14} LIKE: {like[0] / median:.1f} x its median, {like[1] / p99:.1f} x its p99")
    _measure(name, "suggest", _suggest)


def _measure(name: str, what: str, ask: Ask) -> tuple[float, float]:
    """Median and p99 in ms over all clients."""
    texts = _typed() if what == "suggest" else _queries()
    answers = _in_children(partial(_client, ask, texts), count=CLIENTS)
    times = sorted(1000 * taken for client in answers for taken in client)
    median, p99 = times[len(times) // 2], times[int(len(times) * 0.99)]
    print(f"  {name:14} {what:8} median {median:7.1f} ms   p99 {p99:7.1f} ms", flush=True)
    return median, p99


def _in_children(work: Callable[[int], Any], *, count: int) -> list[Any]:
    """Results of forked processes, each with connections and engines of its own."""
    from django.db import connections

    connections.close_all()
    with multiprocessing.get_context("fork").Pool(count) as pool:
        return pool.map(work, range(count), chunksize=1)


def _client(ask: Ask, texts: list[str], seed: int) -> list[float]:
    """Times in seconds; what each process loads once is loaded before."""
    chance = random.Random(seed)
    for text in chance.sample(texts, 10):
        ask(text)
    times, end = list[float](), time.monotonic() + SECONDS
    while time.monotonic() < end:
        text = chance.choice(texts)
        begin = time.perf_counter()
        ask(text)
        times.append(time.perf_counter() - begin)
        time.sleep(chance.uniform(0, MOST_PAUSE))
    return times


def _rebuild(_: int) -> float:
    """Seconds for the whole index, the reading of the database included."""
    from luffy_api.apps.search import indexing

    begin = time.perf_counter()
    indexing.rebuild()
    return time.perf_counter() - begin


def _engine(text: str) -> None:
    from luffy_api.apps.search.engines import backend
    from luffy_api.apps.search.query import parse

    backend().search(parse(text))


def _search(text: str) -> None:
    from luffy_api.apps.search import selectors

    if selectors.search(text=text).engine == "database":
        raise RuntimeError("the engine did not answer")


def _suggest(text: str) -> None:
    from luffy_api.apps.search import selectors

    selectors.suggestions(text=text)


def _like(text: str) -> None:
    from luffy_api.apps.search import database
    from luffy_api.apps.search.query import parse
    from luffy_api.apps.search.shelf import Narrowing

    database.search(parse(text), Narrowing())


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
