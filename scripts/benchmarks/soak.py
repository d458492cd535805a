"""A mix of everything that students do, for minutes: no 5xx, and no worker that grows.

    ./scripts/bench soak [MINUTES]

20 minutes by default, from 16 clients to two processes with a Redis, at a MariaDB of its own where
DATABASE_URL=mysql://… names one, else on SQLite. Memory is the resident set of the workers after a
tenth of all requests and at the end. Each visitor comes from an address of their own.
"""

import itertools
import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from scripts.benchmarks.figures import record
from scripts.benchmarks.hot_course import durable_database
from scripts.benchmarks.redis_server import redis_server
from scripts.benchmarks.scratch import scratch_database
from scripts.benchmarks.shop import shop_with

if TYPE_CHECKING:
    from luffy_api.tests.processes.shop import Shop

CLIENTS, WORKERS, BATCH = 16, 2, 400
COURSES, STUDENTS = 1_000, 400
WORDS = ["python", "爬虫", "linux 入门", "django项目", "pyhton", "pachong", "数据", "99"]
# Of a batch; the rest are pages of the catalogue.
SHARES = {
    "search": 0.15,
    "suggest": 0.1,
    "progress": 0.15,
    "mine": 0.05,
    "order": 0.05,
    "pay": 0.05,
}
# Requests after which memory is looked at first, of ten times as many.
FIRST_LOOK = 10_000


def run(arguments: list[str]) -> None:
    """Until the minutes are over, and at least ten times FIRST_LOOK requests."""
    minutes = float(arguments[0]) if arguments else 20.0
    with scratch_database(), ExitStack() as stack:
        from django.db import connection

        if connection.vendor == "mysql":
            stack.enter_context(durable_database())
        mix = Mix()
        with _shop() as shop:
            _soak(shop, mix, minutes)


def _soak(shop: "Shop", mix: "Mix", minutes: float) -> None:
    from luffy_api.tests.processes.clients import send_all

    answers: Counter[int] = Counter()
    end, early, sent = time.monotonic() + 60 * minutes, 0, 0
    while time.monotonic() < end or sent < 10 * FIRST_LOOK:
        for answer in send_all(shop.ports, mix.batch(), threads=CLIENTS):
            answers[answer.status if answer else 0] += 1
        sent += BATCH
        if not early and sent >= FIRST_LOOK:
            early = _resident(shop)
    late = _resident(shop)
    print(f"  {sent:,} requests: {dict(sorted(answers.items()))}")
    print(f"  {early / 1e6:.0f} MB at {FIRST_LOOK:,}, {late / 1e6:.0f} MB at the end")
    record("soak, memory at the end / early", late / early)
    if bad := sum(count for status, count in answers.items() if status >= 500 or not status):
        raise SystemExit(f"{bad} answers failed\n{shop.log()[-5000:]}")


def _resident(shop: "Shop") -> int:
    """Bytes of all workers."""
    pages = [int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in shop.worker_pids()]
    return sum(pages) * 4096


@contextmanager
def _shop() -> Iterator["Shop"]:
    """With a Redis, and an index of the catalogue."""
    from django.conf import settings
    from django.core.management import call_command

    with TemporaryDirectory(prefix="luffy-bench-") as folder, redis_server() as redis:
        settings.SEARCH_URL = f"sqlite:///{folder}/search.sqlite3"
        call_command("rebuild_search", verbosity=0)
        more = {"REDIS_URL": redis, "SEARCH_URL": settings.SEARCH_URL, "TRUSTED_PROXIES": "1"}
        with shop_with(WORKERS, more) as shop:
            yield shop


class Mix:
    """Requests as students and visitors send them."""

    def __init__(self) -> None:
        from luffy_api.apps.course.models import Course
        from luffy_api.apps.search.tests.catalogues import generator, rows
        from luffy_api.apps.user import tokens
        from luffy_api.tests.factories import EnrollmentFactory, SectionFactory, UserFactory

        rows.insert(list(generator.courses(COURSES)))
        self._chance = random.Random(1)
        section = SectionFactory(duration=3600)
        self._section: int = section.pk
        students = UserFactory.create_batch(STUDENTS)
        for student in students:
            EnrollmentFactory(user=student, course=section.chapter.course)
        self._students = students
        self._tokens = itertools.cycle([tokens.issue(each).token for each in students])
        prices = Course.objects.on_sale().filter(price__gt=0, discounts=None)
        self._prices = list(prices.values_list("pk", "price"))
        self._ids = list(Course.objects.listed().values_list("pk", flat=True))
        self._address = itertools.count()

    def batch(self) -> list[bytes]:
        """So many of each kind, in any order."""
        kinds = [name for name, share in SHARES.items() for _ in range(round(share * BATCH))]
        kinds += ["page"] * (BATCH - len(kinds))
        self._chance.shuffle(kinds)
        return [getattr(self, f"_{kind}")() for kind in kinds]

    def _page(self) -> bytes:
        pk = self._chance.choice(self._ids)
        lists = [
            f"course/?page={self._chance.randint(1, 20)}&ordering=-students",
            *(f"course/{pk}/", f"course/chapter/?course={pk}", "course/category/"),
            *("course/search/hot/", "home/banner/"),
        ]
        return self._get(self._chance.choice(lists))

    def _search(self) -> bytes:
        return self._get(f"course/search/?search={_quoted(self._chance.choice(WORDS))}")

    def _suggest(self) -> bytes:
        return self._get(f"course/search/suggest/?search={_quoted(self._chance.choice(WORDS)[:2])}")

    def _progress(self) -> bytes:
        from luffy_api.tests.processes.clients import api

        path, position = f"course/section/{self._section}/progress/", self._chance.randint(0, 3600)
        return api(path, next(self._tokens), {"position": position}, method="PUT")

    def _mine(self) -> bytes:
        from luffy_api.tests.processes.clients import api

        return api("course/mine/", next(self._tokens), method="GET")

    def _order(self) -> bytes:
        from luffy_api.tests.processes.clients import api

        pk, price = self._chance.choice(self._prices)
        return api("order/pay/", next(self._tokens), {"courses": [pk], "total_amount": str(price)})

    def _pay(self) -> bytes:
        from luffy_api.apps.course.models import Course
        from luffy_api.tests.factories import OrderFactory
        from luffy_api.tests.processes.clients import paid_for

        pk, price = self._chance.choice(self._prices)
        student, course = self._chance.choice(self._students), Course(pk=pk, price=price)
        return paid_for(OrderFactory(user=student, courses=[course], total_amount=Decimal(price)))

    def _get(self, path: str) -> bytes:
        from luffy_api.tests.processes.clients import request

        number = next(self._address)
        address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
        return request(f"/api/v1/{path}", method="GET", X_Forwarded_For=address)


def _quoted(text: str) -> str:
    from urllib.parse import quote

    return quote(text)
