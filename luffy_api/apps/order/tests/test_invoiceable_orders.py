"""The orders that the page offers for an invoice."""

from decimal import Decimal

import pytest
from django.utils import timezone

from luffy_api.apps.course.models import EnrollmentGrant
from luffy_api.apps.order import invoices
from luffy_api.apps.order.models import (
    Invoice,
    RefundStatus,
)
from luffy_api.apps.order.tests.invoicing import URL, ask, paid, refund
from luffy_api.tests.factories import InvoiceFactory, OrderFactory, OrderPaymentFactory

pytestmark = pytest.mark.django_db

ORDERS = f"{URL}orders/"


def test_the_orders_without_an_invoice_come_with_what_they_hold_the_newest_first(
    student_api, student
):
    whole, rest, twice = paid(student), paid(student), paid(student)
    refund(rest, Decimal("9.99"))
    OrderPaymentFactory(order=twice, trade_no="second")
    paid(OrderPaymentFactory().order.user)

    data = student_api.get(ORDERS).json()["data"]

    assert data["count"] == 3
    assert [(row["out_trade_no"], row["amount"]) for row in data["results"]] == [
        (twice.out_trade_no, "99.00"),
        (rest.out_trade_no, "89.01"),
        (whole.out_trade_no, "99.00"),
    ]
    assert set(data["results"][0]) == {"out_trade_no", "subject", "pay_time", "amount"}


def unpaid(student):
    """An order that waits for its payment."""
    return OrderFactory(user=student)


def invoiced(student):
    """A paid order on a live invoice."""
    return InvoiceFactory(user=student).orders.get()


def asked_back(student):
    """A paid order with a refund that waits for an answer."""
    order = paid(student)
    refund(order, Decimal("1.00"), status=RefundStatus.REQUESTED, finished_at=None)
    return order


def emptied(student):
    """A paid order of which nothing is left."""
    order = paid(student)
    refund(order, order.total_amount)
    return order


@pytest.mark.parametrize("make", [unpaid, invoiced, asked_back, emptied])
def test_an_order_that_would_be_refused_is_not_offered(student_api, student, make):
    order = make(student)

    assert student_api.get(ORDERS).json()["data"]["results"] == []
    assert ask(student_api, order).status_code == 409


def test_an_order_whose_invoice_has_ended_is_offered_again(student_api, student):
    InvoiceFactory(user=student)
    invoices.reject(invoice_id=Invoice.objects.get().pk, staff_id=student.pk, reason="抬头有误")

    assert student_api.get(ORDERS).json()["data"]["count"] == 1


def test_the_offered_orders_can_be_narrowed_to_one_of_mine(student_api, stranger_api, student):
    order = paid(student)
    paid(student)
    query = {"order": order.out_trade_no}

    [row] = student_api.get(ORDERS, query).json()["data"]["results"]

    assert row["out_trade_no"] == order.out_trade_no
    assert stranger_api.get(ORDERS, query).json()["data"]["results"] == []


@pytest.mark.any_database
@pytest.mark.parametrize("query", ["order=", "order=%00", "state=1", "page=0", "page_size=51"])
def test_an_odd_question_about_offered_orders_is_refused(student_api, query):
    assert student_api.get(f"{ORDERS}?{query}").status_code == 400


def test_a_visitor_is_offered_no_orders(api):
    assert api.get(ORDERS).status_code == 401


@pytest.mark.any_database
@pytest.mark.parametrize("size", [1, 8])
def test_the_number_of_queries_of_the_offered_orders(
    student_api, student, size, django_assert_num_queries
):
    for _ in range(size):
        paid(student)

    with django_assert_num_queries(2):  # token, orders
        student_api.get(ORDERS)


def test_what_is_due_back_is_asked_for_at_the_time_of_each_request(student_api, student):
    """The statement is compiled once, and the grants of a course begin and end."""
    order = paid(student)
    line = order.order_courses.get()
    assert student_api.get(ORDERS).json()["data"]["count"] == 1

    older, _ = (
        EnrollmentGrant.objects.create(
            user=student,
            course_id=line.course_id,
            source=EnrollmentGrant.Source.ORDER,
            reference=reference,
        )
        for reference in ("older", order.out_trade_no)
    )
    order.order_courses.update(owned_before=True)
    assert student_api.get(ORDERS).json()["data"]["count"] == 0

    EnrollmentGrant.objects.filter(pk=older.pk).update(ends_at=timezone.now())
    assert student_api.get(ORDERS).json()["data"]["count"] == 1


def test_a_page_of_many_orders(student_api, student):
    orders = [paid(student) for _ in range(5)]

    data = student_api.get(ORDERS, {"page": 2, "page_size": 2}).json()["data"]

    assert data["count"] == 5
    assert [row["out_trade_no"] for row in data["results"]] == [
        orders[2].out_trade_no,
        orders[1].out_trade_no,
    ]
    assert student_api.get(ORDERS, {"page": 4, "page_size": 2}).status_code == 404


def test_only_the_number_itself_is_a_filter(student_api, student):
    number = paid(student).out_trade_no

    for query in (number.lower(), number[:-1], f"{number}%", "x" * 64):
        assert student_api.get(ORDERS, {"order": query}).json()["data"]["count"] == 0, query
