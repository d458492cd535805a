"""A payment key that is entered in one process is used by every other one."""

import time
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest

from luffy_api.apps.order.models import PayType
from luffy_api.apps.order.payment import credential_entry, credentials
from luffy_api.apps.user import tokens
from luffy_api.tests.factories import OrderFactory, UserFactory
from luffy_api.tests.processes.clients import Client, api
from luffy_api.tests.processes.shop import ENCRYPTION_KEYS, Shop

LIMIT = 10.0  # seconds
ENTERED = "2021000000000077"


@pytest.fixture(autouse=True)
def same_key(settings, monkeypatch):
    """This process reads what the servers read."""
    settings.KEY_ENCRYPTION_KEY = ENCRYPTION_KEYS
    monkeypatch.setattr(credentials, "_cache", credentials._Cache())


@pytest.fixture
def app_ids(shop: Shop) -> Callable[[], list[str]]:
    """The app that each process names in the address of the cashier."""
    order = OrderFactory(user=UserFactory())
    request = api(f"order/{order.out_trade_no}/pay/", tokens.issue(order.user).token, {})

    def ask() -> list[str]:
        found = []
        for port in shop.ports:
            with Client(port, timeout=30) as client:
                answer = client.send(request)
            assert answer
            assert answer.status == 200, answer
            found += parse_qs(urlsplit(answer.json["pay_url"]).query)["app_id"]
        return found

    return ask


def seconds_until(condition: Callable[[], bool]) -> float:
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < LIMIT, "it took too long"
        time.sleep(0.2)
    return time.monotonic() - began


def test_every_process_uses_a_change_within_ten_seconds(shop, app_ids, settings):
    staff = {"provider": PayType.ALIPAY, "user_id": UserFactory().pk}
    configured = settings.ALIPAY["APP_ID"]
    assert app_ids() == [configured] * 2

    settings.KEY_ENCRYPTION_KEY = ENCRYPTION_KEYS[1:]
    credential_entry.store(texts={"APP_ID": ENTERED}, **staff)
    took = seconds_until(lambda: app_ids() == [ENTERED] * 2)
    assert took < LIMIT

    # A rotation beside the running site: each process reads the value again, under the new key.
    settings.KEY_ENCRYPTION_KEY = ENCRYPTION_KEYS
    assert credential_entry.rotate().changed == 1
    time.sleep(credentials.MAX_AGE + 0.5)
    assert app_ids() == [ENTERED] * 2

    credential_entry.remove(name="APP_ID", **staff)
    assert seconds_until(lambda: app_ids() == [configured] * 2) < LIMIT
