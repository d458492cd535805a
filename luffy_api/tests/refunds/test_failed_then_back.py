"""A refund that the provider had refused, and of which it then tells that the money went back."""

from decimal import Decimal

import pytest

from luffy_api.apps.order import membership_repair
from luffy_api.apps.order.models import Order, Refund, RefundStatus
from luffy_api.apps.promotion.models import MembershipPeriod
from luffy_api.tests.factories import MembershipTermFactory
from luffy_api.tests.fake_gateway import FINISHED, PAID, FakeGateway
from luffy_api.tests.memberships import days_left, ordered
from luffy_api.tests.refunding import course, courses_of, deliver, post, sold, start

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("no_violations"),
    pytest.mark.any_database,
]


def refused(gateway: FakeGateway, order: Order, **how) -> Refund:
    trade = gateway.trades[order.out_trade_no]
    trade.status = FINISHED  # can no longer be refunded
    refund = start(order, **how)
    assert refund.status == RefundStatus.FAILED
    trade.status = PAID
    return refund


def give_back(gateway: FakeGateway, refund: Refund) -> None:
    """Its money moves, and both are told twice."""
    number = refund.order.out_trade_no
    assert gateway.give_back(gateway.trades[number], refund.out_request_no, refund.amount)
    for notice in gateway.notices(number) * 2:
        assert post(notice.message)


def rows() -> list[tuple[int, Decimal]]:
    return list(Refund.objects.order_by("id").values_list("status", "amount"))


def test_a_membership_that_is_refunded_by_days_ends(fake_gateway, student):
    order = ordered(student.pk, MembershipTermFactory(months=0, days=30))
    Order.objects.filter(pk=order.pk).update(pay_type=fake_gateway.peer.pay_type)
    order.refresh_from_db()
    fake_gateway.sell(order)
    assert deliver(fake_gateway, order)
    refund = refused(fake_gateway, order, by_days=True)

    give_back(fake_gateway, refund)

    assert rows() == [(RefundStatus.REFUNDED, refund.amount)]
    assert MembershipPeriod.objects.get().ended_at
    assert days_left(student.pk) == 0
    assert membership_repair.repair() == 0
    MembershipPeriod.objects.update(ended_at=None)
    assert membership_repair.repair() == 1
    assert days_left(student.pk) == 0


def test_the_course_whose_line_is_refunded_is_closed(fake_gateway, student):
    order = sold(fake_gateway, "30.00", "69.00", user=student)
    back = course("30.00")
    refund = refused(fake_gateway, order, course_id=back.pk)

    give_back(fake_gateway, refund)

    assert rows() == [(RefundStatus.REFUNDED, Decimal("30.00"))]
    assert courses_of(student) == {course("69.00").pk}


def test_money_that_is_in_a_row_already_is_not_counted_again(fake_alipay, student):
    """A notification without the number of the refund has come first."""
    order = sold(fake_alipay, "30.00", "69.00", user=student)
    refund = refused(fake_alipay, order, amount=Decimal("10.00"))
    assert fake_alipay.give_back(
        fake_alipay.trades[order.out_trade_no], refund.out_request_no, refund.amount
    )
    for changes in ({"out_biz_no": None}, {}, {}):
        assert deliver(fake_alipay, order, **changes)

    assert rows() == [
        (RefundStatus.FAILED, Decimal("10.00")),
        (RefundStatus.REFUNDED, Decimal("10.00")),
    ]


def test_what_the_console_gave_back_beside_it_has_a_row_of_its_own(fake_alipay, student):
    """The notification about the refund of the console was lost."""
    order = sold(fake_alipay, "30.00", "69.00", user=student)
    refund = refused(fake_alipay, order, course_id=course("30.00").pk)
    assert fake_alipay.refund(order.out_trade_no, Decimal("30.00"))

    give_back(fake_alipay, refund)

    assert rows() == [(RefundStatus.REFUNDED, Decimal("30.00"))] * 2
    assert courses_of(student) == {course("69.00").pk}
