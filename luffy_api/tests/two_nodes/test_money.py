"""Moves of money at two nodes at the same moment: both see their rows change, one commits.

The row lock that makes the second wait on one server is local to a node.
"""

from decimal import Decimal
from functools import partial

import pytest
from django.db import OperationalError
from django.utils import timezone

from luffy_api.apps.course.models import Enrollment
from luffy_api.apps.order import checkout, integrity, invoices
from luffy_api.apps.order.exceptions import (
    InvalidRefund,
    InvoiceClosed,
    NotInvoiceable,
    OfflinePaymentDecided,
    RefundDecided,
    RefundNotFound,
    RefundPending,
)
from luffy_api.apps.order.models import (
    EarlierTrade,
    Invoice,
    Order,
    OrderPayment,
    PaymentEvent,
    PayType,
    Refund,
    RefundStatus,
)
from luffy_api.apps.order.payment import (
    bill_store,
    cashier,
    due_rows,
    offline,
    refund_records,
    refund_requests,
    services,
)
from luffy_api.apps.order.payment.interface import Payment, RefundResult, RefundState
from luffy_api.apps.order.states import OrderStatus
from luffy_api.common import transactions
from luffy_api.tests.factories import (
    BillFactory,
    CourseFactory,
    OfflinePaymentFactory,
    OrderFactory,
    UserFactory,
)
from luffy_api.tests.peers import ALIPAY, paid, post
from luffy_api.tests.refunding import ask, courses_of, deliver, sold, start
from luffy_api.tests.two_nodes.rivals import overtaken

# What COMMIT says to the one that was not the first.
UNDONE = [1213]


@pytest.fixture
def race(nodes):
    """`overtaken` at the two nodes; afterwards everything must fit together."""
    yield partial(overtaken, nodes=nodes)
    assert list(integrity.run_checks()) == []


@pytest.fixture
def cart(nodes, student):
    """Arguments of `place_order`."""
    return {
        "user_id": student.pk,
        "course_ids": [CourseFactory(price="9.00").pk],
        "total_amount": Decimal("9.00"),
    }


@pytest.fixture
def open_order(nodes):
    return OrderFactory(courses=[CourseFactory()], open_cart_key="open")


@pytest.fixture
def order(nodes, fake_alipay, student):
    """Paid: a course for 30 and one for 69 yuan."""
    return sold(fake_alipay, "30.00", "69.00", user=student)


@pytest.mark.parametrize("key", ["", "k" * 32], ids=["plain", "key"])
def test_one_cart_becomes_one_order(race, fake_alipay, cart, key):
    def place():
        return checkout.place_order(**cart, key=key).out_trade_no

    both = race(place, by=place)

    assert both.undone == UNDONE
    assert both.first == both.second == Order.objects.get().out_trade_no


def test_control_without_a_retry_of_the_whole_the_second_fails(race, cart, monkeypatch):
    monkeypatch.setattr(transactions, "PAUSES", ())

    with pytest.raises(OperationalError, match="1213"):
        race(lambda: checkout.place_order(**cart), by=lambda: checkout.place_order(**cart))


def test_a_notification_that_comes_to_both_pays_once(race, open_order):
    message = paid(ALIPAY, open_order)

    both = race(lambda: post(message), by=lambda: post(message))

    assert both.undone == UNDONE
    assert both.first == both.second == ALIPAY.accepted
    assert OrderPayment.objects.count() == Enrollment.objects.count() == 1
    assert sorted(PaymentEvent.objects.values_list("reason", flat=True)) == ["paid", "repeated"]


def test_of_two_trades_one_pays_and_one_is_due_back(race, fake_alipay, open_order):
    fake_alipay.sell(open_order)
    fake_alipay.sell(open_order, again=True)

    both = race(
        lambda: deliver(fake_alipay, open_order),
        by=lambda: deliver(fake_alipay, open_order, again=True),
    )

    assert (both.undone, both.first, both.second) == (UNDONE, True, True)
    assert sorted(PaymentEvent.objects.values_list("reason", flat=True)) == ["paid", "paid_twice"]
    assert Enrollment.objects.count() == 1


