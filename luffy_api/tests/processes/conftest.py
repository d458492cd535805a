from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from luffy_api.tests.fake_alipay import FakeAlipay
from luffy_api.tests.fake_gateway import FakeGateway
from luffy_api.tests.fake_wechatpay import FakeWechatPay
from luffy_api.tests.processes import invariants
from luffy_api.tests.processes.shop import Gateways, Shop


@pytest.fixture(scope="session")
def gateways() -> Iterator[dict[str, FakeGateway]]:
    """The payment providers, by the names of their peers."""
    with FakeAlipay().serving() as alipay, FakeWechatPay().serving() as wechatpay:
        yield {each.peer.name: each for each in (alipay, wechatpay)}


@pytest.fixture(scope="session")
def gateway_urls(gateways: dict[str, FakeGateway]) -> Gateways:
    """Where a shop finds them."""
    return {name: each.settings()["GATEWAY_URL"] for name, each in gateways.items()}


@pytest.fixture
def asks_gateways(settings: Any, gateways: dict[str, FakeGateway]) -> None:
    """This process asks them too."""
    settings.ALIPAY = {**settings.ALIPAY, **gateways["alipay"].settings()}
    settings.WECHATPAY = {**settings.WECHATPAY, **gateways["wechat"].settings()}


@pytest.fixture(scope="session")
def shop_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shop")
    (folder / "switches").mkdir()
    return folder


@pytest.fixture(scope="session")
def running_shop(
    django_db_setup: None, gateway_urls: Gateways, shop_folder: Path
) -> Iterator[Shop]:
    """The shop as it is, but for its alerts, and for switches that are off.

    One for all tests: a server takes seconds of processor time to start.
    """
    application = "luffy_api.tests.processes.faulty_wsgi"
    with Shop(shop_folder, application=application, gateways=gateway_urls) as shop:
        yield shop


@pytest.fixture
def shop(transactional_db: None, running_shop: Shop) -> Shop:
    """Two server processes over the database of this test."""
    return running_shop


@pytest.fixture
def faulty_shop(shop: Shop) -> Shop:
    """The same, for a test that turns a switch on."""
    return shop


@pytest.fixture
def switch(shop_folder: Path) -> Iterator[Callable[[str], Path]]:
    """Turns one of faults.py's switches on until the test ends."""
    on: list[Path] = []

    def turn_on(name: str) -> Path:
        on.append(shop_folder / "switches" / name)
        on[-1].touch()
        return on[-1]

    yield turn_on
    for file in on:
        file.unlink(missing_ok=True)


@pytest.fixture
def whole(transactional_db: None) -> Iterator[None]:
    """Assert at the end that no invariant is violated."""
    yield
    connection.close()
    assert invariants.broken() == []
