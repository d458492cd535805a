"""Memberships as time goes by: renewed, over, and refunded by days; with a fake gateway."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone

from luffy_api.apps.course.enrollment import end_expired_grants
from luffy_api.apps.course.models import Course, Enrollment, EnrollmentGrant
from luffy_api.apps.order import amounts, student_refunds
from luffy_api.apps.order.models import Order
from luffy_api.apps.order.payment import refund_requests
from luffy_api.apps.order.states import OrderStatus
from luffy_api.apps.promotion.membership import opened, own
from luffy_api.apps.promotion.models import MembershipPeriod
from luffy_api.common.exceptions import DomainError
from luffy_api.tests.factories import CourseFactory, MembershipTermFactory, UserFactory
from luffy_api.tests.memberships import bought, days_left, order_page
from luffy_api.tests.refunding import ask, finish
from luffy_api.tests.violations import violations

# What they leave behind is asked of `violations` at the time to which they have travelled.
pytestmark = pytest.mark.django_db(transaction=True)
DAY = timedelta(days=1)
VIP = Course.CourseType.VIP


def test_a_renewal_adds_up_and_what_was_opened_stays(student, term, fake_alipay):
    course, other = CourseFactory.create_batch(2, course_type=VIP)
    bought(fake_alipay, student.pk, term)
    for each in (course, other):
        opened.join(user_id=student.pk, course_id=each.pk)
    Course.objects.filter(pk=other.pk).update(course_type=Course.CourseType.PAID)

    bought(fake_alipay, student.pk, term)

    assert days_left(student.pk) == 60
    first, second = MembershipPeriod.objects.order_by("number")
    assert second.starts_at == first.ends_at
    ends = dict(EnrollmentGrant.objects.values_list("course_id", "ends_at"))
    assert ends == {course.pk: second.ends_at, other.pk: first.ends_at}
    with time_machine.travel(second.ends_at + DAY):
        end_expired_grants()
        assert not Enrollment.objects.exists()
        bought(fake_alipay, student.pk, term)
        # What is still for members is there again.
        assert Enrollment.objects.get().course == course
        assert days_left(student.pk) == 30
        assert violations() == []


def test_months_are_those_of_the_calendar(student, fake_alipay):
    year = MembershipTermFactory(months=12, price=Decimal("299.00"))
    with time_machine.travel("2027-01-30T20:00:00+08:00", tick=False):
        bought(fake_alipay, student.pk, MembershipTermFactory(months=1))
        bought(fake_alipay, student.pk, year)
        ends = [timezone.localtime(row.ends_at) for row in MembershipPeriod.objects.order_by("pk")]

    assert [f"{end:%Y-%m-%d %H:%M}" for end in ends] == ["2027-02-28 20:00", "2028-02-28 20:00"]
    assert [row.days for row in MembershipPeriod.objects.order_by("pk")] == [29, 365]


def test_a_refund_by_days_gives_back_unused_days_and_ends_the_access(student, term, fake_alipay):
    course = CourseFactory(course_type=VIP)
    order = bought(fake_alipay, student.pk, term)
    opened.join(user_id=student.pk, course_id=course.pk)
    with time_machine.travel(timezone.now() + 2.5 * DAY):
        refund = ask(order)
        assert (refund.amount, refund.scope) == (Decimal("27.00"), "会员剩余天数")
        refund_requests.approve(refund_id=refund.pk, staff=UserFactory(is_staff=True))
        finish()
        assert fake_alipay.trades[order.out_trade_no].refunded == Decimal("27.00")
        assert not Enrollment.objects.exists()
        assert own.ends_at(student.pk, timezone.now()) is None
        order.refresh_from_db()
        assert order.order_status == OrderStatus.PAID
        assert amounts.with_amounts(Order.objects.all()).get().refund_due == 0
        with pytest.raises(DomainError):
            ask(order)
        assert not student_refunds.options(order_page(order)).whole.allowed
        assert violations() == []
