"""Money by hand beside everything else that moves its order, with real threads and controls."""

import time
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from inspect import unwrap
from threading import Barrier, Event
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from luffy_api.apps.course.models import Course
from luffy_api.apps.order import cancellation, checkout, closing, payability, waiting_money
from luffy_api.apps.order.exceptions import OfflinePaymentWaits, OrderClosed
from luffy_api.apps.order.models import (
    OfflinePayment,
    OfflineStatus,
    Order,
    OrderPayment,
    PaymentEvent,
    PayType,
)
from luffy_api.apps.order.payment import offline, services
from luffy_api.apps.order.states import OrderStatus
from luffy_api.apps.user.models import User
from luffy_api.common import audit_log
from luffy_api.common.replies import UnexpectedRows
from luffy_api.tests.factories import CourseFactory, OfflinePaymentFactory, UserFactory
from luffy_api.tests.fake_gateway import during_the_question
from luffy_api.tests.people import staff
from luffy_api.tests.races import at_once, without_locks
from luffy_api.tests.recording import status_of
from luffy_api.tests.refunding import courses_of, post, refunded_and_due
from luffy_api.tests.test_check_pdf import PDF
from luffy_api.tests.violations import violations

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("folders", "fake_alipay"),
]
ROUNDS = 5


@pytest.fixture
def colleague():
    return staff(is_superuser=True)


@pytest.fixture
def order():
    return order_at_old_price()


def order_at_old_price() -> Order:
    """Unpaid, of a new student for a course of 99 yuan, which costs 89 by now."""
    course = CourseFactory(price="99.00")
    order = place(UserFactory().pk, course.pk, "99.00")
    Course.objects.filter(pk=course.pk).update(price="89.00")
    return order


def place(user_id: int, course_id: int, total: str = "89.00") -> Order:
    return checkout.place_order(
        user_id=user_id, course_ids=[course_id], total_amount=Decimal(total)
    )


def place_again(order: Order) -> Order:
    """The student orders the same cart at its new price."""
    return place(order.user_id, order.lines[0].course_id)


def record(order: Order, colleague: User) -> OfflinePayment:
    return offline.record(
        out_trade_no=order.out_trade_no,
        payer="路小飞",
        reference=f"B{order.pk}",
        paid_at=timezone.now(),
        receipt=SimpleUploadedFile("回单.pdf", PDF),
        staff=colleague,
    )


def confirm(row: OfflinePayment, colleague: User) -> None:
    offline.confirm(offline_id=row.pk, staff=colleague)


def cancel(order: Order) -> None:
    cancellation.cancel(user_id=order.user_id, out_trade_no=order.out_trade_no)


def expire(order: Order) -> None:
    cancellation._expire(Order.objects.get(pk=order.pk))


def without_guard(monkeypatch) -> None:
    """Whatever closes an order does not look for money that waits."""
    monkeypatch.setattr(waiting_money, "require_none", lambda *_: None)
    monkeypatch.setattr(waiting_money, "require_no_courses", lambda found: None)


def refusal_of(order: Order) -> Any:
    found = Order.objects.get(pk=order.pk)
    payability.load([found])
    return found.payment_refusal


def assert_paid_by_hand_once(order: Order, row: OfflinePayment) -> None:
    row.refresh_from_db()
    assert row.status == OfflineStatus.CONFIRMED
    assert status_of(order) is OrderStatus.PAID
    assert courses_of(order.user) == {order.lines[0].course_id}
    assert refunded_and_due(order) == (0, 0)
    assert OrderPayment.objects.filter(order=order).count() == 1
    assert PaymentEvent.objects.filter(out_trade_no=order.out_trade_no).count() == 1
    assert violations() == []


def test_placing_at_a_new_price_while_staff_record_the_money(colleague):
    """Whoever is first: the money is recorded, and nothing else takes money for the course."""
    for _ in range(ROUNDS):
        order = order_at_old_price()

        _, recorded = at_once(partial(place_again, order), partial(record, order, colleague))

        assert recorded == "done"
        for other in Order.objects.filter(user=order.user_id):
            assert isinstance(refusal_of(other), OrderClosed)
        with pytest.raises(OfflinePaymentWaits):
            place_again(order)
        row = OfflinePayment.objects.get(order=order)
        confirm(row, colleague)
        assert_paid_by_hand_once(order, row)


def beside_a_record(order: Order, colleague: User, close: Callable[[], Any]) -> list[str]:
    """`close` begins when the money is written, and not committed yet."""
    written = Event()
    log = audit_log.log_addition

    def log_slowly(*args: Any, **kwargs: Any) -> None:
        log(*args, **kwargs)
        written.set()
        time.sleep(0.5)

    def close_beside() -> None:
        assert written.wait(timeout=30)
        close()

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(audit_log, "log_addition", log_slowly)
        return at_once(partial(record, order, colleague), close_beside)


def close_now(order: Order) -> None:
    """As a batch that has read the order, and asked its provider, a moment ago."""
    closing.close(order, to=OrderStatus.EXPIRED, next_query_at=None)


def test_closing_waits_for_money_that_is_being_written(order, colleague):
    results = beside_a_record(order, colleague, partial(close_now, order))

    assert results == ["done", "OfflinePaymentWaits"]
    assert status_of(order) is OrderStatus.UNPAID


