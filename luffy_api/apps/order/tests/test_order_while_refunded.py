"""The page of an order that is read at the moment its refund ends."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from luffy_api.apps.order import selectors
from luffy_api.apps.order.models import Order, Refund, RefundStatus
from luffy_api.apps.order.states import OrderStatus
from luffy_api.tests.factories import RefundFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def refund() -> Refund:
    return RefundFactory(status=RefundStatus.PROCESSING)


@contextmanager
def refunded_after_the_first_query(refund: Refund) -> Iterator[None]:
    """Another connection commits the end of the refund between the reader's queries."""
    queries = []

    def end() -> None:
        with transaction.atomic():
            Order.objects.filter(pk=refund.order_id).update(order_status=OrderStatus.REFUNDED)
            Refund.objects.filter(pk=refund.pk).update(
                status=RefundStatus.REFUNDED, finished_at=timezone.now()
            )
        connections.close_all()

    def interleave(execute: Callable, *args: object) -> object:
        result = execute(*args)
        queries.append(1)
        if len(queries) == 1:
            other = Thread(target=end)
            other.start()
            other.join()
        return result

    with connection.execute_wrapper(interleave):
        yield
    assert len(queries) > 1


def seen(order: Order) -> tuple[int, int]:
    [row] = order.refund_rows
    return order.order_status, row.status


def test_a_refund_that_ends_meanwhile_is_under_way_and_looked_for_again(refund):
    with refunded_after_the_first_query(refund):
        order = selectors.my_order(
            user_id=refund.order.user_id, out_trade_no=refund.order.out_trade_no
        )

    assert seen(order) == (OrderStatus.REFUNDED, RefundStatus.PROCESSING)


def test_control_read_the_other_way_round_the_order_stays_paid_with_its_money_back(refund):
    with refunded_after_the_first_query(refund):
        order = selectors.any_order(out_trade_no=refund.order.out_trade_no)

    assert seen(order) == (OrderStatus.PAID, RefundStatus.REFUNDED)
