"""What public answers cost beside a bare Django view, and whether 100,000 courses cost more.

    ./scripts/bench catalogue [bare|queries|flat|found] [COURSES …]

`bare`: each address beside the view of bare.py, which answers as many bytes: requests per second of
processor time, at the first number of courses (1,000). `queries`: the same for each query and each
completion of the graded suite; the worst ones are printed. `flat`: lists, a detail and an outline
with published bytes switched off, at each number of courses beside the first (100,000 beside
1,000), which run at the same time. `found`: the same for searches of all kinds. Without any: all.

All servers are gunicorn with our worker, 2 processes of 4 threads, measured in turns. What counts
is the processor time of these processes, and with DATABASE_URL=mysql://… that of a MariaDB which
only this measurement uses. Each request comes from another address than the one before, as those
of many visitors do.
"""

import itertools
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from scripts.benchmarks.figures import record
from scripts.benchmarks.scratch import own_database, scratch_database
from scripts.benchmarks.served import MIN_BATCH, Server, bare_environment, get, serve
from scripts.benchmarks.sizes import DEEP_PAGE, Asked, compare

PARTS = ("bare", "queries", "flat", "found")
SIZES = [1_000, 100_000]
# How often each address is measured; `queries` has many that are alike.
TURNS, QUERY_TURNS = 3, 1
WORST = 5
ADDRESSES, STUDENTS = 500, 20
PUBLISHED = {"TRUSTED_PROXIES": "1"}
UNPUBLISHED = {**PUBLISHED, "PUBLISHED_BYTES_MB": "0"}
WORDS = ["python", "爬虫", "linux 入门", "django项目", "pyhton", "pachong", "数据", "99"]
BEGINNINGS = ["p", "py", "爬", "数", "lin", "dj"]
ORDERINGS = ["orders", "-orders", "students", "-students", "price", "-price"]
PAGE_SIZE = 10
# Of the courses of the measured catalogue.
DISCOUNTS, DISCOUNTED_SHARE = 5, 0.1


@dataclass(frozen=True)
class Bench:
    """The bare view, and the databases beside the server processes."""

    bare: Server
    database_pids: tuple[int, ...]

    @contextmanager
    def shop(self, environment: dict[str, str]) -> Iterator[Server]:
        """The shop over the scratch database, with an index of its own."""
        from luffy_api.tests.processes import shop

        with tempfile.TemporaryDirectory(prefix="luffy-bench-") as folder:
            url = "http://127.0.0.1"
            whole = shop.environment(Path(folder), public_url=url, gateways=shop.NOWHERE)
            whole |= environment
            command = [sys.executable, "manage.py", "rebuild_search"]
            subprocess.run(command, env=whole, check=True, stdout=subprocess.DEVNULL)
            ready = "/healthz"
            with serve("luffy_api.wsgi", whole, ready, self.database_pids) as server:
                yield server

    def compare(
        self, shop: Server, name: str, requests: Sequence[bytes], *, turns: int = TURNS
    ) -> "Comparison":
        """Measure these requests and the bare view in turns, after a first time that counts not."""
        size = len(shop.send(requests[:MIN_BATCH])[0])
        bare = [get(f"/{size}")]
        self.bare.send(bare)
        pairs = [(self.bare.cost(bare), shop.cost(requests)) for _ in range(turns)]
        times = sorted(cost / least for least, cost in pairs)
        return Comparison(name, size, statistics.median(cost for _, cost in pairs), times)


@dataclass(frozen=True)
class Comparison:
    """`seconds` of processor time for a request of `size` bytes; how many bare views that is."""

    name: str
    size: int
    seconds: float
    times_bare: list[float]

    @property
    def times(self) -> float:
        """The median."""
        return statistics.median(self.times_bare)


def run(arguments: list[str]) -> None:
    """All parts, or the one that is named."""
    parts = [arguments[0]] if arguments[:1] and arguments[0] in PARTS else PARTS
    try:
        sizes = [int(each.replace(",", "")) for each in arguments if each not in PARTS] or SIZES
    except ValueError:
        raise SystemExit(f"usage: ./scripts/bench catalogue [{'|'.join(PARTS)}] [N …]") from None
    with scratch_database(), ExitStack() as stack:
        from luffy_api.tests import factories

        database_pids = stack.enter_context(own_database())
        bare = stack.enter_context(serve("scripts.benchmarks.bare", bare_environment(), "/2"))
        bench = Bench(bare, database_pids)
        factories.BannerFactory.create_batch(5)
        factories.HotWordFactory.create_batch(10)
        measure = {
            "bare": _beside_bare,
            "queries": _queries,
            "flat": partial(_flat, _lists_and_courses),
            "found": partial(_flat, _searches),
        }
        for name in parts:
            measure[name](bench, sizes)


