"""Access is the union of what paid orders and grants give, after any refund."""

from decimal import Decimal

import pytest

from luffy_api.apps.course import enrollment
from luffy_api.apps.course.models import Course, EnrollmentGrant
from luffy_api.apps.order.models import PayType
from luffy_api.apps.order.payment import refunds
from luffy_api.apps.order.states import OrderStatus
from luffy_api.tests.counting import count_students
from luffy_api.tests.factories import CourseFactory, OrderPaymentFactory, UserFactory
from luffy_api.tests.refunding import course, courses_of, paid_again, refunded_and_due, sold, start

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("no_violations"),
    pytest.mark.any_database,
]


def test_a_course_that_another_order_pays_for_stays(fake_alipay, order):
    wanted = course("30.00")
    other = sold(fake_alipay, courses=[wanted], user=order.user, open_cart_key="other")
    assert refunded_and_due(other) == (0, Decimal("30.00"))

    start(order)

    assert courses_of(order.user) == {wanted.pk}
    assert refunded_and_due(other) == (0, 0)  # the older reason is gone
    count_students()
    assert Course.objects.get(pk=wanted.pk).students == 1


def test_the_refund_of_the_later_order_clears_its_debt_and_keeps_the_course(fake_alipay, order):
    other = sold(fake_alipay, courses=[course("30.00")], user=order.user, open_cart_key="other")

    start(other)

    assert len(courses_of(order.user)) == 2
    assert refunded_and_due(other) == (Decimal("30.00"), 0)


def test_a_gift_stays(fake_alipay):
    wanted, student = CourseFactory(price="50.00"), UserFactory()
    gift = EnrollmentGrant.Source.GRANT
    enrollment.enroll(user_id=student.pk, course_id=wanted.pk, source=gift)
    order = sold(fake_alipay, courses=[wanted], user=student)
    assert refunded_and_due(order) == (0, Decimal("50.00"))

    start(order, amount=Decimal("20.00"))
    assert refunded_and_due(order) == (Decimal("20.00"), Decimal("30.00"))
    start(order)

    assert courses_of(student) == {wanted.pk}
    assert refunded_and_due(order) == (Decimal("50.00"), 0)


def test_a_refund_of_a_second_payment_does_not_pay_the_debt_of_the_order(fake_alipay):
    wanted, student = CourseFactory(price="50.00"), UserFactory()
    gift = EnrollmentGrant.Source.GRANT
    enrollment.enroll(user_id=student.pk, course_id=wanted.pk, source=gift)
    order = sold(fake_alipay, courses=[wanted], user=student)
    other = paid_again(fake_alipay, order)
    assert refunded_and_due(order) == (0, Decimal("100.00"))

    start(order, payment_id=other.pk)

    assert refunded_and_due(order) == (Decimal("50.00"), Decimal("50.00"))


def test_a_second_payment_with_the_number_of_the_first_leaves_the_order_paid(order):
    other = OrderPaymentFactory(
        order=order, trade_no=order.trade_no, pay_type=PayType.OFFLINE, amount=order.total_amount
    )

    refund = start(order, payment_id=other.pk)
    refunds.record_by_hand(refund_id=refund.pk, staff=UserFactory(), answer="转账")

    assert refunded_and_due(order) == (order.total_amount, 0)
    order.refresh_from_db()
    assert order.order_status == OrderStatus.PAID
    assert len(courses_of(order.user)) == 2
