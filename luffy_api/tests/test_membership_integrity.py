"""check_integrity finds what is wrong with a membership and its order."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from luffy_api.apps.course.models import EnrollmentGrant
from luffy_api.apps.order import checkout, integrity, membership_integrity
from luffy_api.apps.order.models import MembershipLine, Order, OrderDetail, Refund
from luffy_api.apps.promotion.membership import opened
from luffy_api.apps.promotion.models import MembershipPeriod
from luffy_api.tests.factories import (
    ClaimFactory,
    CourseFactory,
    MembershipPeriodFactory,
    MembershipTermFactory,
    RefundFactory,
    UserFactory,
)
from luffy_api.tests.refunding import deliver

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(fake_alipay) -> Order:
    """A month for 30 yuan, paid, with one course that it has opened."""
    user = UserFactory()
    order = checkout.place_order(
        user_id=user.pk,
        course_ids=[],
        total_amount=Decimal("30.00"),
        term_id=MembershipTermFactory().pk,
    )
    fake_alipay.sell(order)
    assert deliver(fake_alipay, order)
    opened.join(user_id=user.pk, course_id=CourseFactory(course_type=1).pk)
    order.refresh_from_db()
    return order


def add_a_course(order):
    OrderDetail.objects.create(order=order, course=CourseFactory(), price=0, real_price=0)


def charge_less(order):
    MembershipLine.objects.update(price="29.00")
    MembershipPeriod.objects.update(price="29.00")


def take_a_coupon(order):
    Order.objects.update(coupon_claim=ClaimFactory(user=order.user))


def lose_the_term(order):
    MembershipLine.objects.update(term=10**9)


def lose_the_period(order):
    EnrollmentGrant.objects.update(ends_at=timezone.now() - timedelta(days=1))
    order.user.enrollments.all().delete()
    MembershipPeriod.objects.all().delete()


def give_for_nothing(order):
    MembershipPeriodFactory()


def refund_without_end(order):
    payment = order.payments.get()
    now = timezone.now()
    RefundFactory(payment=payment, amount="5.00", status=3, finished_at=now)
    Refund.objects.update(ends_membership=True)


def count_twice(order):
    MembershipPeriodFactory(user=order.user, number=2)


def open_for_ever(order):
    EnrollmentGrant.objects.update(ends_at=None)


def open_for_longer(order):
    EnrollmentGrant.objects.update(ends_at=timezone.now() + timedelta(days=900))


LINES, LOST, NOT_GIVEN, NOT_PAID, NOT_ENDED, TWICE, LONGER = membership_integrity.RULES
BROKEN = [
    (add_a_course, LINES),
    (charge_less, LINES),
    (take_a_coupon, LINES),
    (lose_the_term, LOST),
    (lose_the_period, NOT_GIVEN),
    (give_for_nothing, NOT_PAID),
    (refund_without_end, NOT_ENDED),
    (count_twice, TWICE),
    (open_for_ever, LONGER),
    (open_for_longer, LONGER),
]


@pytest.mark.parametrize(("wrong", "rule"), BROKEN)
def test_each_contradiction_of_a_membership_is_found(order, wrong, rule):
    assert [found.rule for found in integrity.run_checks()] == []
    wrong(order)
    assert rule in {found.rule for found in integrity.run_checks()}
