"""Requests for refunds that are withdrawn, or overtaken by money that goes back without them."""

from decimal import Decimal

import pytest
from django.contrib.admin.models import LogEntry

from luffy_api.apps.order.exceptions import InvalidRefund, NothingToRefund, RefundPending
from luffy_api.apps.order.models import PaymentEvent, Refund, RefundStatus
from luffy_api.apps.order.payment import refund_notices, refund_requests, refunds
from luffy_api.apps.order.payment.interface import Payment, RefundResult, RefundState
from luffy_api.tests.back_office import page
from luffy_api.tests.factories import UserFactory
from luffy_api.tests.fake_gateway import second
from luffy_api.tests.refunding import deliver, paid_again

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("no_violations"),
    pytest.mark.any_database,
]
REQUESTED, REJECTED = RefundStatus.REQUESTED, RefundStatus.REJECTED
REFUNDED, FAILED = RefundStatus.REFUNDED, RefundStatus.FAILED


def ask(order, price: int | None = None, **how) -> Refund:
    if price:
        how["course_id"] = order.order_courses.get(real_price=price).course_id
    return refund_requests.request_refund(
        user_id=order.user_id, out_trade_no=order.out_trade_no, reason="买错了", **how
    )


def console(alipay, order, amount: str | None = None, *, again: bool = False) -> None:
    """A refund in the provider's console, and the message about it."""
    number = second(order.out_trade_no) if again else order.out_trade_no
    assert alipay.refund(number, Decimal(amount) if amount else None)
    assert deliver(alipay, order, again=again)


def start(order, **how) -> Refund:
    return refunds.start(
        out_trade_no=order.out_trade_no, reason="退课", origin=Refund.Origin.STAFF, **how
    )


def approve(refund) -> Refund:
    return refund_requests.approve(refund_id=refund.pk, staff=UserFactory())


def now_of(refund) -> tuple[int, Decimal]:
    refund.refresh_from_db()
    return refund.status, refund.amount


def test_what_was_withdrawn_stays_in_the_log_of_its_order(order, student, student_api):
    ask(order, 30)
    ask(order, 69)

    answer = student_api.delete(f"/api/v1/order/{order.out_trade_no}/refund/")

    assert answer.status_code == 200
    entries = LogEntry.objects.order_by("pk")
    assert [(each.user, each.get_edited_object()) for each in entries] == [(student, order)] * 2
    texts = sorted(each.change_message for each in entries)
    assert texts[0].startswith("学员撤回退款申请：30.00 元，课程《")
    assert texts[0].endswith("申请，原因：买错了")
    assert texts[1].startswith("学员撤回退款申请：69.00 元")


@pytest.mark.parametrize(
    ("back", "scope"), [(None, "99.00 元，整笔付款"), ("30.00", "69.00 元，付款的一部分")]
)
def test_the_log_says_of_what_a_withdrawn_request_was(
    fake_alipay, finance, order, student_api, back, scope
):
    refund = ask(order)
    if back:
        console(fake_alipay, order, back)
    shown = finance.get(page(Refund, "change", refund.pk)).content.decode()

    student_api.delete(f"/api/v1/order/{order.out_trade_no}/refund/")

    assert f"：{scope}，" in LogEntry.objects.get().change_message
    assert scope.partition("，")[2] in shown


def test_nothing_is_logged_of_a_withdrawal_that_comes_too_late(order, student_api):
    approve(ask(order))

    assert student_api.delete(f"/api/v1/order/{order.out_trade_no}/refund/").status_code == 409

    [entry] = LogEntry.objects.all()
    assert entry.change_message == "同意退款：（无答复）"


def test_a_request_ends_when_all_went_back_in_the_console(fake_alipay, order, student_api):
    refund = ask(order)

    console(fake_alipay, order)

    assert now_of(refund) == (REJECTED, 99)
    [_, row] = student_api.get("/api/v1/order/refund/").json()["data"]["results"]
    assert row["answer"] == "这笔付款已经全部退回，申请随之结束"
    assert refund.ended_at
    event = PaymentEvent.objects.get(reason=PaymentEvent.Reason.REQUEST_CLOSED)
    assert (event.out_trade_no, event.accepted) == (order.out_trade_no, True)
    assert refund.out_request_no in event.message
    with pytest.raises(NothingToRefund):
        ask(order)


def test_two_requests_for_lines_end_together(fake_alipay, order):
    asked = [ask(order, price) for price in (30, 69)]

    console(fake_alipay, order)

    assert [now_of(each)[0] for each in asked] == [REJECTED] * 2