def test_a_payment_beside_a_cancellation_is_not_lost(race, open_order):
    message = paid(ALIPAY, open_order)
    cancel = Order.objects.filter(pk=open_order.pk).transition

    both = race(lambda: post(message), by=lambda: cancel(to=OrderStatus.CANCELLED))

    assert (both.undone, both.second) == (UNDONE, 1)
    open_order.refresh_from_db()
    assert open_order.order_status == OrderStatus.PAID


def test_a_trade_that_is_closed_beside_its_payment(race, open_order):
    closed = Payment(
        out_trade_no=open_order.out_trade_no,
        trade_no="T",
        total_amount=open_order.total_amount,
        paid_at=None,
        source=PaymentEvent.Source.NOTIFICATION,
        number=open_order.trade_number,
    )

    both = race(
        lambda: services.record_closed_notification(closed, trade_status="TRADE_CLOSED"),
        by=lambda: post(paid(ALIPAY, open_order)),
    )

    assert both.undone == UNDONE
    open_order.refresh_from_db()
    assert open_order.order_status == OrderStatus.PAID


def test_another_way_to_pay_makes_one_trade(race, open_order):
    choice = cashier.Choice(PayType.WECHAT)

    def change():
        cashier._claim_next_trade(Order.objects.get(), choice)

    both = race(change, by=change)

    assert both.undone == UNDONE
    assert (Order.objects.get().trade_count, EarlierTrade.objects.count()) == (2, 1)


def test_an_order_that_is_due_is_asked_about_by_one(race, nodes):
    order = OrderFactory(next_query_at=timezone.now(), open_cart_key="open")

    def claim():
        return set(due_rows._claim(Order.objects.filter(next_query_at__lte=timezone.now()), 9)[1])

    both = race(claim, by=claim)

    assert (both.undone, both.first, both.second) == (UNDONE, set(), {order.pk})


def test_money_by_hand_is_entered_once(race, nodes):
    row, staff = OfflinePaymentFactory(), UserFactory(is_staff=True)

    both = race(lambda: offline._enter(row, staff), by=lambda: offline._enter(row, staff))

    assert (both.undone, both.first) == (UNDONE, OfflinePaymentDecided)
    assert OrderPayment.objects.count() == 1


# --- Refunds -----------------------------------------------------------------------------------


def test_staff_who_approve_together_refund_once(race, fake_alipay, order):
    refund, staff = ask(order), UserFactory()
    approve = partial(refund_requests.approve, refund_id=refund.pk, staff=staff)

    both = race(approve, by=approve)

    assert (both.undone, both.first) == (UNDONE, RefundDecided)
    assert fake_alipay.trades[order.out_trade_no].refunds == {refund.out_request_no: 99}


def test_an_approval_beside_a_rejection_asks_no_gateway(race, fake_alipay, order):
    refund, staff = ask(order), UserFactory()

    both = race(
        partial(refund_requests.approve, refund_id=refund.pk, staff=staff),
        by=partial(refund_requests.reject, refund_id=refund.pk, staff=staff, answer="已看完"),
    )

    assert (both.undone, both.first) == (UNDONE, RefundDecided)
    assert fake_alipay.trades[order.out_trade_no].refunds == {}
    assert refund_requests._find(refund.pk).status == RefundStatus.REJECTED


def test_an_approval_beside_a_withdrawal_asks_no_gateway(race, fake_alipay, order):
    refund, staff = ask(order), UserFactory()
    mine = {"user_id": order.user_id, "out_trade_no": order.out_trade_no}

    both = race(
        partial(refund_requests.approve, refund_id=refund.pk, staff=staff),
        by=lambda: refund_requests.withdraw(**mine),
    )

    assert (both.undone, both.first, both.second) == (UNDONE, RefundNotFound, 1)
    assert fake_alipay.trades[order.out_trade_no].refunds == {}


