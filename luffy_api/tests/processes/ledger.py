"""A record of acknowledged answers outside of the shop, and customers that retry."""

import time
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from decimal import Decimal

from luffy_api.apps.course.models import Course
from luffy_api.apps.order.models import Order
from luffy_api.apps.order.states import OrderStatus
from luffy_api.tests.peers import PEERS, Peer
from luffy_api.tests.processes.clients import Answer, Client, api, in_threads, paid_for, told

TIMEOUT_SECONDS = 90


@dataclass
class Ledger:
    """Numbers of orders that were acknowledged as placed and as paid, and every other answer."""

    placed: list[str] = field(default_factory=list)
    paid: list[str] = field(default_factory=list)
    refused: list[Answer] = field(default_factory=list)
    lost: list[float] = field(default_factory=list)

    def insist(self, client: Client, request: bytes) -> Answer:
        """Repeat the request until it succeeds."""
        deadline = time.monotonic() + TIMEOUT_SECONDS
        while time.monotonic() < deadline:
            answer = client.send(request)
            if answer is None:
                self.lost.append(time.monotonic())
            elif answer.status < 300:
                return answer
            else:
                self.refused.append(answer)
            time.sleep(0.05)
        raise AssertionError("the shop never said yes")

    def buy(self, client: Client, token: str, course: Course, peer: Peer) -> None:
        """Place an order for a course, then pay it by this provider."""
        price = Decimal(course.price)
        pay_type = peer.pay_type.value
        body = {"courses": [course.pk], "total_amount": f"{price:.2f}", "pay_type": pay_type}
        number = self.insist(client, api("order/pay/", token, body)).json["out_trade_no"]
        self.placed.append(number)
        order = Order(out_trade_no=number, total_amount=price)
        assert told([self.insist(client, paid_for(order, peer))]) == [peer.accepted]
        self.paid.append(number)

    def buy_all(
        self, ports: Sequence[int], tokens: Sequence[str], courses: Sequence[Course]
    ) -> None:
        """Every student buys every course by each provider in turn, all at the same time."""
        providers = list(PEERS.values())

        def shop_around(number: int) -> None:
            with Client(ports[number % len(ports)]) as client:
                for i, course in enumerate(courses, start=number):
                    self.buy(client, tokens[number], course, providers[i % len(providers)])

        in_threads(shop_around, len(tokens))

    def assert_kept(self) -> None:
        """Assert that everything acknowledged is in the database."""
        numbers = Order.objects.values_list("out_trade_no", flat=True)
        assert set(self.placed) == set(numbers)
        done = numbers.filter(order_status=OrderStatus.PAID)
        assert set(self.paid) <= set(done)


def wait_for_progress(ledger: Ledger, buying: Future[None]) -> None:
    """Wait for further purchases, so that processes are killed while they work."""
    before = len(ledger.paid)
    while len(ledger.paid) < before + 5 and not buying.done():
        time.sleep(0.01)