def _beside_bare(bench: Bench, sizes: Sequence[int]) -> None:
    _fill(sizes[0])
    print(f"\n{sizes[0]:,} courses, requests per second of processor time ÷ the bare view's")
    with bench.shop(PUBLISHED) as shop:
        for name, requests in _addresses().items():
            found = bench.compare(shop, name, requests)
            low, high = 1 / found.times_bare[-1], 1 / found.times_bare[0]
            print(
                f"  {name:20} {1 / found.times:6.3f} ({low:.3f} to {high:.3f})"
                f"   {1000 * found.seconds:7.2f} ms   {found.size:6,} bytes",
                flush=True,
            )
            record(f"{name}, in bare views", found.times)
            record(f"{name}, CPU (ms)", 1000 * found.seconds)


def _queries(bench: Bench, sizes: Sequence[int]) -> None:
    """Searches and completions by what is typed, of which each is asked for again and again."""
    _fill(sizes[0])
    print(f"\n{sizes[0]:,} courses, requests per second of processor time ÷ the bare view's")
    with bench.shop(PUBLISHED) as shop:
        for name, path, texts in (
            ("search", "course/search/", graded_texts()),
            ("suggest", "course/search/suggest/", typed_texts()),
        ):
            # Each process reads its dictionaries with its first search.
            shop.send(_many(path, WORDS))
            found = [
                bench.compare(shop, text, _many(path, [text]), turns=QUERY_TURNS) for text in texts
            ]
            found.sort(key=lambda each: -each.times)
            shares = [1 / each.times for each in found]
            print(
                f"  {name}, {len(found)} texts: median {statistics.median(shares):.3f}, the least:"
            )
            for share, each in list(zip(shares, found, strict=True))[:WORST]:
                print(f"    {share:.3f}  {each.name}   {each.size:,} bytes", flush=True)
            record(f"{name}, the worst text, in bare views", found[0].times)


def _flat(
    rows: Callable[[Server], Iterator[tuple[str, list[bytes]]]],
    bench: Bench,
    sizes: Sequence[int],
) -> None:
    """Shops with catalogues of all sizes run at the same time, each with a database of its own."""
    with ExitStack() as stack:
        first, *others = [stack.enter_context(_filled(bench, rows, size)) for size in sizes]
        for size, found in zip(sizes[1:], others, strict=True):
            print(f"\n{size:,} courses beside {sizes[0]:,}, published bytes switched off")
            compare(size, first, found)


@contextmanager
def _filled(
    bench: Bench, rows: Callable[[Server], Iterator[tuple[str, list[bytes]]]], size: int
) -> Iterator[dict[str, Asked]]:
    """What each row asks of a shop with so many courses."""
    with own_database() as database_pids:
        _fill(size)
        with replace(bench, database_pids=database_pids).shop(UNPUBLISHED) as shop:
            yield {name: Asked(shop, requests) for name, requests in rows(shop)}


def _addresses() -> dict[str, list[bytes]]:
    """What is measured beside the bare view."""
    from luffy_api.apps.course.models import Course
    from luffy_api.apps.user import tokens
    from luffy_api.tests.factories import UserFactory

    some = list(Course.objects.listed().order_by("id").values_list("id", flat=True)[:ADDRESSES])
    logins = [tokens.issue(user).token for user in UserFactory.create_batch(STUDENTS)]
    students = [{"Authorization": f"jwt {token}"} for token in logins]
    pages: dict[str, tuple[str, dict[str, Any]]] = {
        "list": ("course/", {"kind": 2}),
        "detail": (f"course/{some[0]}/", {}),
        "chapter": ("course/chapter/", {"course": some[0]}),
        "category": ("course/category/", {}),
        "banners": ("home/banner/", {}),
        "hot words": ("course/search/hot/", {}),
    }
    return {
        **{name: _visitors(*page) for name, page in pages.items()},
        **{
            f"{name}, student": [_api(*page, **each) for each in students]
            for name, page in pages.items()
        },
        "search": _many("course/search/", WORDS),
        "suggest": _many("course/search/suggest/", BEGINNINGS),
    }


