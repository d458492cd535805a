"""What the fake gateways have in common: a payment provider over HTTP with books of its own.

Tests compare the rows of the shop with these trades. The clock is that of the process, so it
follows a time that a test sets.
"""

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from threading import RLock, Thread
from typing import Any, Self

from Cryptodome.PublicKey import RSA
from django.db import connection
from django.utils import timezone

from luffy_api.apps.order.models import Order
from luffy_api.tests.peers import FORGERIES, SHANGHAI, Answer, Facts, Message, Peer, trade_no_of

WAITING, PAID, FINISHED, CLOSED = "waiting", "paid", "finished", "closed"
CARRIED_OUT = ("lost", "doubled", "slow")
SLOW_SECONDS = 0.05
HTML = b"<html>502 Bad Gateway</html>"


@cache
def public_key(private_pem: str) -> RSA.RsaKey:
    """The public half of a key, whose primes are tested only once for all gateways."""
    return RSA.import_key(private_pem).public_key()


def second(number: str) -> str:
    """By what a second trade of an order is known here."""
    return f"{number} again"


@dataclass
class Trade:
    """A trade at the gateway; `received` is yuan, `refunds` are yuan by their request numbers."""

    number: str
    trade_no: str
    total: Decimal
    expires_at: datetime
    kind: str = ""
    status: str = WAITING
    paid_at: datetime | None = None
    received: Decimal = Decimal(0)
    reference: str = ""  # what the shop has sent along
    refunds: dict[str, Decimal] = field(default_factory=dict)

    @property
    def refunded(self) -> Decimal:
        """What went back."""
        return sum(self.refunds.values(), Decimal(0))

    @property
    def left(self) -> Decimal:
        """What has not gone back."""
        return self.received - self.refunded


@dataclass(frozen=True)
class Notice:
    """A notification that may be delivered at any time.

    `key` names its trade at the gateway; `refunds` are the request numbers of the refunds that it
    tells of; `proves_payment` says that the shop learns by it that the trade was paid. `made_at` is
    when the provider had it to tell.
    """

    key: str
    message: Message = field(repr=False)
    refunds: frozenset[str] = frozenset()
    proves_payment: bool = False
    made_at: datetime = field(default_factory=timezone.now)


