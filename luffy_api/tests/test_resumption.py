"""Paying an order that was placed before: 继续支付, the same cart again, a repeated request.

Over real HTTP, with the real SDK and the local gateway.
"""

from datetime import timedelta

import pytest
from django.utils import timezone

from luffy_api.apps.course.models import Course
from luffy_api.apps.order.models import GatewayCounter, Order
from luffy_api.apps.order.payment import gateway, reconciliation
from luffy_api.apps.order.states import OrderStatus
from luffy_api.tests.buyer import Buyer, pay_at_cashier, wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("no_violations")]
URL = "/api/v1/order/"
KEY = {"Idempotency-Key": "k1"}


@pytest.fixture
def placed(placed, student_api):
    """The checkout of the fixture, under a key as well."""
    return place(student_api, KEY).json()


def place(api, headers=None):
    body = {"courses": [Course.objects.get().pk], "total_amount": "99.00"}
    return api.post(f"{URL}pay/", body, format="json", headers=headers)


def pay_again(api, placed):
    return api.post(f"{URL}{placed['out_trade_no']}/pay/")


def repeat(api, placed):
    return place(api, KEY)


def open_cashier(placed) -> None:
    Buyer().open_cashier(placed["pay_url"])


def close_at_the_gateway(placed) -> None:
    """As its console does, or a process of ours that died before it could record it."""
    open_cashier(placed)
    gateway.close_trade(Order.objects.get(out_trade_no=placed["out_trade_no"]))


def wait_for_the_next_query() -> None:
    Order.objects.update(queried_at=None)


WITHDRAWN = {
    "offline": {"status": Course.Status.OFFLINE},
    "announced": {"status": Course.Status.ANNOUNCED},
    "hidden": {"is_show": False},
    "deleted": {"is_delete": True},
}


@pytest.mark.parametrize("again", [pay_again, repeat, lambda api, placed: place(api)])
@pytest.mark.parametrize("change", WITHDRAWN)
def test_nobody_is_sent_to_pay_for_a_withdrawn_course(student_api, placed, again, change):
    open_cashier(placed)
    Course.objects.update(**WITHDRAWN[change])

    response = again(student_api, placed)

    assert (response.status_code, response.json()["code"]) == (409, 4003)
    assert response.json()["errors"] == {"courses": [str(Course.objects.get().pk)]}


@pytest.mark.parametrize("again", [pay_again, repeat])
def test_the_open_order_of_a_withdrawn_course_closes(student_api, placed, again):
    open_cashier(placed)
    Course.objects.update(status=Course.Status.OFFLINE)

    again(student_api, placed)

    order = Order.objects.get()
    assert (order.order_status, order.open_cart_key) == (OrderStatus.CANCELLED, None)
    assert gateway.query_trade(order).state == "closed"


def test_a_payment_that_came_before_the_course_was_withdrawn_counts(
    no_notification, student_api, placed
):
    pay_at_cashier(pay_again(student_api, placed).json()["pay_url"])
    Course.objects.update(status=Course.Status.OFFLINE)

    response = pay_again(student_api, placed)

    assert response.json()["code"] == 4005
    assert Order.objects.get().order_status == OrderStatus.PAID


def test_without_an_answer_the_order_of_a_withdrawn_course_stays_open(
    unreachable, student_api, placed
):
    Course.objects.update(status=Course.Status.OFFLINE)
    unreachable()

    response = pay_again(student_api, placed)

    assert response.json()["code"] == 4003
    assert Order.objects.get().order_status == OrderStatus.UNPAID


def test_after_its_trade_was_closed_the_same_cart_makes_an_order_that_works(student_api, placed):
    close_at_the_gateway(placed)
    wait_for_the_next_query()

    fresh = place(student_api).json()

    assert fresh["out_trade_no"] != placed["out_trade_no"]
    pay_at_cashier(fresh["pay_url"])
    wait_until(lambda: Order.objects.filter(order_status=OrderStatus.PAID).exists())
    old = Order.objects.get(out_trade_no=placed["out_trade_no"])
    assert old.order_status == OrderStatus.CANCELLED


def test_a_new_key_is_not_stored_with_an_order_whose_trade_is_closed(student_api, placed):
    close_at_the_gateway(placed)
    wait_for_the_next_query()

    fresh = place(student_api, {"Idempotency-Key": "k2"}).json()
    again = place(student_api, {"Idempotency-Key": "k2"}).json()

    assert fresh["out_trade_no"] != placed["out_trade_no"]
    assert again["out_trade_no"] == fresh["out_trade_no"]


@pytest.mark.parametrize("again", [pay_again, repeat])
def test_an_order_whose_trade_is_closed_is_not_paid_again(student_api, placed, again):
    close_at_the_gateway(placed)
    wait_for_the_next_query()

    response = again(student_api, placed)

    assert (response.status_code, response.json()["code"]) == (409, 4005)
    assert Order.objects.get().order_status == OrderStatus.CANCELLED


def batch(api, placed) -> None:
    Order.objects.update(next_query_at=timezone.now() - timedelta(seconds=1))
    reconciliation.reconcile()


def status_page(api, placed) -> None:
    api.get(f"{URL}success/", {"out_trade_no": placed["out_trade_no"]})


@pytest.mark.parametrize("ask", [batch, status_page])
def test_the_order_follows_when_its_closed_trade_is_asked_for(student_api, placed, ask):
    close_at_the_gateway(placed)
    wait_for_the_next_query()

    ask(student_api, placed)

    order = Order.objects.get()
    assert order.order_status == OrderStatus.CANCELLED
    assert order.next_query_at is None


def test_an_order_is_not_queried_with_every_click(student_api, placed):
    for _ in range(5):
        assert place(student_api).json()["out_trade_no"] == placed["out_trade_no"]

    assert sum(GatewayCounter.objects.values_list("count", flat=True)) == 1
