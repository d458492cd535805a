from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import time_machine
from cryptography.fernet import Fernet
from django.db import connection
from django.test import Client
from huey.contrib.djhuey import HUEY

from luffy_api.apps.order.payment import credentials
from luffy_api.apps.promotion.models import MembershipTerm
from luffy_api.apps.wechatpay_sandbox.models import WechatNotification
from luffy_api.common import redis_circuit, roles
from luffy_api.common.redis_circuit import circuit
from luffy_api.common.task_queue import RedisQueueStorage
from luffy_api.libs.payment_settings.rsa_keys import generate_key_pair
from luffy_api.tests.buyer import wait_until
from luffy_api.tests.factories import CourseFactory, MembershipTermFactory
from luffy_api.tests.fake_alipay import FakeAlipay
from luffy_api.tests.fake_gateway import FakeGateway
from luffy_api.tests.fake_wechatpay import FakeWechatPay
from luffy_api.tests.people import staff
from luffy_api.tests.reconciling import NOON
from luffy_api.tests.redis_server import RedisServer
from luffy_api.tests.sentinels import Sentinels
from luffy_api.tests.settings_process import SettingsProcess
from luffy_api.tests.violations import no_violations  # noqa: F401 (a fixture)

NOBODY_LISTENS = 9


@pytest.fixture(scope="session")
def settings_process() -> Iterator[SettingsProcess]:
    """Where settings are loaded, each time anew."""
    process = SettingsProcess()
    yield process
    process.close()