def test_control_without_the_guard_it_closes(order, colleague, monkeypatch):
    without_guard(monkeypatch)

    assert beside_a_record(order, colleague, partial(close_now, order)) == ["done", "done"]

    assert status_of(order) is OrderStatus.EXPIRED


def test_what_is_recorded_while_an_order_is_superseded_keeps_it(order, colleague, fake_alipay):
    during_the_question(fake_alipay, partial(record, order, colleague))

    with pytest.raises(OfflinePaymentWaits):
        place_again(order)

    assert status_of(order) is OrderStatus.UNPAID
    assert Order.objects.count() == 1


def test_control_without_the_guard_it_is_superseded(order, colleague, fake_alipay, monkeypatch):
    without_guard(monkeypatch)
    during_the_question(fake_alipay, partial(record, order, colleague))

    other = place_again(order)

    assert status_of(order) is OrderStatus.CANCELLED
    assert other != order


@pytest.mark.parametrize("close", [cancel, expire])
def test_confirming_beside_closing(colleague, close):
    for _ in range(ROUNDS):
        order = order_at_old_price()
        row = OfflinePaymentFactory(order=order)

        closed, confirmed = at_once(partial(close, order), partial(confirm, row, colleague))

        assert confirmed == "done"
        assert closed in {"OfflinePaymentWaits", "OrderClosed", "done" if close is expire else ""}
        assert_paid_by_hand_once(order, row)


def test_control_without_the_guard_a_student_cancels_what_is_being_checked(
    order, colleague, monkeypatch
):
    without_guard(monkeypatch)
    OfflinePaymentFactory(order=order)

    cancel(order)

    assert status_of(order) is OrderStatus.CANCELLED


def test_confirming_twice(colleague):
    for _ in range(ROUNDS):
        order = order_at_old_price()
        row = OfflinePaymentFactory(order=order)

        results = at_once(*[partial(confirm, row, colleague)] * 2)

        assert sorted(results) == ["OfflinePaymentDecided", "done"]
        assert_paid_by_hand_once(order, row)


def test_control_without_the_condition_it_is_entered_twice(order, colleague, monkeypatch):
    monkeypatch.setattr(offline, "_decide", lambda *args: None)
    row = OfflinePaymentFactory(order=order)

    assert at_once(*[partial(confirm, row, colleague)] * 2) == ["done", "done"]

    assert PaymentEvent.objects.count() == 2


@pytest.mark.parametrize("then", ["confirm", "void"])
def test_confirming_beside_voiding(order, colleague, then):
    row = OfflinePaymentFactory(order=order)

    results = at_once(
        partial(confirm, row, colleague), partial(offline.void, offline_id=row.pk, staff=colleague)
    )

    assert sorted(results) == ["OfflinePaymentDecided", "done"]
    row.refresh_from_db()
    is_paid = row.status == OfflineStatus.CONFIRMED
    assert status_of(order) is (OrderStatus.PAID if is_paid else OrderStatus.UNPAID)
    assert OrderPayment.objects.count() == is_paid
    assert violations() == []


def test_confirming_beside_the_notification_of_the_same_order(colleague, fake_alipay):
    """Both have paid: one of the two is due back, whoever is first."""
    for _ in range(ROUNDS):
        order = order_at_old_price()
        row = OfflinePaymentFactory(order=order)
        fake_alipay.sell(order)
        message = fake_alipay.message(order.out_trade_no)

        results = at_once(partial(confirm, row, colleague), partial(post, message))

        assert results == ["done", "done"]
        assert status_of(order) is OrderStatus.PAID
        kinds = order.payments.values_list("pay_type", flat=True)
        assert sorted(kinds) == [PayType.ALIPAY, PayType.OFFLINE]
        assert refunded_and_due(order) == (0, 99)
        assert courses_of(order.user) == {order.lines[0].course_id}
        assert violations() == []


def test_control_without_the_lock_one_of_the_two_is_not_recorded(
    order, colleague, fake_alipay, monkeypatch
):
    row, together = OfflinePaymentFactory(order=order), Barrier(2)
    fake_alipay.sell(order)
    message = fake_alipay.message(order.out_trade_no)
    careful = services._mark_paid

    def mark_together(*args: Any) -> bool:
        together.wait(timeout=30)
        return careful(*args)

    monkeypatch.setattr(services, "_mark_paid", mark_together)
    monkeypatch.setattr(services.optimistic, "is_possible", lambda payment: False)
    monkeypatch.setattr(services, "query_and_record", lambda order: None)
    without_locks(monkeypatch, "lock_order")
    monkeypatch.setattr(services, "_record_payment", unwrap(services._record_payment))
    monkeypatch.setattr(offline, "_enter", unwrap(offline._enter))

    def tried(act: Callable[[], Any]) -> bool:
        try:
            return act() is not False
        except UnexpectedRows:
            return False

    results: list[bool] = []
    at_once(
        lambda: results.append(tried(partial(confirm, row, colleague))),
        lambda: results.append(tried(partial(post, message))),
    )

    assert results.count(True) < 2 or order.payments.count() < 2
