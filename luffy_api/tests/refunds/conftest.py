import pytest
from django.test import Client

from luffy_api.apps.order.models import Order
from luffy_api.apps.user.models import User
from luffy_api.common import roles
from luffy_api.tests.fake_alipay import FakeAlipay
from luffy_api.tests.fake_gateway import Trade
from luffy_api.tests.refunding import sold
from luffy_api.tests.test_roles import staff


@pytest.fixture
def order(fake_alipay: FakeAlipay, student: User) -> Order:
    """Paid by `student`: a course for 30 and one for 69 yuan."""
    return sold(fake_alipay, "30.00", "69.00", user=student)


@pytest.fixture
def trade(fake_alipay: FakeAlipay, order: Order) -> Trade:
    """What the gateway knows of it."""
    return fake_alipay.trades[order.out_trade_no]


@pytest.fixture
def finance(client: Client) -> Client:
    """A browser of 财务."""
    client.force_login(staff(roles.FINANCE, username="caiwu"))
    return client
