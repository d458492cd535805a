from collections.abc import Iterator
from dataclasses import dataclass
from threading import Thread
from typing import Any

import pytest
from django.urls import reverse

from luffy_api.apps.alipay_sandbox import delivery
from luffy_api.apps.alipay_sandbox.tests.merchant import Browser, Merchant
from luffy_api.libs.alipay_v1.tests.certificates import Chain, chain
from luffy_api.libs.payment_settings.rsa_keys import generate_key_pair


@dataclass(frozen=True)
class Keys:
    """Both sides' key pairs, made for this run."""

    app_private: str
    app_public: str
    gateway_private: str
    gateway_public: str


@pytest.fixture(scope="session")
def keys() -> Keys:
    return Keys(*generate_key_pair(), *generate_key_pair())


@pytest.fixture
def merchant() -> Iterator[Merchant]:
    server = Merchant()
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def sandbox(settings: Any, keys: Keys, merchant: Merchant) -> Keys:
    """The gateway's and the merchant's settings, which fit each other."""
    shared = {"APP_ID": "2021000000000001", "SELLER_ID": "2088000000000001"}
    settings.ALIPAY_SANDBOX = {
        **shared,
        "APP_PUBLIC_KEY": keys.app_public,
        "PRIVATE_KEY": keys.gateway_private,
        "RETRY_SCALE": 0,
    }
    settings.ALIPAY = {
        **shared,
        "GATEWAY_URL": "http://127.0.0.1:9/gateway.do",
        "APP_PRIVATE_KEY": keys.app_private,
        "ALIPAY_PUBLIC_KEY": keys.gateway_public,
        "NOTIFY_URL": merchant.url,
        "RETURN_URL": "http://127.0.0.1:9/pay/success?from=alipay",
    }
    return keys


@pytest.fixture
def certificates(settings: Any, sandbox: Keys) -> Chain:
    """The merchant's app uses certificates; neither side has the other's bare public key."""
    files = chain(sandbox.app_private, sandbox.gateway_private)
    three = {"APP_CERT": files.app, "ALIPAY_CERT": files.alipay, "ROOT_CERT": files.root}
    for name, key in (("ALIPAY_SANDBOX", "APP_PUBLIC_KEY"), ("ALIPAY", "ALIPAY_PUBLIC_KEY")):
        values = {k: v for k, v in getattr(settings, name).items() if k != key}
        setattr(settings, name, {**values, **three})
    return files


@pytest.fixture
def live(settings: Any, sandbox: Keys, live_server: Any, deliveries: list[Thread]) -> Keys:
    """The gateway on a real port, with the merchant's SDK pointed at it."""
    url = live_server.url + reverse("alipay_sandbox:gateway")
    settings.ALIPAY = {**settings.ALIPAY, "GATEWAY_URL": url}
    return sandbox


@pytest.fixture
def deliveries(monkeypatch: pytest.MonkeyPatch, transactional_db: None) -> Iterator[list[Thread]]:
    """The delivering threads; they end before the database is emptied."""
    threads: list[Thread] = []

    class Watched(Thread):
        def start(self) -> None:
            super().start()
            threads.append(self)

    monkeypatch.setattr(delivery, "Thread", Watched)
    yield threads
    for thread in threads:
        thread.join(timeout=15)


@pytest.fixture
def browser() -> Browser:
    return Browser()