def _lists_and_courses(shop: Server) -> Iterator[tuple[str, list[bytes]]]:
    from luffy_api.apps.course.models import Course

    category = Course.objects.order_by("id").values_list("course_category", flat=True)[0]
    middle_course = Course.objects.order_by("id")[Course.objects.count() // 2].pk
    yield "detail", _visitors(f"course/{middle_course}/")
    yield "chapter", _visitors("course/chapter/", {"course": middle_course})
    listings: list[dict[str, Any]] = [{}, *({"kind": kind} for kind in (1, 2, 3))]
    listings += [{"course_category": category}, {"kind": 2, "course_category": category}]
    for listing, ordering in itertools.product(listings, ORDERINGS):
        name = ", ".join(["list", *(f"{key} {value}" for key, value in listing.items()), ordering])
        query = {**listing, "ordering": ordering}
        pages = -(-_count(shop, query) // PAGE_SIZE)
        yield f"{name}, first page", _visitors("course/", query)
        yield f"{name}, middle page", _visitors("course/", {**query, "page": pages // 2 or 1})
        if pages >= DEEP_PAGE:
            deep = {**query, "page": DEEP_PAGE}
            yield f"{name}, page {DEEP_PAGE}", _visitors("course/", deep)


def _searches(_: Server) -> Iterator[tuple[str, list[bytes]]]:
    """What is typed, of each kind; with filters and orderings; and all of the graded suite."""
    from luffy_api.apps.course.models import CourseCategory, Teacher
    from luffy_api.apps.search.tests.catalogues import generator
    from luffy_api.apps.search.tests.grading import generated_queries as judged

    category = CourseCategory.objects.order_by("id").values_list("id", flat=True)[0]
    teachers = Teacher.objects.order_by("id").values_list("name", flat=True)
    kinds: dict[str, Sequence[str]] = {
        "a word": generator.SUBJECTS,
        "several words": list(judged.TOGETHER),
        "a beginning": list(judged.BEGINNINGS),
        "a teacher": list(teachers[:10]),
        "a category": judged.CATEGORIES,
        "a price": list(judged.PRICES),
        "pinyin": list(judged.PINYIN),
        "misspelt": list(judged.MISSPELT),
        "nothing": judged.NONSENSE,
        "the graded suite": graded_texts(),
    }
    for name, texts in kinds.items():
        yield f"search, {name}", _many("course/search/", texts)
    for query in (
        *({"kind": 2}, {"course_category": category}, {"free": "true"}),
        *({"ordering": "-students"}, {"ordering": "price"}, {"kind": 2, "ordering": "-price"}),
    ):
        name = ", ".join(f"{key} {value}" for key, value in query.items())
        yield f"search, a word, {name}", _many("course/search/", generator.SUBJECTS, query)
    yield "suggest", _many("course/search/suggest/", typed_texts())


def graded_texts() -> list[str]:
    """Every query of the graded suite but the names of courses that are generated."""
    from luffy_api.apps.search.tests.grading import demo_queries, generated_queries

    judged = generated_queries.judged({})
    return list(dict.fromkeys([*(query.text for query in judged), *demo_queries.texts()]))


def typed_texts() -> list[str]:
    """Every beginning of some texts that people type."""
    from luffy_api.apps.search.tests.grading import generated_queries as judged

    whole = [*judged.TOGETHER, *judged.PINYIN]
    texts = (text[:length] for text in whole for length in range(1, len(text) + 1))
    return list(dict.fromkeys(text for text in texts if text.strip()))


def _count(shop: Server, query: dict[str, Any]) -> int:
    import json

    [body] = shop.send([_api("course/", query)])
    count: int = json.loads(body)["data"]["count"]
    return count


def _visitors(path: str, query: dict[str, Any] | None = None) -> list[bytes]:
    """The same request of many visitors."""
    return [_api(path, query or {}, X_Forwarded_For=address) for address in _ip_addresses()]


def _many(path: str, texts: Sequence[str], query: dict[str, Any] | None = None) -> list[bytes]:
    """Visitors who look for these texts in turns."""
    return [
        _api(path, {"search": text, **(query or {})}, X_Forwarded_For=address)
        for address, text in zip(_ip_addresses(), itertools.cycle(texts), strict=False)
    ]


def _ip_addresses() -> list[str]:
    return [f"10.1.{number // 250}.{number % 250 + 1}" for number in range(ADDRESSES)]


def _api(path: str, query: dict[str, Any], **headers: str) -> bytes:
    return get(f"/api/v1/{path}{'?' if query else ''}{urlencode(query)}", **headers)


def _fill(size: int) -> None:
    """So many courses, of which some are discounted."""
    from luffy_api.apps.course.models import Course, CourseDiscount
    from luffy_api.apps.search.tests.catalogues import generator, rows
    from luffy_api.tests import factories

    CourseDiscount.objects.all().delete()
    rows.remove_all()
    rows.insert(list(generator.courses(size)))
    sold = list(Course.objects.filter(price__gt=0).order_by("id").values_list("id", flat=True))
    step = max(1, int(DISCOUNTS / DISCOUNTED_SHARE))
    for number in range(DISCOUNTS):
        factories.DiscountFactory(courses=sold[number::step])
