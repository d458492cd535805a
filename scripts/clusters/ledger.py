"""Customers of the site, and the ledger of what it has acknowledged to them.

A line of the ledger is on the disk before a customer goes on. What was not acknowledged is repeated
as the protocol allows: an order with its Idempotency-Key, a payment as its provider repeats the
notification, a cancellation after a look at the order.
"""

import json
import os
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count, pairwise
from math import inf
from pathlib import Path
from threading import Lock, Thread
from typing import Any
from uuid import uuid4

from luffy_api.apps.course.models import Course
from luffy_api.apps.order.models import Order
from luffy_api.apps.order.states import OrderStatus
from luffy_api.common.codes import Code
from luffy_api.tests import peers
from luffy_api.tests.processes.clients import (
    Answer,
    Client,
    api,
    paid_for,
    posted,
    request,
    told,
)
from scripts.clusters.shops import Codes

# Seconds: what a customer waits for an answer, and how long repeats go on.
TIMEOUT, PERSISTENCE = 15, 300
PRICE = Decimal("99.00")
ORDERS_EACH = 4


@dataclass
class Bought:
    """An order that was acknowledged, and what was acknowledged about it later."""

    mobile: str
    course: int
    status: OrderStatus = OrderStatus.UNPAID
    was_paid: bool = False


@dataclass(frozen=True)
class Acknowledged:
    """One write; `seconds` from the first try to its answer, monotonic times."""

    at: float
    seconds: float


@dataclass
class Ledger:
    """What was acknowledged, in a file that is on the disk, and in memory."""

    path: Path
    mobiles: set[str] = field(default_factory=set)
    # Registrations whose answer got lost: they may have happened.
    uncertain: set[str] = field(default_factory=set)
    orders: dict[str, Bought] = field(default_factory=dict)
    joined: set[tuple[str, int]] = field(default_factory=set)
    writes: list[Acknowledged] = field(default_factory=list)
    # What was answered instead, and when.
    refusals: list[tuple[float, str]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.lock = Lock()
        self.file = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND)

    def note(self, kind: str, began: float, **what: Any) -> None:
        """Write down one acknowledged write."""
        now = time.monotonic()
        line = json.dumps({"kind": kind, "at": round(time.time(), 3), **what}) + "\n"
        with self.lock:
            os.write(self.file, line.encode())
            os.fdatasync(self.file)
            self.writes.append(Acknowledged(now, now - began))

    def refused(self, answer: str) -> None:
        """Remember that a try was not acknowledged."""
        self.refusals.append((time.monotonic(), answer))

    def between(self, begin: float, end: float) -> "Span":
        """What happened in this time."""
        writes = [each for each in list(self.writes) if begin <= each.at <= end]
        moments = [begin, *sorted(each.at for each in writes), end]
        pause = max(b - a for a, b in pairwise(moments))
        told = Counter(what for at, what in list(self.refusals) if begin <= at <= end)
        slowest = max((each.seconds for each in writes), default=0.0)
        return Span(len(writes), end - begin, pause, slowest, told)


@dataclass(frozen=True)
class Span:
    """Acknowledged writes within some seconds, the longest pause between two, the slowest one."""

    writes: int
    seconds: float
    pause: float
    slowest: float
    refusals: Counter[str]


class Unexpected(Exception):
    """The site said something that it must never say."""


