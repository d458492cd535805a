import pytest

from luffy_api.apps.order.models import Order
from luffy_api.apps.user.models import User
from luffy_api.tests.fake_alipay import FakeAlipay
from luffy_api.tests.fake_gateway import Trade
from luffy_api.tests.refunding import sold


@pytest.fixture
def order(fake_alipay: FakeAlipay, student: User) -> Order:
    """Paid by `student`: a course for 30 and one for 69 yuan."""
    return sold(fake_alipay, "30.00", "69.00", user=student)


@pytest.fixture
def trade(fake_alipay: FakeAlipay, order: Order) -> Trade:
    """What the gateway knows of it."""
    return fake_alipay.trades[order.out_trade_no]
