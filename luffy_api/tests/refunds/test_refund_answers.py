"""What the providers' answers, and their absence, do to a refund that is PROCESSING."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from luffy_api.apps.order.models import Refund, RefundStatus
from luffy_api.apps.order.payment import (
    reconciliation,
    refunds,
    retry_schedule,
)
from luffy_api.tests.fake_gateway import FINISHED, PAID
from luffy_api.tests.refunding import (
    courses_of,
    events,
    finish,
    make_due,
    sold,
    start,
)

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("no_violations"),
    pytest.mark.any_database,
]


@pytest.fixture
def order(fake_gateway):
    """Paid: a course for 30 and one for 69 yuan."""
    return sold(fake_gateway, "30.00", "69.00")


@pytest.fixture
def trade(fake_gateway, order):
    return fake_gateway.trades[order.out_trade_no]


REFUSALS = {
    "alipay": "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL",
    "wechat": "INVALID_REQUEST 退款金额大于可退金额",
}
UNFINISHED = {"alipay": "REFUND_PROCESSING", "wechat": "PROCESSING"}


def test_a_refusal_is_kept_and_staff_may_start_anew(fake_gateway, order, trade):
    trade.status = FINISHED  # can no longer be refunded
    refund = start(order)
    assert refund.status == RefundStatus.FAILED
    assert refund.gateway_answer == REFUSALS[fake_gateway.peer.name]
    assert refund.finished_at
    assert len(courses_of(order.user)) == 2
    assert events()[-1] == ("refund", "refund_failed")

    trade.status = PAID
    again = start(order)
    finish()

    again.refresh_from_db()
    assert again.status == RefundStatus.REFUNDED
    assert list(trade.refunds) == [again.out_request_no]


@pytest.mark.parametrize("mode", ["html", "error", "forged", "mute", "lost"])
def test_without_a_trustworthy_answer_it_is_unknown_and_asked_again(
    fake_gateway, order, trade, mode
):
    fake_gateway.mode = mode
    refund = start(order)
    assert (refund.status, refund.query_failures) == (RefundStatus.PROCESSING, 1)
    assert refund.next_query_at - timezone.now() < retry_schedule.FIRST_RETRY
    assert len(courses_of(order.user)) == 2
    assert reconciliation.reconcile() == 0  # not due yet

    fake_gateway.mode = "fine"
    finish()

    refund.refresh_from_db()
    assert (refund.status, refund.next_query_at) == (RefundStatus.REFUNDED, None)
    assert trade.refunds == {refund.out_request_no: Decimal("99.00")}
    assert courses_of(order.user) == set()
    assert events()[1:] == [("refund", "refunded")]


def test_a_request_that_is_carried_out_twice_moves_money_once(fake_gateway, order, trade):
    """Alipay's answer then says fund_change=N, WeChat Pay's that it has succeeded."""
    fake_gateway.mode = "doubled"

    refund = start(order, amount=Decimal("30.00"))

    assert refund.status == RefundStatus.REFUNDED
    assert trade.refunded == Decimal("30.00")


def test_a_refund_of_a_process_that_died_is_finished(order, trade):
    """Before the provider was asked: the commit has said when the batch takes over."""
    staff = Refund.Origin.STAFF
    refund = refunds._start(order.out_trade_no, None, None, None, "退课", staff, None, None)
    assert timedelta(0) < refund.next_query_at - timezone.now() <= retry_schedule.LEASE

    finish()

    refund.refresh_from_db()
    assert refund.status == RefundStatus.REFUNDED
    assert trade.left == 0


def test_a_refund_that_the_provider_works_on_is_asked_about_later(fake_gateway, order):
    fake_gateway.mode = "lost"
    refund = start(order)
    fake_gateway.mode = "fine"
    fake_gateway.refund_status = UNFINISHED[fake_gateway.peer.name]

    make_due()
    assert reconciliation.reconcile() == 1

    refund.refresh_from_db()
    assert (refund.status, refund.query_failures) == (RefundStatus.PROCESSING, 0)
    assert refund.next_query_at > timezone.now()
    assert len(courses_of(order.user)) == 2


@pytest.mark.parametrize("fake_gateway", ["fake_alipay"], indirect=True)
def test_a_refund_that_ended_without_money_has_failed(fake_gateway, order, trade):
    """WeChat Pay posts that: see test_each_end_of_our_own_refund."""
    fake_gateway.mode = "mute"
    refund = start(order)
    fake_gateway.mode, fake_gateway.refund_status = "fine", "REFUND_FAIL"

    make_due()
    reconciliation.reconcile()

    refund.refresh_from_db()
    assert (refund.status, refund.gateway_answer) == (RefundStatus.FAILED, "REFUND_FAIL")
    assert trade.refunds == {}


def test_an_answer_about_another_amount_is_not_believed(fake_gateway, order, trade):
    fake_gateway.mode = "mute"
    refund = start(order)
    trade.refunds[refund.out_request_no] = Decimal("1.00")
    fake_gateway.mode = "fine"

    make_due()
    assert reconciliation.reconcile() == 0

    refund.refresh_from_db()
    assert refund.status == RefundStatus.PROCESSING


@pytest.mark.parametrize("fake_gateway", ["fake_wechatpay"], indirect=True)
def test_an_answer_about_another_trade_is_not_believed(fake_gateway, order, trade):
    """WeChat Pay is asked by the number of the refund alone, Alipay about one trade."""
    other = sold(fake_gateway, "99.00")
    fake_gateway.mode = "mute"
    refund = start(order)
    trade.refunds.clear()
    fake_gateway.trades[other.out_trade_no].refunds[refund.out_request_no] = refund.amount
    fake_gateway.mode = "fine"

    make_due()
    assert reconciliation.reconcile() == 0

    refund.refresh_from_db()
    assert refund.status == RefundStatus.PROCESSING


def test_the_pauses_grow_and_the_batch_ends_early(fake_gateway, order):
    others = [sold(fake_gateway, "9.00", open_cart_key=None) for _ in range(4)]
    fake_gateway.mode = "mute"
    for each in (order, *others):
        start(each)
    make_due()

    assert reconciliation.reconcile() == 0

    failures = Refund.objects.order_by("id").values_list("query_failures", flat=True)
    assert sorted(failures) == [1, 1, 2, 2, 2]
