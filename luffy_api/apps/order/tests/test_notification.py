"""Genuine notifications: what each provider's do to an order. The same tests for every provider."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import OperationalError
from django.utils import timezone

from luffy_api.apps.course.models import Course, Enrollment, EnrollmentGrant
from luffy_api.apps.order.models import Order, OrderPayment, PaymentEvent
from luffy_api.apps.order.payment import delivery, services
from luffy_api.apps.order.states import OrderStatus
from luffy_api.apps.order.tests.recorded import PAID, UNPAID, last_reason, reasons, snapshot
from luffy_api.tests.counting import students
from luffy_api.tests.factories import CourseFactory, EnrollmentFactory, OrderFactory
from luffy_api.tests.peers import PAID_AT, PEERS, paid, post, trade_no_of

pytestmark = pytest.mark.django_db
UNKNOWN = "01JABCDEFGHJKMNPQRSTVWXYZ0"


def test_a_genuine_notification_pays_the_order_and_enrols_in_every_course(peer):
    order = OrderFactory(courses=[CourseFactory(students=7), CourseFactory(students=0)])

    assert post(paid(peer, order)) == peer.accepted

    order.refresh_from_db()
    assert (order.order_status, order.pay_type) == (OrderStatus.PAID, peer.pay_type)
    assert order.trade_no == trade_no_of(order.out_trade_no)
    assert order.pay_time == PAID_AT
    assert Enrollment.objects.filter(user=order.user).count() == 2
    assert EnrollmentGrant.objects.filter(reference=order.out_trade_no).count() == 2
    assert students() == [1, 8]
    payment = OrderPayment.objects.get()
    assert (payment.pay_type, payment.amount) == (peer.pay_type, Decimal("99.00"))
    assert last_reason() == "accepted: paid"
    assert order.trade_no in PaymentEvent.objects.get().message


def test_a_repeat_is_accepted_and_changes_nothing(peer, order):
    message = paid(peer, order)
    post(message)
    order.refresh_from_db()
    before = (order.updated_time, order.pay_time)

    answers = [post(message) for _ in range(3)]

    assert answers == [peer.accepted] * 3
    assert snapshot(order) == PAID
    assert (order.updated_time, order.pay_time) == before
    assert OrderPayment.objects.count() == 1
    assert reasons() == ["paid", *["repeated"] * 3]


def test_a_repeat_costs_one_query_and_no_lock(peer, order, django_assert_num_queries):
    message = paid(peer, order)
    post(message)

    with django_assert_num_queries(1) as queries:
        assert post(message) == peer.accepted

    assert [query["sql"].split()[0] for query in queries.captured_queries] == ["INSERT"]


def test_a_repeat_with_another_amount_is_refused(peer, order):
    post(paid(peer, order))

    assert post(paid(peer, order, amount=Decimal("98.00"))) == peer.rejected

    assert reasons() == ["paid", "amount_differs"]


@pytest.mark.parametrize("state", [OrderStatus.CANCELLED, OrderStatus.EXPIRED])
def test_a_late_payment_makes_the_order_paid(peer, order, state):
    past = timezone.now() - timedelta(days=1)
    Order.objects.update(order_status=state, expires_at=past)

    assert post(paid(peer, order)) == peer.accepted
    assert snapshot(order) == PAID


def test_a_refunded_order_is_not_opened_again(peer, order):
    post(paid(peer, order))
    Order.objects.update(order_status=OrderStatus.REFUNDED)
    Enrollment.objects.all().delete()

    assert post(paid(peer, order)) == peer.accepted
    assert snapshot(order)[:2] == (OrderStatus.REFUNDED, 0)


def test_a_course_that_is_owned_already_stays_owned_once(peer, order):
    course = Course.objects.get()
    EnrollmentFactory(user=order.user, course=course)

    assert post(paid(peer, order)) == peer.accepted

    assert snapshot(order) == (OrderStatus.PAID, 1, course.students)


# --- Second trades -----------------------------------------------------------------------------


def test_the_trade_of_a_changed_way_to_pay_is_the_orders(peer, order):
    assert post(paid(peer, order, number=f"{order.out_trade_no}_3")) == peer.accepted
    assert snapshot(order) == PAID


def test_a_second_trade_is_a_second_payment_once(peer, order):
    post(paid(peer, order))

    answers = [post(paid(peer, order, trade_no="2026000second")) for _ in range(2)]

    assert answers == [peer.accepted] * 2
    assert snapshot(order) == PAID
    assert order.trade_no == trade_no_of(order.out_trade_no)
    assert OrderPayment.objects.count() == 2
    assert reasons() == ["paid", "paid_twice", "repeated"]


def test_a_payment_beside_one_of_another_provider_is_a_second_one(peer, order):
    """Even where both number their trades alike."""
    [other] = [each for each in PEERS.values() if each is not peer]
    post(paid(other, order))

    assert post(paid(peer, order)) == peer.accepted

    assert snapshot(order) == PAID
    assert order.pay_type == other.pay_type
    assert reasons() == ["paid", "paid_twice"]
    kinds = OrderPayment.objects.values_list("pay_type", flat=True)
    assert set(kinds) == {peer.pay_type, other.pay_type}


def test_a_trade_pays_one_order(peer, order):
    post(paid(peer, order))
    other = OrderFactory(courses=[CourseFactory()])

    answer = post(paid(peer, other, trade_no=trade_no_of(order.out_trade_no)))

    assert answer == peer.rejected
    other.refresh_from_db()
    assert other.order_status == OrderStatus.UNPAID
    assert OrderPayment.objects.get().order == order
    assert last_reason() == "refused: trade_of_another_order"


# --- Genuine, but not about an order of ours ---------------------------------------------------


@pytest.mark.parametrize("amount", ["0.01", "98.99", "99.01", "99999999.99"])
def test_another_amount_is_refused_however_near(peer, order, amount):
    assert post(paid(peer, order, amount=Decimal(amount))) == peer.rejected
    assert snapshot(order) == UNPAID
    assert last_reason() == "refused: amount_differs"


@pytest.mark.parametrize(
    ("name", "other", "reason"),
    [
        ("app_id", "other_app", "app_id"),
        ("merchant", "other_merchant", "seller_id"),
        ("merchant", None, "seller_id"),
        ("amount", None, "missing_field"),
        ("number", None, "missing_field"),
        ("trade_no", None, "missing_field"),
    ],
)
def test_a_signed_message_that_does_not_match_is_rejected_and_logged(
    peer, order, name, other, reason
):
    change = {name: other and getattr(peer, other)}

    assert post(paid(peer, order, **change)) == peer.rejected
    assert snapshot(order) == UNPAID
    assert last_reason() == f"refused: {reason}"


def test_a_message_for_an_unknown_order_is_rejected_and_logged_with_its_number(peer, order):
    """It is sent again: the order may still be on its way."""
    assert post(paid(peer, order, number=UNKNOWN)) == peer.rejected

    event = PaymentEvent.objects.get()
    assert (event.accepted, event.reason, event.out_trade_no) == (False, "unknown_order", UNKNOWN)


# --- What goes wrong on our side ---------------------------------------------------------------


def test_everything_is_committed_in_one_transaction(peer, order, monkeypatch):
    def broken(**kwargs):
        raise RuntimeError

    monkeypatch.setattr(delivery.enrollment, "enroll_in_all", broken)

    assert post(paid(peer, order)).status == 500
    assert snapshot(order) == UNPAID
    assert not PaymentEvent.objects.exists()


def test_what_cannot_be_stored_is_to_be_sent_again(peer, order, monkeypatch):
    def away(*args, **kwargs):
        raise OperationalError(2006, "Server has gone away")

    monkeypatch.setattr(services.event_log, "log_event", away)

    assert post(paid(peer, order)).status == 503
    assert snapshot(order) == UNPAID


def test_a_notification_that_cannot_be_verified_yet_is_to_be_sent_again(peer, order, settings):
    message = paid(peer, order)
    name, value = peer.secret
    setattr(settings, name, {**getattr(settings, name), value: ""})

    assert post(message).status == 503
    assert not PaymentEvent.objects.exists()


@pytest.mark.parametrize("size", [1, 8])
def test_a_fixed_number_of_queries(peer, size, django_assert_num_queries):
    courses = CourseFactory.create_batch(size)
    message = paid(peer, OrderFactory(courses=courses, pay_type=peer.pay_type))

    with django_assert_num_queries(13):  # two of them because the test is a transaction already
        assert post(message) == peer.accepted
