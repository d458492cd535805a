"""Refunds at the same moment, with real threads; each race has a control without its guard."""

from decimal import Decimal
from inspect import unwrap
from threading import Barrier, Event
from typing import Any

import pytest

from luffy_api.apps.course import enrollment
from luffy_api.apps.course.models import Course, Enrollment, EnrollmentGrant
from luffy_api.apps.course.models.enrollments import EnrollmentQuerySet
from luffy_api.apps.order import integrity
from luffy_api.apps.order.models import Order, Refund
from luffy_api.apps.order.payment import refund_amounts, refunds, services
from luffy_api.tests.counting import count_students
from luffy_api.tests.factories import OrderFactory
from luffy_api.tests.races import at_once, without_locks
from luffy_api.tests.refunding import courses_of, deliver, post
from luffy_api.tests.violations import violations

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 8


def start(order: Order, **how: Any) -> Refund:
    return refunds.start(
        out_trade_no=order.out_trade_no, reason="退课", origin=Refund.Origin.STAFF, **how
    )


def test_refunds_of_overlapping_money_never_exceed_the_payment(fake_alipay, order):
    line = order.order_courses.get(real_price=69).course_id
    acts = [lambda: start(order, amount=Decimal(60)), lambda: start(order, course_id=line)]

    results = at_once(*acts * (THREADS // 2))

    assert "done" in results
    trade = fake_alipay.trades[order.out_trade_no]
    ours = Refund.objects.refunded().values_list("out_request_no", "amount")
    assert dict(ours) == trade.refunds
    assert trade.left >= 0
    assert violations() == []


def test_control_without_the_lock_they_do(fake_alipay, order, monkeypatch):
    fake_alipay.mode = "mute"
    line, together = order.order_courses.get(real_price=69).course_id, Barrier(2)
    careful = refund_amounts.require_no_rival

    def look_together(*money: Any) -> None:
        careful(*money)
        together.wait(timeout=30)

    monkeypatch.setattr(refund_amounts, "require_no_rival", look_together)
    without_locks(monkeypatch, "lock_order")
    monkeypatch.setattr(refunds, "_start", unwrap(refunds._start))

    at_once(lambda: start(order, amount=Decimal(60)), lambda: start(order, course_id=line))

    assert "退款超过付款" in {violation.rule for violation in integrity.run_checks()}


def test_a_refund_beside_notifications_of_the_console(fake_alipay, order):
    assert fake_alipay.refund(order.out_trade_no, Decimal("39.00"))
    message = fake_alipay.message(order.out_trade_no)

    at_once(
        lambda: start(order, amount=Decimal("60.00")),
        *[lambda: post(message)] * (THREADS - 1),
    )

    rows = Refund.objects.refunded().order_by("origin").values_list("origin", "amount")
    assert list(rows) == [("console", 39), ("staff", 60)]
    order.refresh_from_db()
    assert order.order_status == 4
    assert violations() == []


def test_control_without_the_lock_a_notification_counts_twice(fake_alipay, order, monkeypatch):
    fake_alipay.refund(order.out_trade_no, Decimal("39.00"))
    message, together = fake_alipay.message(order.out_trade_no), Barrier(2)
    left = refund_amounts.left_amount

    def look_together(payment: Any) -> Decimal:
        amount = left(payment)
        together.wait(timeout=30)
        return amount

    monkeypatch.setattr(refund_amounts, "left_amount", look_together)
    without_locks(monkeypatch, "lock_order")
    monkeypatch.setattr(services, "_record_payment", unwrap(services._record_payment))

    at_once(*[lambda: post(message)] * 2)

    assert Refund.objects.count() == 2


def test_a_refund_beside_the_payment_of_another_order_for_the_course(fake_alipay, order):
    wanted = Course.objects.get(price=30)
    other = OrderFactory(
        user=order.user, courses=[wanted], total_amount=Decimal(30), open_cart_key="other"
    )
    fake_alipay.sell(other)

    at_once(lambda: start(order), lambda: deliver(fake_alipay, other))

    assert courses_of(order.user) == {wanted.pk}
    count_students()
    assert set(Course.objects.values_list("price", "students")) == {(30, 1), (69, 0)}
    assert violations() == []


def test_control_without_the_lock_the_course_is_lost(order, monkeypatch):
    wanted, looked, paid = Course.objects.get(price=30), Event(), Event()
    careful = EnrollmentQuerySet.without_reason

    def look_and_wait(rows: EnrollmentQuerySet) -> EnrollmentQuerySet:
        ids = list(careful(rows).values_list("pk", flat=True))
        looked.set()
        paid.wait(timeout=30)
        return rows.filter(pk__in=ids)

    def pay() -> None:
        looked.wait(timeout=30)
        source = EnrollmentGrant.Source.ORDER
        unwrap(enrollment.enroll_in_all)(
            user_id=order.user_id, course_ids=[wanted.pk], source=source, reference="other"
        )
        paid.set()

    monkeypatch.setattr(EnrollmentQuerySet, "without_reason", look_and_wait)
    for name in ("_withdraw", "end_grants", "enroll_in_all"):
        monkeypatch.setattr(enrollment, name, unwrap(getattr(enrollment, name)))
    for name in ("lock_students", "lock_courses"):
        monkeypatch.setattr(enrollment, name, lambda ids: None)

    at_once(
        lambda: enrollment.end_grants(
            source=EnrollmentGrant.Source.ORDER, reference=order.out_trade_no
        ),
        pay,
    )

    assert EnrollmentGrant.objects.live().filter(course=wanted).exists()
    assert not Enrollment.objects.filter(course=wanted).exists()
