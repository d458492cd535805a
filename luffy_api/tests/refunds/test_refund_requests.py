"""Refunds that students ask for."""

from decimal import Decimal

import pytest

from luffy_api.apps.order import exceptions
from luffy_api.apps.order.models import Refund, RefundStatus
from luffy_api.apps.order.payment import (
    refund_requests,
)
from luffy_api.tests.factories import OrderFactory, UserFactory
from luffy_api.tests.refunding import ask, course, courses_of, start

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_violations")]


def test_a_request_holds_nothing_back_until_it_is_approved(order, trade):
    refund = ask(order)

    assert (refund.status, refund.amount) == (RefundStatus.REQUESTED, Decimal("99.00"))
    assert refund.requested_by == order.user
    assert refund.next_query_at is None
    assert trade.refunds == {}
    assert len(courses_of(order.user)) == 2


def test_an_approved_request_is_carried_out(order, trade):
    staff = UserFactory()
    refund = ask(order, course_id=course("30.00").pk)

    done = refund_requests.approve(refund_id=refund.pk, staff=staff, answer="好的")

    assert (done.status, done.decided_by, done.answer) == (RefundStatus.REFUNDED, staff, "好的")
    assert trade.refunds == {refund.out_request_no: Decimal("30.00")}
    assert courses_of(order.user) == {course("69.00").pk}


def test_a_rejected_request_changes_nothing_and_another_may_follow(order, trade):
    refund = ask(order)

    done = refund_requests.reject(refund_id=refund.pk, staff=UserFactory(), answer="已看完")

    assert (done.status, done.answer) == (RefundStatus.REJECTED, "已看完")
    assert trade.refunds == {}
    assert ask(order).status == RefundStatus.REQUESTED


@pytest.mark.parametrize("decide", [refund_requests.approve, refund_requests.reject])
def test_a_request_is_decided_once(order, trade, decide):
    refund = ask(order)
    refund_requests.approve(refund_id=refund.pk, staff=UserFactory())

    with pytest.raises(exceptions.RefundDecided):
        decide(refund_id=refund.pk, staff=UserFactory(), answer="")
    with pytest.raises(exceptions.RefundNotFound):
        decide(refund_id=10**9, staff=UserFactory(), answer="")
    assert len(trade.refunds) == 1


def test_withdrawn_requests_are_gone(order):
    for price in ("30.00", "69.00"):
        ask(order, course_id=course(price).pk)
    student, number = order.user_id, order.out_trade_no

    one = refund_requests.withdraw(
        user_id=student, out_trade_no=number, course_id=course("30.00").pk
    )
    rest = refund_requests.withdraw(user_id=student, out_trade_no=number)

    assert (one, rest) == (1, 1)
    assert not Refund.objects.exists()
    assert refund_requests.withdraw(user_id=student, out_trade_no=number) == 0


def test_what_was_decided_cannot_be_withdrawn(order):
    refund = ask(order)
    refund_requests.approve(refund_id=refund.pk, staff=UserFactory())

    assert not refund_requests.withdraw(user_id=order.user_id, out_trade_no=order.out_trade_no)
    assert Refund.objects.get() == refund


def test_a_stranger_sees_no_order(order):
    stranger = UserFactory()
    for act in (refund_requests.withdraw, refund_requests.request_refund):
        reason = {"reason": "mine"} if act is refund_requests.request_refund else {}
        with pytest.raises(exceptions.OrderNotFound):
            act(user_id=stranger.pk, out_trade_no=order.out_trade_no, **reason)


@pytest.mark.parametrize(("first", "second"), [("", ""), ("", "30.00"), ("30.00", "")])
def test_requests_for_the_same_money_are_refused(order, first, second):
    ask(order, course_id=course(first).pk if first else None)

    with pytest.raises(exceptions.RefundPending):
        ask(order, course_id=course(second).pk if second else None)
    with pytest.raises(exceptions.RefundPending):
        start(order)
    assert Refund.objects.count() == 1


def test_the_rule_of_the_school_is_asked_with_the_order(order):
    def forbid(asked):
        assert asked == order
        raise exceptions.InvalidRefund("", "已超过 7 天")

    with pytest.raises(exceptions.InvalidRefund, match="7 天"):
        ask(order, check=forbid)
    assert not Refund.objects.exists()


def test_only_a_paid_order_can_be_asked_for(fake_alipay, order):
    start(order)
    for each in (order, OrderFactory(user=order.user, open_cart_key="open")):
        with pytest.raises(exceptions.NothingToRefund):
            ask(each)