@pytest.fixture(scope="session")
def development_keys(
    settings_process: SettingsProcess, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The keys that settings for development make in a new VAR_DIR: RSA pairs, which take long."""
    folder = tmp_path_factory.mktemp("development")
    env = {"DJANGO_SETTINGS_MODULE": "luffy_api.settings.dev", "VAR_DIR": str(folder)}
    status, _, stderr = settings_process.run("from django.conf import settings as s; s.DEBUG", env)
    assert status == 0, stderr
    return folder / "keys"


@pytest.fixture
def database_source(settings, monkeypatch):
    """Keys of payment providers may be kept in the database; none is yet."""
    settings.KEY_ENCRYPTION_KEY = [Fernet.generate_key().decode()]
    monkeypatch.setattr(credentials, "_cache", credentials._Cache())


@pytest.fixture(scope="session")
def pairs():
    """Two pairs (private, public): the school's and the provider's."""
    return generate_key_pair(), generate_key_pair()


@pytest.fixture
def one_origin(settings, live_server):
    """The shop and the gateways reach each other at the live server."""
    settings.WECHATPAY = {
        **settings.WECHATPAY,
        "GATEWAY_URL": f"{live_server.url}/wechatpay",
        "NOTIFY_URL": f"{live_server.url}/api/v1/order/wechat/notify/",
        "RETURN_URL": f"{live_server.url}/pay/success",
        "AUTHORIZE_URL": f"{live_server.url}/wechatpay/connect/oauth2/authorize",
        "TOKEN_URL": f"{live_server.url}/wechatpay/sns/oauth2/access_token",
        "BRIDGE_URL": f"{live_server.url}/wechatpay/bridge/",
    }
    settings.ALIPAY = {
        **settings.ALIPAY,
        "GATEWAY_URL": f"{live_server.url}/alipay/gateway.do",
        "NOTIFY_URL": f"{live_server.url}/api/v1/order/success/",
        "RETURN_URL": f"{live_server.url}/pay/success",
    }


@pytest.fixture
def day_after(settings, one_origin):
    """The noon after `reconciling.DAY`, in a school that takes Alipay only."""
    settings.WECHATPAY = {}
    with time_machine.travel(NOON, tick=True):
        yield


@pytest.fixture
def local_gateways(one_origin, settings, live_server) -> Iterator[None]:
    """The same, until the notifications of WeChat Pay are on their way no more."""
    settings.PUBLIC_URL = live_server.url
    yield
    # Deliveries end before the database is emptied.
    wait_until(lambda: not WechatNotification.objects.filter(attempts=0).exists())


@pytest.fixture
def no_notification(settings, one_origin):
    """Notifications get lost, as behind a firewall."""
    settings.ALIPAY = {**settings.ALIPAY, "NOTIFY_URL": "http://127.0.0.1:9/nowhere"}


@pytest.fixture
def unreachable(settings, one_origin):
    """A function after whose call the gateway is unreachable."""

    def cut() -> None:
        nowhere = "http://127.0.0.1:9/gateway.do"
        settings.ALIPAY = {**settings.ALIPAY, "GATEWAY_URL": nowhere, "TIMEOUT": 1}

    return cut


@pytest.fixture
def placed(one_origin, student_api, student):
    """The answer to a checkout of one course for 99 yuan."""
    course = CourseFactory(name="爬虫实战", price="99.00")
    body = {"courses": [course.pk], "total_amount": "99.00"}
    return student_api.post("/api/v1/order/pay/", body, format="json").json()


@pytest.fixture
def fake_alipay(settings) -> Iterator[FakeAlipay]:
    """A gateway that keeps its own books, and is the one that the shop asks."""
    with FakeAlipay().serving() as alipay:
        settings.ALIPAY = {**settings.ALIPAY, **alipay.settings()}
        yield alipay


@pytest.fixture
def fake_wechatpay(settings) -> Iterator[FakeWechatPay]:
    """The same for WeChat Pay."""
    with FakeWechatPay().serving() as wechatpay:
        settings.WECHATPAY = {**settings.WECHATPAY, **wechatpay.settings()}
        yield wechatpay


@pytest.fixture(params=["fake_alipay", "fake_wechatpay"])
def fake_gateway(request) -> FakeGateway:
    """Each of them."""
    gateway: FakeGateway = request.getfixturevalue(request.param)
    return gateway


@pytest.fixture
def term() -> MembershipTerm:
    """30 days for 30 yuan, so a day is worth a yuan."""
    return MembershipTermFactory(name="月度会员", months=0, days=30)


@pytest.fixture
def cut(tmp_path) -> Iterator[Callable[[bool], None]]:
    """cut(True) breaks the connection to the database, cut(False) restores it."""
    known = dict(connection.settings_dict)
    sqlite = {"NAME": str(tmp_path / "gone" / "luffy.sqlite3")}
    nowhere = sqlite if connection.vendor == "sqlite" else {"PORT": NOBODY_LISTENS}

    def switch(away: bool) -> None:
        connection.close()
        connection.settings_dict.update(nowhere if away else known)

    yield switch
    switch(False)


@pytest.fixture
def redis(settings, monkeypatch, tmp_path) -> Iterator[RedisServer]:
    """A Redis of this test, where the shop has its cache, rate limits and task queue."""
    server = RedisServer(tmp_path)
    with _uses_redis(server.url, settings, monkeypatch):
        yield server
        circuit.close()
        server.kill()


@pytest.fixture
def sentinels(settings, monkeypatch, tmp_path) -> Iterator[Sentinels]:
    """The same with a replica that sentinels make the master when it dies."""
    sentinels = Sentinels(tmp_path)
    try:
        sentinels.start()
        with _uses_redis(sentinels.url, settings, monkeypatch):
            yield sentinels
            circuit.close()
    finally:
        sentinels.stop()


@contextmanager
def _uses_redis(url, settings, monkeypatch) -> Iterator[None]:
    settings.REDIS_URL = url
    backend = "luffy_api.common.caches.RedisOrLocalCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": url}}
    monkeypatch.setattr(redis_circuit, "PROBE_INTERVAL", 0.1)
    monkeypatch.setattr(circuit, "_logged_at", -redis_circuit.LOG_INTERVAL)
    monkeypatch.setattr(circuit, "_recovered", [])
    storage = RedisQueueStorage("test", url)
    monkeypatch.setattr(HUEY, "storage", storage)
    monkeypatch.setattr(HUEY, "_immediate", False)
    circuit.close()
    yield
    circuit.close()
    for client in (storage.conn, storage._blocking, redis_circuit.client()):
        client.connection_pool.disconnect()


@pytest.fixture
def finance(client: Client) -> Client:
    """A browser of 财务."""
    client.force_login(staff(roles.FINANCE, username="caiwu"))
    return client


@pytest.fixture
def trips(monkeypatch):
    """What is sent to the server, in its order."""
    sent: list[str] = []
    connection.ensure_connection()
    driver = type(connection.connection)
    query = driver.query

    def count(self, text):
        sent.append(text.decode())
        return query(self, text)

    monkeypatch.setattr(driver, "query", count)
    return sent
