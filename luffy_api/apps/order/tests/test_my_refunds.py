"""Refunds as their student sees them: beside the order, and all of them in one list."""

import pytest
from django.utils import timezone

from luffy_api.apps.order.models import RefundStatus
from luffy_api.tests.factories import OrderPaymentFactory, RefundFactory

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
ORDERS, URL = "/api/v1/order/", "/api/v1/order/refund/"
KEYS = {
    "id", "amount", "state", "state_name", "reason", "answer", "course", "created_time",
    "finished_time",
}  # fmt: skip


@pytest.fixture
def client(student_api):
    return student_api


@pytest.fixture
def payment(student):
    return OrderPaymentFactory(order__user=student)


def order_of(client, payment):
    return client.get(f"{ORDERS}{payment.order.out_trade_no}/").json()["data"]


def test_an_order_without_refunds_says_so(client, payment):
    order = order_of(client, payment)

    assert (order["refunded_amount"], order["refunds"]) == ("0.00", [])


def test_an_order_shows_its_refunds_and_what_went_back(client, payment):
    RefundFactory(payment=payment, amount="10.00", refunded=True)
    RefundFactory(payment=payment, amount="5.55", refunded=True)
    RefundFactory(payment=payment, amount="20.00", status=RefundStatus.FAILED)
    waiting = RefundFactory(payment=payment, amount="40.00", reason="买错了")

    order = order_of(client, payment)

    assert order["refunded_amount"] == "15.55"
    assert [row["state_name"] for row in order["refunds"]] == ["申请中", "失败", "已退款", "已退款"]
    newest = order["refunds"][0]
    assert set(newest) == KEYS
    assert (newest["id"], newest["amount"], newest["state"]) == (waiting.pk, "40.00", 0)
    assert (newest["reason"], newest["answer"], newest["course"]) == ("买错了", "", None)
    assert newest["finished_time"] is None


def test_a_refusal_has_its_text_and_its_time(client, payment):
    course = payment.order.order_courses.get().course
    RefundFactory(
        payment=payment,
        course=course,
        status=RefundStatus.REJECTED,
        answer="已看完大半",
        decided_at=timezone.now(),
    )

    [row] = order_of(client, payment)["refunds"]

    assert (row["state_name"], row["answer"], row["course"]) == ("已拒绝", "已看完大半", course.pk)
    assert row["finished_time"]


def test_the_list_has_my_refunds_with_their_orders_the_newest_first(client, payment):
    old, new = RefundFactory(payment=payment, refunded=True), RefundFactory(payment=payment)
    RefundFactory()

    page = client.get(URL).json()["data"]

    assert page["count"] == 2
    assert [row["id"] for row in page["results"]] == [new.pk, old.pk]
    assert set(page["results"][0]) == {*KEYS, "out_trade_no", "subject"}
    assert page["results"][0]["out_trade_no"] == payment.order.out_trade_no


@pytest.mark.parametrize("size", [1, 10])
def test_the_number_of_queries_of_the_list(client, student, size, django_assert_num_queries):
    for _ in range(size):
        RefundFactory(payment__order__user=student)

    with django_assert_num_queries(3):  # token, count, refunds
        client.get(URL)


@pytest.mark.parametrize("query", ["page=0", "page=x", "page_size=51", "page="])
def test_a_wrong_page_is_refused(client, query):
    assert client.get(f"{URL}?{query}").status_code == 400


def test_a_visitor_is_asked_to_log_in(api):
    assert api.get(URL).status_code == 401
