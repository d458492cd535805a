"""What must be true of the shop's books after every step, whatever has happened."""

from dataclasses import dataclass, field
from decimal import Decimal

from luffy_api.apps.course.models import Course, Enrollment
from luffy_api.apps.order import integrity
from luffy_api.apps.order.models import Order, PaymentEvent
from luffy_api.apps.order.states import OrderStatus
from luffy_api.tests.fake_alipay import FakeAlipay

MONEY_CAME = (OrderStatus.PAID, OrderStatus.REFUNDED)


@dataclass
class History:
    """What has happened so far, as everybody but the shop remembers it."""

    peer: FakeAlipay
    heard: int = 0  # messages that were delivered, genuine or not
    paid_told: set[str] = field(default_factory=set)
    refund_told: set[str] = field(default_factory=set)
    free: set[tuple[int, int]] = field(default_factory=set)
    given: set[tuple[int, int]] = field(default_factory=set)

    @property
    def told(self) -> set[str]:
        """The orders whose payment the shop has heard of."""
        return self.paid_told | set(self.peer.told)


def check_invariants(story: History) -> None:
    """Fails where the shop's books and the gateway's disagree."""
    orders = list(Order.objects.prefetch_related("order_courses"))
    rights = {(right.user_id, right.course_id): right for right in Enrollment.objects.all()}
    _orders_are_whole(orders)
    _money_is_right(story, orders)
    _owned_is_paid_or_free_or_given(story, orders, rights)
    _messages_are_kept(story, orders)
    for course in Course.objects.all():
        assert course.students == sum(1 for _, course_id in rights if course_id == course.pk)


def _orders_are_whole(orders: list[Order]) -> None:
    baskets = []
    for order in orders:
        lines = order.order_courses.all()
        assert sum(line.real_price for line in lines) == order.total_amount
        if order.order_status == OrderStatus.UNPAID:
            baskets.append((order.user_id, frozenset(line.course_id for line in lines)))
    assert len(set(baskets)) == len(baskets)


def _money_is_right(story: History, orders: list[Order]) -> None:
    """Nothing for nothing, nothing lost, nothing at another price."""
    told = story.told
    for order in orders:
        number, trade = order.out_trade_no, story.peer.trades.get(order.out_trade_no)
        if order.order_status in MONEY_CAME:
            assert trade is not None
            assert number in told
            assert (trade.received, trade.trade_no) == (order.total_amount, order.trade_no)
        else:
            assert number not in told
        if order.order_status == OrderStatus.REFUNDED:
            assert number in story.refund_told
        if order.order_status == OrderStatus.PAID:
            assert number not in story.refund_told, "the money has gone back"


def _owned_is_paid_or_free_or_given(
    story: History, orders: list[Order], rights: dict[tuple[int, int], Enrollment]
) -> None:
    """What an order paid for and did not give, because it was owned already, is owed back."""
    bought = {pair for pair, right in rights.items() if right.out_trade_no}
    assert set(rights) - bought == story.free | story.given
    expected = set()
    for order in (o for o in orders if o.order_status == OrderStatus.PAID):
        owed = Decimal(0)
        for line in order.order_courses.all():
            right = rights.get((order.user_id, line.course_id))
            if right is not None and right.out_trade_no == order.out_trade_no:
                expected.add((order.user_id, line.course_id))
            else:
                owed += line.real_price
        assert order.refund_due == owed
    assert bought == expected


def _messages_are_kept(story: History, orders: list[Order]) -> None:
    """Each one, and each payment is entered once."""
    events = PaymentEvent.objects.values_list("out_trade_no", "accepted", "reason")
    assert len(events) == story.heard + len(story.peer.told)
    entries = [n for n, accepted, reason in events if accepted and reason in integrity.PAID_REASONS]
    came = [order.out_trade_no for order in orders if order.order_status in MONEY_CAME]
    assert sorted(entries) == sorted(came)
