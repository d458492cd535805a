from collections.abc import Callable

import pytest

from luffy_api.apps.order.models import Order
from luffy_api.apps.order.payment import credentials
from luffy_api.apps.order.tests.stored_credentials import OLD_KEY
from luffy_api.tests.factories import CourseFactory, OrderFactory
from luffy_api.tests.peers import ALIPAY, PEERS, Peer, facts_of
from luffy_api.tests.violations import no_violations  # noqa: F401 (a fixture)


@pytest.fixture(params=PEERS.values(), ids=PEERS)
def peer(request) -> Peer:
    """Each provider that posts notifications."""
    provider: Peer = request.param
    return provider


@pytest.fixture
def order(peer: Peer) -> Order:
    """Unpaid, for a course for 99 yuan that has 7 students."""
    course = CourseFactory(students=7)
    order: Order = OrderFactory(courses=[course], pay_type=peer.pay_type, open_cart_key="open")
    return order


@pytest.fixture
def alipay() -> Callable[..., dict[str, str]]:
    """Makes the fields of genuine notifications of Alipay; keyword arguments change single ones."""

    def about(order: Order, **changes: str | None) -> dict[str, str]:
        return ALIPAY.fields(facts_of(ALIPAY, order), **changes)

    return about


@pytest.fixture
def clock(monkeypatch):
    """The age of what this process has read: clock.pass_by(seconds)."""

    class Clock:
        now = 1000.0

        def pass_by(self, seconds):
            self.now += seconds

    clock = Clock()
    monkeypatch.setattr(credentials, "monotonic", lambda: clock.now)
    return clock


@pytest.fixture
def database_source(settings, monkeypatch, clock):
    """The shop has a key to encrypt with, and a process that has read nothing yet."""
    settings.KEY_ENCRYPTION_KEY = [OLD_KEY]
    monkeypatch.setattr(credentials, "_cache", credentials._Cache())
