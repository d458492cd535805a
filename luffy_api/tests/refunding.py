"""Paid orders at a fake gateway, and what it and the shop say about their money."""

from decimal import Decimal
from typing import Any

from django.utils import timezone

from luffy_api.apps.course.models import Course
from luffy_api.apps.order import amounts
from luffy_api.apps.order.models import Order, OrderPayment, PaymentEvent, Refund
from luffy_api.apps.order.payment import reconciliation, refund_requests, refunds
from luffy_api.apps.user.models import User
from luffy_api.tests import peers
from luffy_api.tests.factories import CourseFactory, OrderFactory
from luffy_api.tests.fake_gateway import FakeGateway, second
from luffy_api.tests.peers import Message


def sold(gateway: FakeGateway, *prices: str, **fields: object) -> Order:
    """A paid order for new courses of these prices, or for `courses`."""
    courses = fields.pop("courses", None) or [CourseFactory(price=price) for price in prices]
    total = sum((Decimal(course.price) for course in courses), Decimal(0))  # type: ignore[attr-defined]
    fields = {"pay_type": gateway.peer.pay_type, **fields}
    order: Order = OrderFactory(courses=courses, total_amount=total, **fields)
    gateway.sell(order)
    assert deliver(gateway, order)
    order.refresh_from_db()
    return order


def paid_again(gateway: FakeGateway, order: Order) -> OrderPayment:
    """A second trade for the same order."""
    trade = gateway.sell(order, again=True)
    assert deliver(gateway, order, again=True)
    return order.payments.get(trade_no=trade.trade_no)


def deliver(
    gateway: FakeGateway, order: Order, *, again: bool = False, **changes: str | None
) -> bool:
    """Post the notification about the trade as it is; whether it was accepted."""
    key = second(order.out_trade_no) if again else order.out_trade_no
    return post(gateway.message(key, **changes))


def post(message: Message) -> bool:
    """Post a notification; whether it was accepted."""
    accepted = {peer.path: peer.accepted for peer in peers.PEERS.values()}
    return peers.post(message) == accepted[message.path]


def start(order: Order, **how: Any) -> Refund:
    """Refund without a request."""
    return refunds.start(
        out_trade_no=order.out_trade_no, reason="退课", origin=Refund.Origin.STAFF, **how
    )


def ask(order: Order, **how: Any) -> Refund:
    """The request of the order's student."""
    return refund_requests.request_refund(
        user_id=order.user_id, out_trade_no=order.out_trade_no, reason="退课", **how
    )


def make_due() -> None:
    """The batch asks about every open refund when it runs next."""
    Refund.objects.filter(next_query_at__isnull=False).update(next_query_at=timezone.now())


def finish() -> None:
    """The batch runs until it knows what became of refunds.

    WeChat Pay answers a request that it has not heard of before with "processing".
    """
    for _ in range(2):
        make_due()
        reconciliation.reconcile()


def events() -> list[tuple[str, str]]:
    """Source and reason of all messages."""
    return list(PaymentEvent.objects.order_by("id").values_list("source", "reason"))


def course(price: str) -> Course:
    """The course for this price."""
    return Course.objects.get(price=price)


def courses_of(student: User) -> set[int]:
    """The ids of the courses that a student has."""
    return set(student.enrollments.values_list("course_id", flat=True))


def refunded_and_due(order: Order) -> tuple[Decimal, Decimal]:
    """What went back of an order, and what is still due."""
    row = amounts.with_amounts(Order.objects.filter(pk=order.pk)).get()
    return row.refunded_amount, row.refund_due
