"""The purchase journey over real HTTP: the shop, the real SDK and the local gateway.

Nothing is patched but the addresses, which are those of the live server.
"""

from urllib.parse import parse_qs, urlsplit

import pytest

from luffy_api.apps.course.models import Enrollment
from luffy_api.apps.order.models import Order, PaymentEvent
from luffy_api.apps.order.states import OrderStatus
from luffy_api.tests.buyer import Buyer, wait_until

pytestmark = pytest.mark.django_db(transaction=True)


def is_paid() -> bool:
    return Order.objects.get().order_status == OrderStatus.PAID


def test_a_student_buys_a_course_at_the_cashier(student_api, student, placed):
    buyer = Buyer()

    buyer.open_cashier(placed["pay_url"])
    assert "爬虫实战" in buyer.html
    assert "99.00" in buyer.html
    address = buyer.press("pay")
    wait_until(is_paid)

    returned = parse_qs(urlsplit(address).query)
    assert returned["out_trade_no"] == [placed["out_trade_no"]]
    status = student_api.get(
        "/api/v1/order/success/", {"out_trade_no": placed["out_trade_no"]}
    ).json()
    assert status["code"] == 100
    assert status["data"]["order"]["trade_no"] == returned["trade_no"][0]
    assert Enrollment.objects.filter(user=student).count() == 1
    wait_until(lambda: PaymentEvent.objects.filter(reason="paid").count() == 1)


def test_pressing_cancel_at_the_cashier_keeps_the_order_payable(student_api, placed):
    buyer = Buyer()
    buyer.open_cashier(placed["pay_url"])

    buyer.press("cancel")

    again = student_api.post(f"/api/v1/order/{placed['out_trade_no']}/pay/").json()
    buyer.open_cashier(again["pay_url"])
    buyer.press("pay")
    wait_until(is_paid)
