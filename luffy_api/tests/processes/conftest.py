from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from luffy_api.tests.processes import invariants
from luffy_api.tests.processes.gateway import Gateway
from luffy_api.tests.processes.shop import Shop


@pytest.fixture(scope="session")
def gateway() -> Iterator[Gateway]:
    """Answers with the key of the local gateway, in whose place it stands."""
    server = Gateway(settings.ALIPAY_SANDBOX["PRIVATE_KEY"])
    yield server
    server.stop()


@pytest.fixture(scope="session")
def running_shop(
    django_db_setup: None, gateway: Gateway, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shop]:
    """The shop as it is."""
    with Shop(tmp_path_factory.mktemp("shop"), gateway=gateway.url) as shop:
        yield shop


@pytest.fixture(scope="session")
def faulty_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("faulty")


@pytest.fixture(scope="session")
def running_faulty_shop(
    django_db_setup: None, gateway: Gateway, faulty_folder: Path
) -> Iterator[Shop]:
    application = "luffy_api.tests.processes.faulty_wsgi"
    (faulty_folder / "switches").mkdir()
    with Shop(faulty_folder, application=application, gateway=gateway.url) as shop:
        yield shop


@pytest.fixture
def shop(transactional_db: None, running_shop: Shop) -> Shop:
    """Two server processes over the database of this test."""
    return running_shop


@pytest.fixture
def faulty_shop(transactional_db: None, running_faulty_shop: Shop) -> Shop:
    """The same, with switches."""
    return running_faulty_shop


@pytest.fixture
def switch(faulty_folder: Path) -> Iterator[Callable[[str], Path]]:
    """Turns one of faults.py's switches on until the test ends."""
    on: list[Path] = []

    def turn_on(name: str) -> Path:
        on.append(faulty_folder / "switches" / name)
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
