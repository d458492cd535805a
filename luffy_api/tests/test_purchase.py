"""The purchase journey over real HTTP: the shop, the real SDK and the local gateway.

Nothing is patched but the addresses, which are those of the live server.
"""

import re
import time
from html import unescape
from http.cookiejar import CookieJar
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, ProxyHandler, build_opener

import pytest

from luffy_api.apps.course.models import Enrollment
from luffy_api.apps.order import services
from luffy_api.apps.order.exceptions import OrderClosed, PaymentUnknown
from luffy_api.apps.order.models import Order, PaymentEvent
from luffy_api.apps.order.states import OrderStatus
from luffy_api.tests.factories import CourseFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def one_origin(settings, live_server):
    """The shop and the gateway reach each other at the live server."""
    settings.ALIPAY = {
        **settings.ALIPAY,
        "GATEWAY_URL": f"{live_server.url}/alipay/gateway.do",
        "NOTIFY_URL": f"{live_server.url}/api/v1/order/success/",
        "RETURN_URL": f"{live_server.url}/pay/success",
    }


class StopAtReturn(HTTPRedirectHandler):
    """Follows redirects like a browser, up to the return to the shop."""

    def redirect_request(self, req: Any, fp: Any, code: Any, msg: Any, headers: Any, newurl: Any):
        if "/pay/success" in newurl:
            return None
        return super().redirect_request(req, fp, code, msg, headers, newurl)


class Buyer:
    """A buyer's browser at the cashier."""

    def __init__(self) -> None:
        self.opener = build_opener(
            HTTPCookieProcessor(CookieJar()), StopAtReturn(), ProxyHandler({})
        )

    def open_cashier(self, pay_url: str) -> None:
        with self.opener.open(pay_url, timeout=10) as page:
            self.address = page.url
            self.html = page.read().decode()

    def press(self, action: str) -> str:
        """Press a button of the form; where the browser is sent."""
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.html)
        form = re.search(r'<form[^>]*action="([^"]*)"', self.html)
        assert token
        body = urlencode({"csrfmiddlewaretoken": token[1], "action": action}).encode()
        target = urljoin(self.address, unescape(form[1]) if form else "")
        try:
            with self.opener.open(target, body, timeout=10) as page:
                return str(page.url)
        except HTTPError as redirect:  # the one that was not followed
            return str(redirect.headers["Location"])


@pytest.fixture
def placed(student_api, student):
    course = CourseFactory(name="爬虫实战", price="99.00")
    body = {"courses": [course.pk], "total_amount": "99.00"}
    return student_api.post("/api/v1/order/pay/", body, format="json").json()


def wait_until(condition: Any, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


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


def test_cancelling_the_order_closes_the_trade_at_the_gateway(student_api, placed):
    buyer = Buyer()
    buyer.open_cashier(placed["pay_url"])

    response = student_api.post(f"/api/v1/order/{placed['out_trade_no']}/cancel/")

    assert response.json()["data"]["order_status"] == OrderStatus.CANCELLED
    with pytest.raises(HTTPError) as refused:
        buyer.open_cashier(placed["pay_url"])
    assert refused.value.code == 400
    assert 'value="pay"' not in refused.value.read().decode()


def test_cancelling_before_the_cashier_was_opened_works_too(student_api, placed):
    response = student_api.post(f"/api/v1/order/{placed['out_trade_no']}/cancel/")

    assert response.json()["data"]["order_status"] == OrderStatus.CANCELLED


def test_cancelling_what_was_paid_records_the_payment_instead(settings, student, placed):
    # The notification goes nowhere, as behind a firewall.
    settings.ALIPAY = {**settings.ALIPAY, "NOTIFY_URL": "http://127.0.0.1:9/nowhere"}
    order = Order.objects.get()
    buyer = Buyer()
    buyer.open_cashier(services.pay_url(order))
    buyer.press("pay")

    with pytest.raises(OrderClosed):
        services.cancel(user_id=student.pk, out_trade_no=order.out_trade_no)

    assert is_paid()
    assert PaymentEvent.objects.get(accepted=True).source == PaymentEvent.Source.QUERY
    assert Enrollment.objects.filter(user=student).count() == 1


def test_an_unreachable_gateway_leaves_the_order_as_it_is(settings, student, placed):
    settings.ALIPAY = {
        **settings.ALIPAY,
        "GATEWAY_URL": "http://127.0.0.1:9/gateway.do",
        "TIMEOUT": 1,
    }

    with pytest.raises(PaymentUnknown):
        services.cancel(user_id=student.pk, out_trade_no=placed["out_trade_no"])

    assert Order.objects.get().order_status == OrderStatus.UNPAID
