"""Cashiers that still work when their order was paid in another way: asked about until they end."""

from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

from luffy_api.apps.order import cancellation
from luffy_api.apps.order.models import EarlierTrade, Order, PaymentEvent, PayType, Refund
from luffy_api.apps.order.payment import cashier, offline, reconciliation, refunds
from luffy_api.apps.order.states import OrderStatus
from luffy_api.libs.alipay_v1 import wire
from luffy_api.tests.factories import CourseFactory, OfflinePaymentFactory, OrderFactory
from luffy_api.tests.fake_gateway import CLOSED, WAITING
from luffy_api.tests.people import staff
from luffy_api.tests.refunding import courses_of, post, refunded_and_due
from luffy_api.tests.violations import violations

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def clock():
    with time_machine.travel(timezone.now().replace(microsecond=0), tick=False) as clock:
        yield clock


@pytest.fixture(autouse=True)
def _no_violations_at_the_end(db, clock):
    yield
    assert violations() == []


@pytest.fixture
def order(clock, fake_alipay, student):
    """Unpaid, for 99 yuan; its address of Alipay was handed out, and nobody has opened it."""
    now = timezone.now()
    return OrderFactory(
        user=student,
        courses=[CourseFactory(price="99.00")],
        expires_at=now + 30 * MINUTE,
        open_cart_key="cart",
    )


def confirm(order) -> None:
    """Money by hand pays the order."""
    row = OfflinePaymentFactory(order=order)
    offline.confirm(offline_id=row.pk, staff=staff(is_superuser=True))
    order.refresh_from_db()
    assert (order.order_status, order.pay_type) == (OrderStatus.PAID, PayType.OFFLINE)


def open_page(alipay, order, number: str = "") -> str:
    """The buyer opens the address that was handed out for a trade."""
    number = number or order.out_trade_no
    expires_at = wire.format_time(order.expires_at)
    content = {"out_trade_no": number, "total_amount": "99.00", "time_expire": expires_at}
    assert alipay.open_cashier(content)
    return number


def reconcile_when_due(clock, order) -> None:
    """At the moment for which the next query is planned."""
    order.refresh_from_db()
    clock.move_to(order.next_query_at)
    call_command("reconcile_payments")
    order.refresh_from_db()


def moments(clock, order) -> list[float]:
    """Minutes after now at which queries are sent, until there is none any more."""
    began, found = timezone.now(), []
    order.refresh_from_db()
    while order.next_query_at and len(found) < 20:
        found.append((order.next_query_at - began) / MINUTE)
        reconcile_when_due(clock, order)
    return found


def test_an_address_nobody_opened_is_asked_about_until_it_has_expired(clock, fake_alipay, order):
    clock.shift(12 * MINUTE)
    confirm(order)

    assert moments(clock, order) == [1, 3, 10, 17, 18, 23]

    assert not EarlierTrade.objects.get().is_open
    assert order.next_query_at is None


def test_what_the_buyer_pays_there_later_is_owed_back_without_a_notification(
    clock, fake_alipay, order
):
    confirm(order)
    fake_alipay.pay(open_page(fake_alipay, order))

    reconcile_when_due(clock, order)

    assert refunded_and_due(order) == (0, 99)
    assert order.pay_type == PayType.OFFLINE
    assert len(courses_of(order.user)) == 1
    assert PaymentEvent.objects.filter(reason=PaymentEvent.Reason.PAID_TWICE).count() == 1
    assert order.next_query_at is None


def test_what_is_paid_in_the_last_second_is_heard_too(clock, fake_alipay, order):
    confirm(order)
    open_page(fake_alipay, order)
    clock.move_to(order.expires_at - timedelta(seconds=1))
    fake_alipay.pay(order.out_trade_no)
    clock.move_to(order.expires_at + MINUTE)

    call_command("reconcile_payments")

    assert refunded_and_due(order) == (0, 99)