def test_repeated_messages_end_a_request_once(fake_alipay, order):
    ask(order)
    console(fake_alipay, order)

    deliver(fake_alipay, order)

    assert PaymentEvent.objects.filter(reason=PaymentEvent.Reason.REQUEST_CLOSED).count() == 1


@pytest.mark.parametrize(
    ("price", "back", "left"),
    [
        (None, "30.00", "69.00"),
        (None, "98.99", "0.01"),
        (69, "30.00", "69.00"),
        (69, "30.01", "68.99"),
        (30, "69.00", "30.00"),
    ],
)
def test_a_request_asks_for_what_is_left(fake_alipay, order, price, back, left):
    refund = ask(order, price)

    console(fake_alipay, order, back)

    assert now_of(refund) == (REQUESTED, Decimal(left))
    assert now_of(approve(refund)) == (REFUNDED, Decimal(left))
    assert fake_alipay.trades[order.out_trade_no].refunded == Decimal(back) + Decimal(left)


def test_what_was_lowered_is_recorded_with_both_amounts(fake_alipay, order):
    refund = ask(order)

    console(fake_alipay, order, "30.00")

    event = PaymentEvent.objects.get(reason=PaymentEvent.Reason.REQUEST_LOWERED)
    assert event.total_amount == 69
    text = "申请 99.00 元，可退的只剩 69.00 元"
    assert event.message == f"{refund.out_request_no} {text}"


def test_of_two_requests_that_fit_one_by_one_the_second_follows_the_first(fake_alipay, order):
    small, large = ask(order, 30), ask(order, 69)
    console(fake_alipay, order, "20.00")
    assert [now_of(each)[0] for each in (small, large)] == [REQUESTED] * 2

    approve(large)

    assert now_of(small) == (REQUESTED, 10)
    assert now_of(approve(small)) == (REFUNDED, 10)


def test_money_that_is_under_way_lowers_nothing_until_it_is_back(fake_alipay, order):
    """It may still fail; to agree meanwhile is refused, with what is left."""
    asked = ask(order, 69)
    fake_alipay.mode = "mute"
    other = start(order, course_id=order.order_courses.get(real_price=30).course_id)
    fake_alipay.mode = "fine"
    console(fake_alipay, order, "60.00")
    assert now_of(asked)[0] == REQUESTED

    with pytest.raises(InvalidRefund):
        approve(asked)
    refunds.execute(other)

    assert now_of(other)[0] == REFUNDED
    assert now_of(asked) == (REQUESTED, 9)


def test_staff_do_not_refund_beside_a_request_for_the_same_money(order):
    """So a whole refund by staff or by the command leaves no request behind."""
    asked = ask(order, 30)

    for how in ({}, {"amount": Decimal(1)}):
        with pytest.raises(RefundPending):
            start(order, **how)
    start(order, course_id=order.order_courses.get(real_price=69).course_id)

    assert now_of(asked) == (REQUESTED, 30)


def test_a_second_payment_that_went_back_ends_the_request_for_it_only(fake_alipay, order):
    other = paid_again(fake_alipay, order)
    own, extra = ask(order), ask(order, payment_id=other.pk)

    console(fake_alipay, order, again=True)

    assert now_of(extra)[0] == REJECTED
    assert now_of(own) == (REQUESTED, 99)


def test_a_request_for_a_second_payment_outlives_the_order(fake_alipay, order):
    """What is owed stays owed when the order's own payment went back."""
    other = paid_again(fake_alipay, order)
    extra = ask(order, payment_id=other.pk)

    console(fake_alipay, order)

    assert now_of(extra) == (REQUESTED, 99)
    assert now_of(approve(extra)) == (REFUNDED, 99)


def test_a_provider_that_tells_of_each_refund_ends_it_too(order):
    """As WeChat Pay does."""
    refund, paid = ask(order), order.payments.get()
    notice = Payment(
        out_trade_no=order.out_trade_no,
        trade_no=paid.trade_no,
        total_amount=paid.amount,
        paid_at=None,
        source=PaymentEvent.Source.NOTIFICATION,
        refund_request_no="console-1",
    )

    refund_notices.record(notice, RefundResult(RefundState.SUCCEEDED, amount=Decimal(99)))

    assert now_of(refund)[0] == REJECTED


def test_a_refused_refund_leaves_a_request_as_it_is(fake_alipay, order):
    asked = ask(order, 69)
    fake_alipay.refund(order.out_trade_no, Decimal("75.00"))
    failed = start(order, course_id=order.order_courses.get(real_price=30).course_id)

    assert now_of(failed)[0] == FAILED
    assert now_of(asked) == (REQUESTED, 69)
    deliver(fake_alipay, order)
    assert now_of(asked) == (REQUESTED, 24)
