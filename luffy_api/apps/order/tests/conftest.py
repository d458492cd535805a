from collections.abc import Callable
from typing import Any

import pytest

from luffy_api.apps.order.models import Order
from luffy_api.libs.alipay_v1.keys import generate_key_pair
from luffy_api.libs.alipay_v1.tests.signer import notification

APP_ID = "2021000000000001"
SELLER_ID = "2088000000000001"


@pytest.fixture(scope="session")
def alipay_private() -> tuple[str, str]:
    """Alipay's own key pair, for signing what it would send."""
    return generate_key_pair()


@pytest.fixture
def alipay(settings: Any, alipay_private: tuple[str, str]) -> Callable[..., dict[str, str]]:
    """Makes genuine notifications about an order; keyword arguments change single fields."""
    settings.ALIPAY = {
        **settings.ALIPAY,
        "APP_ID": APP_ID,
        "SELLER_ID": SELLER_ID,
        "ALIPAY_PUBLIC_KEY": alipay_private[1],
    }

    def about(order: Order, **changes: str | None) -> dict[str, str]:
        fields = {
            "app_id": APP_ID,
            "seller_id": SELLER_ID,
            "out_trade_no": order.out_trade_no,
            "total_amount": f"{order.total_amount:.2f}",
            **changes,
        }
        return notification(alipay_private[0], **fields)

    return about
