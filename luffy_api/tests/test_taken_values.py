"""Only a value that is taken is told as somebody else's; any other refusal is a fault of ours."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import IntegrityError, connection, transaction

from luffy_api.apps.order.models import Invoice, InvoiceOrder, OrderDetail, OrderPayment, Refund
from luffy_api.apps.user.models import User
from luffy_api.common.codes import Code
from luffy_api.common.database_errors import is_taken
from luffy_api.tests.factories import (
    CourseFactory,
    InvoiceFactory,
    OrderFactory,
    OrderPaymentFactory,
    RefundFactory,
    UserFactory,
)


def refusal(write) -> IntegrityError:
    """The error with which the database refuses this."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        write()
    return caught.value


@contextmanager
def column_that_old_code_does_not_know(table: str) -> Iterator[None]:
    """As if a newer release had added a column without a default: every INSERT is refused."""
    if connection.vendor == "sqlite":
        body = f"BEGIN SELECT RAISE(ABORT, 'NOT NULL constraint failed: {table}.later'); END"
    else:
        body = (
            "FOR EACH ROW SIGNAL SQLSTATE '23000' SET MYSQL_ERRNO = 1048,"
            " MESSAGE_TEXT = 'Column ''later'' cannot be null'"
        )
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TRIGGER newer_release BEFORE INSERT ON {table} {body}")
        try:
            yield
        finally:
            cursor.execute("DROP TRIGGER newer_release")


@pytest.mark.django_db
def test_a_unique_column():
    user, other = UserFactory(mobile="13800000011"), UserFactory()

    error = refusal(lambda: User.objects.filter(pk=other.pk).update(mobile=user.mobile))

    assert is_taken(error, User, "mobile")
    assert not is_taken(error, User, "email")
    assert not is_taken(error, Invoice, "number")


@pytest.mark.django_db
def test_a_constraint_of_several_columns():
    payment = OrderPaymentFactory()
    order = OrderFactory()

    error = refusal(
        lambda: OrderPaymentFactory(
            order=order, pay_type=payment.pay_type, trade_no=payment.trade_no
        )
    )

    assert is_taken(error, OrderPayment, "pay_type", "trade_no")
    assert not is_taken(error, OrderPayment, "trade_no")


@pytest.mark.django_db
def test_a_generated_column():
    order = OrderFactory()
    InvoiceFactory(orders=[order])
    other = InvoiceFactory()

    error = refusal(lambda: InvoiceOrder.objects.create(invoice=other, order=order))

    assert is_taken(error, InvoiceOrder, "live_order")


@pytest.mark.django_db
def test_a_missing_value_is_nobodys():
    order = OrderFactory()

    error = refusal(lambda: OrderDetail.objects.create(order=order, course=None, price="1.00"))

    assert not is_taken(error, OrderDetail, "order", "course")


@pytest.mark.django_db
def test_a_refused_amount_is_nobodys():
    refund = RefundFactory()

    error = refusal(lambda: Refund.objects.filter(pk=refund.pk).update(amount="-1.00"))

    assert not is_taken(error, Refund, "out_request_no")


@pytest.mark.django_db(transaction=True)
def test_a_fault_of_ours_is_no_rival_at_checkout_and_is_logged(student_api, caplog):
    course = CourseFactory(price="99.00")
    body = {"courses": [course.pk], "total_amount": "99.00"}
    student_api.raise_request_exception = False

    with column_that_old_code_does_not_know("luffy_order"), caplog.at_level(logging.ERROR):
        answer = student_api.post("/api/v1/order/pay/", body, format="json")

    assert (answer.status_code, answer.json()["code"]) == (500, Code.SERVER_ERROR)
    assert "later" in caplog.text
