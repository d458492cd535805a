"""Payments without a notification are found by queries: of the batch, and of the status page.

Over real HTTP, with the real SDK and the local gateway.
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from unittest import mock

import pytest
from django.core.management import call_command
from django.utils import timezone

from luffy_api.apps.course.models import Enrollment
from luffy_api.apps.order import cancellation
from luffy_api.apps.order.models import GatewayCounter, Order, PaymentEvent
from luffy_api.apps.order.payment import reconciliation, retry_schedule
from luffy_api.apps.order.states import OrderStatus
from luffy_api.conftest import logged_in
from luffy_api.tests.buyer import Buyer, cashier_url, pay_at_cashier, wait_until
from luffy_api.tests.factories import OrderFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("no_violations")]
STATUS = "/api/v1/order/success/"


@pytest.fixture
def order(placed):
    return Order.objects.get()


def make_due(**changes) -> None:
    Order.objects.update(next_query_at=timezone.now() - timedelta(seconds=1), **changes)


def pay(order: Order) -> None:
    pay_at_cashier(cashier_url(order))


def answers() -> dict[str, int]:
    return dict(GatewayCounter.objects.values_list("outcome", "count"))


def test_the_batch_finds_a_payment_without_notification(no_notification, student, order, capsys):
    pay(order)
    make_due()

    call_command("reconcile_payments")
    call_command("reconcile_payments")

    order.refresh_from_db()
    assert order.order_status == OrderStatus.PAID
    assert order.next_query_at is None
    assert Enrollment.objects.filter(user=student).count() == 1
    assert PaymentEvent.objects.get().source == PaymentEvent.Source.QUERY
    assert [word for word in capsys.readouterr().out if word.isdigit()] == ["1", "0"]


def test_an_order_is_not_queried_before_it_is_due(no_notification, order):
    pay(order)

    assert reconciliation.reconcile() == 0

    order.refresh_from_db()
    assert order.order_status == OrderStatus.UNPAID
    assert answers() == {}


def test_an_unpaid_order_gets_its_next_query(order):
    Order.objects.update(created_time=timezone.now() - timedelta(minutes=2))
    make_due()

    assert reconciliation.reconcile() == 1

    order.refresh_from_db()
    assert order.next_query_at == order.created_time + timedelta(minutes=3)
    assert answers() == {"not_found": 1}


def test_an_order_cancelled_before_the_cashier_opens_gets_a_final_query(
    no_notification, student, order
):
    """Its pay URL still works: there was no trade to close at Alipay."""
    address = cashier_url(order)
    cancellation.cancel(user_id=student.pk, out_trade_no=order.out_trade_no)
    pay_at_cashier(address)
    order.refresh_from_db()
    assert order.next_query_at == order.expires_at + retry_schedule.FINAL_QUERY_DELAY

    make_due()
    reconciliation.reconcile()

    order.refresh_from_db()
    assert (order.order_status, order.next_query_at) == (OrderStatus.PAID, None)
    assert Enrollment.objects.filter(user=student).count() == 1


def test_a_final_query_that_finds_a_waiting_buyer_closes_the_trade(student, order):
    address = cashier_url(order)
    cancellation.cancel(user_id=student.pk, out_trade_no=order.out_trade_no)
    buyer = Buyer()
    buyer.open_cashier(address)

    make_due()
    reconciliation.reconcile()

    order.refresh_from_db()
    assert (order.order_status, order.next_query_at) == (OrderStatus.CANCELLED, None)
    buyer.press("pay")
    order.refresh_from_db()
    assert order.order_status == OrderStatus.CANCELLED


def test_a_trade_that_was_closed_at_alipay_gets_no_final_query(student, order):
    Buyer().open_cashier(cashier_url(order))

    cancellation.cancel(user_id=student.pk, out_trade_no=order.out_trade_no)

    order.refresh_from_db()
    assert order.next_query_at is None


def test_failures_are_counted_and_retried_with_growing_pauses(unreachable, order):
    unreachable()
    pauses = []
    for _ in range(4):
        make_due()
        assert reconciliation.reconcile() == 0
        order.refresh_from_db()
        pauses.append(round((order.next_query_at - timezone.now()).total_seconds() / 30))

    assert pauses == [1, 2, 4, 8]
    assert order.query_failures == 4
    assert order.order_status == OrderStatus.UNPAID
    assert answers() == {"unknown": 4}


def test_an_answer_resets_the_count_of_failures(order):
    make_due(query_failures=5)

    reconciliation.reconcile()

    order.refresh_from_db()
    assert order.query_failures == 0


def test_a_batch_ends_early_when_the_gateway_is_away(unreachable, order):
    for _ in range(9):
        OrderFactory(open_cart_key=None)
    make_due()
    unreachable()

    reconciliation.reconcile()

    assert answers() == {"unknown": 3}
    Order.objects.exclude(pk=order.pk).update(order_status=OrderStatus.CANCELLED)


def test_an_order_that_always_fails_does_not_block_others(unreachable, one_origin, settings, order):
    gateway = settings.ALIPAY
    unreachable()
    make_due()
    cancellation.close_expired()
    reconciliation.reconcile()
    settings.ALIPAY = gateway
    late = timezone.now() - timedelta(seconds=1)
    other = OrderFactory(open_cart_key="x", next_query_at=late, expires_at=late)

    assert cancellation.close_expired() == 1

    other.refresh_from_db()
    assert other.order_status == OrderStatus.EXPIRED


def test_concurrent_batches_query_an_order_once(order):
    make_due()
    seen = Order.objects.get()
    until = timezone.now() + retry_schedule.LEASE

    assert Order.objects.claim(seen, until=until)
    assert not Order.objects.claim(seen, until=until)
    assert reconciliation.reconcile() == 0


def test_an_order_of_a_killed_batch_is_queried_again(no_notification, order):
    pay(order)
    make_due()
    dying = mock.patch.object(
        reconciliation.services, "query_and_record", side_effect=KeyboardInterrupt
    )
    with dying, pytest.raises(KeyboardInterrupt):
        reconciliation.reconcile()
    assert reconciliation.reconcile() == 0

    make_due()  # two minutes later
    reconciliation.reconcile()

    order.refresh_from_db()
    assert order.order_status == OrderStatus.PAID


class TestStatusPage:
    """GET order/success/ queries Alipay for a page that waits."""

    def test_the_page_finds_a_payment_without_notification(self, no_notification, student, order):
        pay(order)

        body = logged_in(student).get(STATUS, {"out_trade_no": order.out_trade_no}).json()

        assert body["code"] == 100
        assert body["data"]["order"]["trade_no"]
        assert Enrollment.objects.filter(user=student).count() == 1

    def test_it_queries_at_most_once_in_three_seconds(self, api, order, time_machine):
        time_machine.move_to(timezone.now(), tick=False)
        for _ in range(5):
            api.get(STATUS, {"out_trade_no": order.out_trade_no})
        assert answers() == {"not_found": 1}

        time_machine.shift(timedelta(seconds=3))
        api.get(STATUS, {"out_trade_no": order.out_trade_no})

        assert answers() == {"not_found": 2}

    def test_silence_is_not_an_error(self, api, unreachable, order):
        unreachable()

        response = api.get(STATUS, {"out_trade_no": order.out_trade_no})

        assert (response.status_code, response.json()["code"]) == (200, 101)
        assert answers() == {"unknown": 1}

    def test_it_queries_a_cancelled_order_too(self, api, no_notification, student, order):
        address = cashier_url(order)
        cancellation.cancel(user_id=student.pk, out_trade_no=order.out_trade_no)
        pay_at_cashier(address)
        Order.objects.update(queried_at=None)

        response = api.get(STATUS, {"out_trade_no": order.out_trade_no})

        assert response.json()["code"] == 100

    @pytest.mark.parametrize("closed", [True, False])
    def test_a_settled_order_is_not_queried(self, api, student, order, closed):
        if closed:
            Buyer().open_cashier(cashier_url(order))
            cancellation.cancel(user_id=student.pk, out_trade_no=order.out_trade_no)
        else:
            pay(order)
            wait_until(lambda: Order.objects.get().order_status == OrderStatus.PAID)
        GatewayCounter.objects.all().delete()

        api.get(STATUS, {"out_trade_no": order.out_trade_no})

        assert answers() == {}

    def test_while_four_pages_wait_others_do_not_query(self, order):
        slots = [reconciliation._status_page_slots.acquire(blocking=False) for _ in range(5)]

        asked = reconciliation.query_for_status_page(order)

        reconciliation._status_page_slots.release(4)
        assert slots == [True, True, True, True, False]
        assert not asked
        assert answers() == {}


@contextmanager
def hanging_gateway() -> Iterator[str]:
    """Accepts and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/gateway.do"


def test_the_timeout_of_the_page_is_shorter_than_that_of_a_batch(settings, order):
    with (
        hanging_gateway() as address,
        mock.patch.object(reconciliation, "STATUS_PAGE_TIMEOUT_SECONDS", 0.2),
    ):
        settings.ALIPAY = {**settings.ALIPAY, "GATEWAY_URL": address, "TIMEOUT": 60}
        asked = threading.Thread(
            target=reconciliation._query_with_short_timeout, args=[order], daemon=True
        )
        asked.start()
        asked.join(timeout=10)

        assert not asked.is_alive()
    assert answers() == {"unknown": 1}