@dataclass(frozen=True)
class Reply:
    """An HTTP answer."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


class FakeGateway(ThreadingHTTPServer, ABC):
    """The gateway. `mode` is fine, or how it fails: html, error, forged, mute.

    Three more are of refunds that it carries out: lost (the answer never comes), doubled (carried
    out twice), slow. `next_mode` chooses one for each request. `asked` are "query" or "close" and
    the number of the trade, as they came.
    """

    daemon_threads = True
    request_queue_size = 128
    peer: Peer
    # How the provider ends a trade of which the whole amount went back.
    status_when_refunded: str

    def __init__(self, handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(("127.0.0.1", 0), handler)
        self.reset()

    def reset(self) -> None:
        """Delete all trades."""
        self.trades: dict[str, Trade] = {}
        self.lock = RLock()
        self.mode = "fine"
        self.next_mode: Callable[[], str] = lambda: self.mode
        self.reported: list[str] = []  # numbers of trades of which a query was answered with "paid"
        self.asked: list[tuple[str, str]] = []
        self.serial = count(1)

    @contextmanager
    def serving(self) -> Iterator[Self]:
        """Serve in a thread."""
        Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        try:
            yield self
        finally:
            self.shutdown()
            self.server_close()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_port}"

    # --- Buyer and console -----------------------------------------------------------------

    def pay(self, number: str) -> bool:
        """The buyer pays a trade that waits; False when there is none."""
        trade = self.trade(number)
        if trade is None or trade.status != WAITING:
            return False
        trade.status, trade.paid_at, trade.received = PAID, timezone.now(), trade.total
        return True

    def sell(self, order: Order, *, again: bool = False) -> Trade:
        """A paid trade of an order; `again` for one that paid it a second time.

        Such a one is known by `second(number)` wherever a number is wanted.
        """
        number = order.trade_number
        key = second(number) if again else number
        trade = Trade(
            number=number,
            trade_no=f"{trade_no_of(number)}{'x' if again else ''}",
            total=order.total_amount,
            expires_at=order.expires_at,
            status=PAID,
            paid_at=timezone.now(),
            received=order.total_amount,
        )
        self.trades[key] = trade
        return trade

    def refund(self, number: str, amount: Decimal | None = None) -> bool:
        """Refund an amount in the console, by default all that is left; False when it cannot."""
        trade = self.trade(number)
        if trade is None:
            return False
        return self.give_back(trade, f"console{next(self.serial)}", amount or trade.left)

    def give_back(self, trade: Trade, request_no: str, amount: Decimal) -> bool:
        """Move the money of one refund; False when the trade does not allow it."""
        if trade.status != PAID or not 0 < amount <= trade.left:
            return False
        trade.refunds[request_no] = amount
        if not trade.left:
            trade.status = self.status_when_refunded
        return True

    def trade(self, number: str) -> Trade | None:
        """The trade at this moment: closed when it was not paid in time."""
        trade = self.trades.get(number)
        if trade and trade.status == WAITING and trade.expires_at <= timezone.now():
            trade.status = CLOSED
        return trade

    def open_trade(
        self, number: str, total: Decimal, expires_at: datetime, *, kind: str = ""
    ) -> Trade:
        """The trade of this number, a new one when it is unknown."""
        new = Trade(number, trade_no_of(number), total, expires_at, kind)
        self.trades.setdefault(number, new)
        trade = self.trade(number)
        assert trade
        return trade

    def paid_on(self, day: date) -> list[Trade]:
        """The trades of a bill: none of a day in Shanghai that is not over."""
        if day >= timezone.now().astimezone(SHANGHAI).date():
            return []
        paid = [trade for trade in self.trades.values() if trade.paid_at]
        return [each for each in paid if each.paid_at.astimezone(SHANGHAI).date() == day]

    def by_trade_no(self, trade_no: str) -> Trade | None:
        """A trade by the provider's number."""
        return next((each for each in self.trades.values() if each.trade_no == trade_no), None)

    # --- Notifications ---------------------------------------------------------------------

    @abstractmethod
    def notice(self, key: str, **changes: Any) -> Notice | None:
        """The newest notification about a trade as it is; None where the provider posts none.

        `changes` are of single values and signed too.
        """

    def notices(self, key: str) -> list[Notice]:
        """What must be delivered for the shop to know all about a trade."""
        newest = self.notice(key)
        return [newest] if newest else []

    def message(self, key: str, **changes: Any) -> Message:
        """The message of `notice`."""
        notice = self.notice(key, **changes)
        assert notice
        return notice.message

    def facts(self, trade: Trade) -> Facts:
        """What a message about this trade says."""
        ours = self.peer.identity()
        return Facts(trade.number, trade.trade_no, trade.total, trade.paid_at, *ours)

    def forge(self, key: str, how: str) -> tuple[Message, Answer]:
        """A message that says "paid" and is not about us or not the provider's; its answer.

        `how` is one of peers.FORGERIES, or what differs in a genuine one: amount, merchant, app.
        """
        facts = replace(self.facts(self.trades[key]), paid_at=timezone.now())
        if how in FORGERIES:
            return self.peer.forge(facts, how), self.peer.forged
        differing: dict[str, dict[str, Any]] = {
            # Never the true amount, whatever the course costs.
            "amount": {"amount": self.trades[key].total + Decimal("0.01")},
            "merchant": {"merchant": self.peer.other_merchant},
            "app": {"app_id": self.peer.other_app},
        }
        return self.peer.paid(replace(facts, **differing[how])), self.peer.rejected

    # --- Requests of the shop --------------------------------------------------------------

    def reply(
        self,
        act: Callable[[], Reply],
        *,
        error: Callable[[], Reply],
        forged: Callable[[], Reply],
        moves_money: bool = False,
    ) -> Reply | None:
        """The answer to one request, by the mode; None when it never comes."""
        mode = self.next_mode()
        if mode in CARRIED_OUT and not moves_money:
            mode = "fine"
        failures: dict[str, Callable[[], Reply | None]] = {
            "html": lambda: Reply(200, HTML),
            "mute": lambda: None,
            "error": error,
            "forged": forged,
        }
        if mode in failures:
            return failures[mode]()
        with self.lock:
            reply = act()
            if mode == "doubled":
                reply = act()
        if mode == "slow":
            time.sleep(SLOW_SECONDS)
        return None if mode == "lost" else reply


class GatewayHandler(BaseHTTPRequestHandler):
    """Sends what a gateway replies."""

    def send(self, reply: Reply | None) -> None:
        """An answer, or the end of the connection."""
        if reply is None:
            self.close_connection = True
            return
        self.send_response(reply.status)
        for name, value in {**reply.headers, "Content-Length": str(len(reply.body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(reply.body)

    def log_message(self, *args: Any) -> None:
        """Keep the test output clean."""


def during_the_question(gateway: FakeGateway, act: Callable[[], Any]) -> None:
    """Something happens once, while the gateway is being asked."""
    pending = [act]

    def mode() -> str:
        if pending:
            pending.pop()()
            connection.close()
        return "fine"

    gateway.next_mode = mode