def test_a_cashier_that_is_opened_afterwards_is_closed(clock, fake_alipay, order):
    confirm(order)
    number = open_page(fake_alipay, order)
    assert fake_alipay.trades[number].status == WAITING

    reconcile_when_due(clock, order)

    assert fake_alipay.trades[number].status == CLOSED
    assert not fake_alipay.pay(number)
    assert order.next_query_at is None


def test_while_the_provider_is_away_it_is_asked_again(clock, fake_alipay, order):
    confirm(order)
    fake_alipay.pay(open_page(fake_alipay, order))
    fake_alipay.mode = "error"
    for _ in range(3):
        reconcile_when_due(clock, order)
    assert refunded_and_due(order) == (0, 0)
    assert EarlierTrade.objects.get().is_open

    fake_alipay.mode = "fine"
    clock.move_to(order.expires_at + 60 * MINUTE)
    call_command("reconcile_payments")

    assert refunded_and_due(order) == (0, 99)


def test_a_notification_and_the_query_count_once(clock, fake_alipay, order):
    confirm(order)
    number = open_page(fake_alipay, order)
    fake_alipay.pay(number)
    assert post(fake_alipay.message(number))

    reconcile_when_due(clock, order)

    assert refunded_and_due(order) == (0, 99)
    assert order.payments.count() == 2


@pytest.mark.parametrize("close", [cancellation.cancel, None])
def test_an_order_that_was_closed_unopened_and_then_paid_by_hand(clock, fake_alipay, order, close):
    if close:
        close(user_id=order.user_id, out_trade_no=order.out_trade_no)
    else:
        clock.move_to(order.expires_at)
        Order.objects.update(next_query_at=timezone.now())
        cancellation.close_expired()
    order.refresh_from_db()
    assert order.next_query_at
    if close:
        fake_alipay.pay(open_page(fake_alipay, order))

    confirm(order)
    found = moments(clock, order)

    assert found == ([1] if close else [5])
    assert refunded_and_due(order)[1] == (99 if close else 0)


def test_a_trade_that_was_closed_for_certain_is_asked_about_no_more(clock, fake_alipay, order):
    open_page(fake_alipay, order)
    cancellation.cancel(user_id=order.user_id, out_trade_no=order.out_trade_no)

    confirm(order)

    assert order.next_query_at is None
    assert not EarlierTrade.objects.exists()


def test_an_order_that_was_refunded_meanwhile_is_still_asked_about(
    clock, fake_alipay, order, student_api
):
    confirm(order)
    refund = refunds.start(
        out_trade_no=order.out_trade_no, reason="退课", origin=Refund.Origin.STAFF
    )
    refunds.record_by_hand(refund_id=refund.pk, staff=staff(), answer="转账")
    fake_alipay.pay(open_page(fake_alipay, order))
    url = f"/api/v1/order/success/?out_trade_no={order.out_trade_no}"
    assert student_api.get(url).json()["code"] == 102

    reconcile_when_due(clock, order)

    assert order.order_status == OrderStatus.REFUNDED
    assert refunded_and_due(order) == (99, 99)


def test_the_trade_that_took_the_place_of_the_one_that_paid(clock, fake_alipay, order):
    """The student changes the way to pay, and pays at the first address, then at the second."""
    cashier.open_cashier(order, cashier.Choice(device=cashier.Device.PHONE))
    first, present = order.out_trade_no, f"{order.out_trade_no}_2"
    fake_alipay.pay(open_page(fake_alipay, order, first))
    assert post(fake_alipay.message(first))
    fake_alipay.pay(open_page(fake_alipay, order, present))

    reconcile_when_due(clock, order)

    assert order.payments.count() == 2
    assert refunded_and_due(order) == (0, 99)
    assert order.next_query_at is None


def test_an_order_paid_in_its_own_trade_is_asked_about_no_more(
    clock, fake_alipay, order, django_assert_num_queries
):
    fake_alipay.pay(open_page(fake_alipay, order))
    assert post(fake_alipay.message(order.out_trade_no))

    order.refresh_from_db()
    assert (order.next_query_at, order.trade_count) == (None, 1)
    with django_assert_num_queries(9):  # three sorts of rows in three lanes, nothing is due
        assert reconciliation.reconcile() == 0