class Customer:
    """One customer after the other, each with an address of its own, on one connection."""

    def __init__(
        self, port: int, ledger: Ledger, codes: Codes, mobiles: Iterator[int], seed: int
    ) -> None:
        self.client = Client(port, timeout=TIMEOUT)
        self.ledger = ledger
        self.codes = codes
        self.mobiles = mobiles
        self.chance = random.Random(seed)
        self.address = ""
        self.tries = 0

    def live(self, courses: list[int], free: list[int]) -> None:
        """Register, order four courses, pay three of them, get one back, join a free course."""
        mobile, token = self.register()
        chosen = self.chance.sample(courses, ORDERS_EACH)
        cancelled, returned, *_ = numbers = [
            self.place(mobile, token, course, peers.ALIPAY if i != 2 else peers.WECHATPAY)
            for i, course in enumerate(chosen)
        ]
        self.cancel(token, cancelled)
        for number, peer in zip(numbers[1:], self._peers(), strict=True):
            self.pay(number, peer)
        self.get_back(returned)
        self.join(mobile, token, self.chance.choice(free))

    @staticmethod
    def _peers() -> list[peers.Peer]:
        return [peers.ALIPAY, peers.WECHATPAY, peers.ALIPAY]

    # --- What a customer does ------------------------------------------------------------------

    def register(self) -> tuple[str, str]:
        """Mobile and token of a new account; a number whose answer got lost is given up."""
        while True:
            number = next(self.mobiles)
            mobile = f"139{number:08d}"
            self.address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
            began = time.monotonic()
            token = self._try_to_register(mobile)
            if token:
                self.ledger.mobiles.add(mobile)
                self.ledger.note("registered", began, mobile=mobile)
                return mobile, token
            self.ledger.uncertain.add(mobile)

    def _try_to_register(self, mobile: str) -> str | None:
        body = {"mobile": mobile, "purpose": "login"}
        asked = self.send(self._anonymous("user/sms_code/", body))
        code = self.codes.code_for(mobile)
        if asked is None or asked.status != 200 or code is None:
            return self._pause()
        answer = self.send(self._anonymous("user/sms_login/", {"mobile": mobile, "code": code}))
        if answer is None or answer.status != 200:
            return self._pause()
        return str(answer.json["data"]["token"])

    def place(self, mobile: str, token: str, course: int, peer: peers.Peer) -> str:
        """The number of a new order."""
        began, key = time.monotonic(), str(uuid4())
        pay_type = peer.pay_type.value
        body = {"courses": [course], "total_amount": f"{PRICE:.2f}", "pay_type": pay_type}
        headers = {"Idempotency_Key": key, "X_Forwarded_For": self.address}
        answer = self.insist(
            lambda: api("order/pay/", token, body, **headers), lambda got: got.status == 201
        )
        number = str(answer.json["out_trade_no"])
        self.ledger.orders[number] = Bought(mobile, course)
        self.ledger.note("placed", began, number=number, mobile=mobile, course=course)
        return number

    def pay(self, number: str, peer: peers.Peer) -> None:
        """As the provider tells it."""
        began = time.monotonic()
        order = Order(out_trade_no=number, total_amount=PRICE)
        self.insist(lambda: paid_for(order, peer), lambda got: told([got]) == [peer.accepted])
        bought = self.ledger.orders[number]
        bought.status, bought.was_paid = OrderStatus.PAID, True
        self.ledger.note("paid", began, number=number, by=peer.name)

    def get_back(self, number: str) -> None:
        """The whole payment, by the pages of Alipay."""
        began, peer = time.monotonic(), peers.ALIPAY
        order = Order(out_trade_no=number, total_amount=PRICE)
        message = peers.refunded(peer, order, request_no=f"C{number}")
        self.insist(lambda: posted(message), lambda got: told([got]) == [peer.accepted])
        self.ledger.orders[number].status = OrderStatus.REFUNDED
        self.ledger.note("refunded", began, number=number)

    def cancel(self, token: str, number: str) -> None:
        """An unpaid order; where an answer got lost, the order itself tells whether it was done."""
        began = time.monotonic()
        path = f"order/{number}/"
        forwarded = {"X_Forwarded_For": self.address}

        def is_done(got: Answer) -> bool:
            if got.status == 409 and got.json["code"] == Code.ORDER_CLOSED and self.tries > 1:
                seen = self.send(api(path, token, method="GET", **forwarded))
                return seen is not None and seen.status == 200 and (
                    seen.json["data"]["order_status"] == OrderStatus.CANCELLED
                )  # fmt: skip
            return got.status == 200

        self.insist(lambda: api(f"{path}cancel/", token, **forwarded), is_done)
        self.ledger.orders[number].status = OrderStatus.CANCELLED
        self.ledger.note("cancelled", began, number=number)

    def join(self, mobile: str, token: str, course: int) -> None:
        """A free course."""
        began = time.monotonic()
        self.insist(
            lambda: api(f"course/{course}/enroll/", token, X_Forwarded_For=self.address),
            lambda got: got.status in {200, 201},
        )
        self.ledger.joined.add((mobile, course))
        self.ledger.note("joined", began, mobile=mobile, course=course)

    # --- How ----------------------------------------------------------------------------------

    def insist(self, make: Callable[[], bytes], is_done: Callable[[Answer], bool]) -> Answer:
        """Repeat a request until it is acknowledged."""
        end = time.monotonic() + PERSISTENCE
        self.tries = 0
        while time.monotonic() < end:
            self.tries += 1
            answer = self.client.send(make())
            if answer is not None and is_done(answer):
                return answer
            self._refuse(answer)
            self._pause()
        raise Unexpected(f"never acknowledged: {make()[:300]!r}")

    def send(self, message: bytes) -> Answer | None:
        """Once."""
        answer = self.client.send(message)
        if answer is None or answer.status >= 400:
            self._refuse(answer)
        return answer

    def _refuse(self, answer: Answer | None) -> None:
        if answer is None:
            self.ledger.refused("no answer")
            return
        self.ledger.refused(str(answer.status))
        if answer.status not in {502, 503, 504}:
            text = answer.body[:300].decode(errors="replace")
            self.ledger.faults.append(f"{answer.status} {text}")

    def _pause(self) -> None:
        time.sleep(self.chance.uniform(0.05, 0.3))

    def _anonymous(self, path: str, body: Any) -> bytes:
        raw = json.dumps(body).encode()
        headers = {"Content_Type": "application/json", "X_Forwarded_For": self.address}
        return request(f"/api/v1/{path}", raw, **headers)


class Crowd:
    """So many customers at the same time, until it is left; each ends what it has begun."""

    def __init__(self, port: int, ledger: Ledger, codes: Codes, *, customers: int) -> None:
        self.ledger = ledger
        self.ended = False
        self.broken: list[str] = []
        mobiles = count(1)
        self.courses = list(Course.objects.filter(price=PRICE).values_list("pk", flat=True))
        self.free = list(Course.objects.filter(price=0).values_list("pk", flat=True))
        self.customers = [Customer(port, ledger, codes, mobiles, seed) for seed in range(customers)]
        self.threads = [Thread(target=self._live, args=[each]) for each in self.customers]

    def _live(self, customer: Customer) -> None:
        try:
            while not self.ended:
                customer.live(self.courses, self.free)
        except Exception as error:
            self.broken.append(f"{type(error).__name__}: {error}")

    def __enter__(self) -> "Crowd":
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.ended = True
        for thread in self.threads:
            thread.join()

    @property
    def is_at_work(self) -> bool:
        """Whether anybody still buys."""
        return any(thread.is_alive() for thread in self.threads)

    def wait_for(self, writes: int, *, until: float = inf) -> None:
        """Until so many writes in all were acknowledged, nobody buys any more, or it is late."""
        while len(self.ledger.writes) < writes and self.is_at_work and time.monotonic() < until:
            time.sleep(0.1)
