"""A payment whose order was read without a lock ends as one that locks it first."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from luffy_api.apps.course import enrollment
from luffy_api.apps.course.models import Enrollment, EnrollmentGrant, StudentCountChange
from luffy_api.apps.order.models import Order, OrderDetail, OrderPayment, PaymentEvent, PayType
from luffy_api.apps.order.payment import optimistic, services
from luffy_api.apps.order.payment.interface import Payment
from luffy_api.apps.order.states import OrderStatus
from luffy_api.apps.order.tests.recorded import reasons
from luffy_api.common.mysql import galera
from luffy_api.tests.factories import ClaimFactory, CourseFactory, OrderFactory, UserFactory
from luffy_api.tests.peers import paid, post

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has no round trips to save"),
]
Change = Callable[[Order], Any]


def update(**values: Any) -> Change:
    return lambda order: Order.objects.filter(pk=order.pk).update(**values)


def give_course(order: Order) -> None:
    [line] = order.order_courses.all()
    enrollment.enroll(
        user_id=order.user_id, course_id=line.course_id, source=EnrollmentGrant.Source.GRANT
    )


def move(order: Order) -> None:
    Order.objects.filter(pk=order.pk).update(user=UserFactory())


def pay_by_another_trade(order: Order) -> None:
    payment = Payment(
        out_trade_no=order.out_trade_no,
        trade_no=f"another {order.pk}",
        total_amount=order.total_amount,
        paid_at=None,
        source=PaymentEvent.Source.QUERY,
        pay_type=PayType(order.pay_type),
    )
    services._record_payment(payment, "")


def lose(order: Order) -> None:
    OrderDetail.objects.filter(order=order).delete()
    Order.objects.filter(pk=order.pk).delete()


CHANGES: dict[str, tuple[Change, str]] = {
    "cancelled": (update(order_status=OrderStatus.CANCELLED, open_cart_key=None), "paid"),
    "another_trade": (update(trade_count=2), "paid"),
    "another_way_to_pay": (update(pay_type=PayType.OFFLINE), "paid"),
    "a_coupon": (lambda order: update(coupon_claim=ClaimFactory())(order), "paid"),
    "another_amount": (update(total_amount=Decimal("98.99")), "amount_differs"),
    "of_another_student": (move, "paid"),
    "course_given": (give_course, "paid_but_owned_before"),
    "paid_twice": (pay_by_another_trade, "paid_twice"),
    "lost": (lose, "unknown_order"),
}


@pytest.fixture
def recorded(monkeypatch):
    """Whether each payment was recorded without a lock; `before` is done when it has been read."""

    class Recorded(list[bool]):
        before: Callable[[], Any] = staticmethod(lambda: None)

    found, record = Recorded(), optimistic._record

    def note(*args: Any) -> None:
        found.before()
        found.append(False)
        record(*args)
        found[-1] = True

    monkeypatch.setattr(optimistic, "_record", note)
    return found


# Those that are ordinary, before or after.
ORDINARY = {"cancelled", "of_another_student"}


def state(order: Order) -> tuple[Any, ...]:
    """What the shop has of an order, however it came there; of numbers that differ a part."""
    stored = Order.objects.filter(pk=order.pk)
    user_ids = stored.values("user_id")
    payments = OrderPayment.objects.filter(order=order.pk)
    return (
        [
            (each.order_status, each.pay_type, bool(each.trade_no), each.next_query_at is None)
            for each in stored
        ],
        [(each.trade_no.startswith("another"), each.amount) for each in payments],
        Enrollment.objects.filter(user__in=user_ids).count(),
        EnrollmentGrant.objects.filter(user__in=user_ids).count(),
        StudentCountChange.objects.count(),
        list(OrderDetail.objects.filter(order=order.pk).values_list("owned_before", flat=True)),
        reasons(),
    )


def test_an_ordinary_payment_is_recorded_without_a_lock(peer, order, recorded):
    message = paid(peer, order)

    assert [post(message) for _ in range(2)] == [peer.accepted] * 2

    assert recorded == [True]
    assert reasons() == ["paid", "repeated"]
    paid_order = (OrderStatus.PAID, peer.pay_type, True, True)
    payment = (False, Decimal("99.00"))
    assert state(order)[:5] == ([paid_order], [payment], 1, 1, 1)


def test_a_trade_that_was_seen_needs_no_order_to_be_read(peer, order, recorded, monkeypatch):
    message = paid(peer, order)
    post(message)
    monkeypatch.setattr(optimistic, "record", None)

    assert post(message) == peer.accepted

    assert reasons() == ["paid", "repeated"]


def test_no_more_trades_are_remembered_than_there_is_room_for(peer, order, monkeypatch):
    monkeypatch.setattr(optimistic, "MAX_KNOWN", 1)
    optimistic._known.clear()

    for each in (order, OrderFactory(courses=[CourseFactory()], pay_type=peer.pay_type)):
        post(paid(peer, each))

    assert len(optimistic._known) == 1


def test_at_a_node_of_a_cluster_the_first_payment_too_takes_the_lock(
    peer, order, recorded, monkeypatch
):
    """Its thread had no connection, so that nothing knew yet what the server is."""
    monkeypatch.setitem(galera._nodes, connection._address, True)

    def act() -> Any:
        try:
            return post(paid(peer, order))
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(act).result()

    assert answer == peer.accepted
    assert (recorded, reasons()) == ([], ["paid"])


@pytest.mark.parametrize("name", CHANGES)
def test_what_has_changed_since_it_was_read_is_looked_at_under_the_lock(
    peer, order, recorded, name
):
    change, reason = CHANGES[name]
    recorded.before = lambda: change(order)

    post(paid(peer, order))

    assert recorded == [name == "cancelled"]
    assert reasons()[-1] == reason


@pytest.mark.parametrize("name", CHANGES)
def test_what_was_so_before_ends_in_the_same_state(peer, order, recorded, monkeypatch, name):
    """As of a second order where nothing is recorded without a lock."""
    (change, reason), states = CHANGES[name], []
    other = OrderFactory(
        courses=[CourseFactory(students=7)], pay_type=peer.pay_type, open_cart_key="other"
    )
    for each, possible in ((order, None), (other, lambda payment: False)):
        if possible:
            monkeypatch.setattr(optimistic, "is_possible", possible)
        StudentCountChange.objects.all().delete()
        seen = len(reasons())
        change(each)
        post(paid(peer, each))
        [*facts, events] = state(each)
        states.append([*facts, events[seen:]])

    assert states[0] == states[1]
    assert states[0][-1][-1] == reason
    assert recorded == [True] * (name in ORDINARY)


def test_one_trade_pays_one_order(peer, order, recorded):
    other = OrderFactory(courses=[CourseFactory()], pay_type=peer.pay_type)
    trade_no = f"T{order.out_trade_no}"
    post(paid(peer, order, trade_no=trade_no))
    optimistic._known.clear()  # another process has recorded it

    answer = post(paid(peer, other, trade_no=trade_no))

    assert answer != peer.accepted
    assert recorded == [True, False]
    assert reasons() == ["paid", "trade_of_another_order"]
    other.refresh_from_db()
    assert other.order_status == OrderStatus.UNPAID
    assert not Enrollment.objects.filter(user=other.user_id).exists()