def test_refunds_of_overlapping_money_never_exceed_the_payment(race, fake_alipay, order):
    line = order.order_courses.get(real_price=69).course_id

    both = race(lambda: start(order, amount=Decimal(60)), by=lambda: start(order, course_id=line))

    assert both.undone == UNDONE
    assert both.first in (InvalidRefund, RefundPending)
    assert fake_alipay.trades[order.out_trade_no].refunded == 69


def test_two_requests_of_one_student(race, order):
    both = race(lambda: ask(order), by=lambda: ask(order))

    assert (both.undone, both.first) == (UNDONE, RefundPending)
    assert Refund.objects.count() == 1


def processing(order, price):
    """A refund of one course that was sent, and of which nothing is known yet."""
    line = order.order_courses.get(real_price=price)
    return Refund.objects.create(
        order=order,
        payment=order.payments.get(),
        course_id=line.course_id,
        amount=line.real_price,
        reason="退课",
        origin=Refund.Origin.STAFF,
        status=RefundStatus.PROCESSING,
        out_request_no=f"R{price}",
    )


def test_the_last_two_refunds_together_end_the_order(race, order):
    """Neither sees the other's money, and only both together are the whole payment."""
    done = RefundResult(RefundState.SUCCEEDED)
    first, second = (processing(order, price) for price in (30, 69))

    both = race(
        lambda: refund_records.record_refunded(first, done),
        by=lambda: refund_records.record_refunded(second, done),
    )

    assert (both.undone, both.first, both.second) == (UNDONE, True, True)
    order.refresh_from_db()
    assert order.order_status == OrderStatus.REFUNDED
    assert courses_of(order.user) == set()


def test_a_refund_that_both_learn_of_counts_once(race, order):
    done, refund = RefundResult(RefundState.SUCCEEDED), processing(order, 30)

    both = race(
        lambda: refund_records.record_refunded(refund, done),
        by=lambda: refund_records.record_refunded(refund, done),
    )

    assert (both.undone, both.first, both.second) == (UNDONE, False, True)


def test_a_console_refund_that_both_learn_of_counts_once(race, fake_alipay, order):
    fake_alipay.refund(order.out_trade_no, Decimal("39.00"))
    message = fake_alipay.message(order.out_trade_no)

    both = race(lambda: post(message), by=lambda: post(message))

    assert (both.undone, both.first, both.second) == (UNDONE, ALIPAY.accepted, ALIPAY.accepted)
    assert Refund.objects.get().amount == 39


# --- Invoices, bills ---------------------------------------------------------------------------


def invoice_of(order):
    person = {"kind": 1, "title": "路小飞", "tax_number": "", "email": "fei@example.com"}
    return invoices.request_invoice(
        user_id=order.user_id, out_trade_nos=[order.out_trade_no], **person
    )


def test_an_order_is_on_one_invoice(race, order):
    both = race(lambda: invoice_of(order), by=lambda: invoice_of(order))

    assert (both.undone, both.first) == (UNDONE, NotInvoiceable)
    assert Invoice.objects.count() == 1


def test_an_invoice_beside_a_refund_of_its_order(race, fake_alipay, order):
    both = race(lambda: invoice_of(order), by=lambda: start(order, amount=Decimal(39)))

    assert both.undone == UNDONE
    assert both.first.amount == 60


def test_an_invoice_that_is_issued_and_rejected(race, order):
    invoice, staff = invoice_of(order), UserFactory()

    both = race(
        lambda: invoices._issue(invoice.pk, staff.pk, invoice.amount, number="1" * 20, file="a"),
        by=lambda: invoices.reject(invoice_id=invoice.pk, staff_id=staff.pk, reason="抬头不对"),
    )

    assert (both.undone, both.first) == (UNDONE, InvoiceClosed)


def test_of_two_runs_for_one_bill_the_later_stays(race, nodes):
    bill = BillFactory()
    publish = bill_store.publish

    both = race(
        lambda: publish(bill.pk, bill.load + 1, bill_store.Totals(), []),
        by=lambda: publish(bill.pk, bill.load + 2, bill_store.Totals(), []),
    )

    assert (both.undone, both.first, both.second) == (UNDONE, None, 0)
