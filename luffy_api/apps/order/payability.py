"""Whether an order can still be paid, or placed again: one rule, for payments and for pages."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from luffy_api.apps.course.models import Course, EnrollmentGrant
from luffy_api.apps.order import memberships, waiting_money
from luffy_api.apps.order.exceptions import (
    AlreadyOwned,
    NotForSale,
    OfflinePaymentWaits,
    OrderClosed,
    TermNotForSale,
)
from luffy_api.apps.order.models import Order, OrderDetail
from luffy_api.apps.order.states import OrderStatus
from luffy_api.common.exceptions import DomainError
from luffy_api.common.prepared_query import PreparedValues

# Ended without a payment.
OVER = (OrderStatus.CANCELLED, OrderStatus.EXPIRED)


def load(orders: Sequence[Order]) -> None:
    """Set `payment_refusal`, `can_reorder` and `money_waits` of orders that were read.

    Two queries at most, however many orders; none where all are paid.
    """
    obstacles = _obstacles([order for order in orders if order.order_status != OrderStatus.PAID])
    for order in orders:
        obstacle = obstacles.get(order.pk)
        order.money_waits = isinstance(obstacle, _OwnMoneyWaits)
        order.payment_refusal = obstacle if order.money_waits else closed(order) or obstacle
        order.can_reorder = order.order_status in OVER and obstacle is None


def with_payability(order: Order) -> Order:
    """The same order as `load` leaves it; no query if that, or `mark_payable`, was done."""
    if not hasattr(order, "payment_refusal"):
        load([order])
    return order


def mark_payable(order: Order) -> None:
    """What `load` would find of an open order whose courses were just judged. No query."""
    order.payment_refusal, order.can_reorder, order.money_waits = None, False, False


def closed(order: Order) -> OrderClosed | None:
    """Why the order takes no payment, whatever became of its courses; None while it is open."""
    if order.is_payable:
        return None
    paid = order.order_status == OrderStatus.PAID
    return OrderClosed("订单已支付，无需再次付款" if paid else "订单已失效，请重新下单")


def obstacle(order: Order) -> DomainError | None:
    """Why an unpaid order must not be paid, nor what it is for be ordered again.

    OfflinePaymentWaits, AlreadyOwned or NotForSale. One query, two for a membership.
    """
    return _obstacles([order]).get(order.pk)


@dataclass(frozen=True)
class _Line:
    """A course of an order; `owned`: by something else than this order.

    `waits`: money that came by hand for the order is being checked; `elsewhere`: for another order
    with the course.
    """

    order_id: int
    course_id: int
    name: str
    on_sale: bool
    owned: bool
    waits: bool
    elsewhere: bool


class _OwnMoneyWaits(OfflinePaymentWaits):
    """The money that is checked is for the order itself."""


def _obstacles(orders: Sequence[Order]) -> dict[int, DomainError]:
    """By the keys of the orders that have one."""
    if not orders:
        return {}
    found: dict[int, DomainError] = {}
    lines = _lines({order.pk for order in orders})
    for order_id, own in lines.items():
        if error := _judge(own):
            found[order_id] = error
    if without := {order.pk for order in orders} - lines.keys():
        found |= _obstacles_to_memberships(without)
    return found


def _obstacles_to_memberships(order_ids: Collection[int]) -> dict[int, DomainError]:
    rows = memberships.lines_with_sale(order_ids).annotate(
        waits=Exists(waiting_money.of_outer("order_id"))
    )
    found: dict[int, DomainError] = {}
    for order_id, on_sale, waits in rows.values_list("order_id", "on_sale", "waits"):
        if waits:
            found[order_id] = _OwnMoneyWaits()
        elif not on_sale:
            found[order_id] = TermNotForSale()
    return found


def _lines(order_ids: Collection[int]) -> dict[int, list[_Line]]:
    """The courses of the orders, by id; the owner of each order is the one who is asked for."""
    lines = defaultdict(list)
    for row in _judged_lines(len(order_ids)).all(timezone.now(), *order_ids):
        lines[row[0]].append(_Line(*row))
    return dict(lines)


@cache
def _judged_lines(count: int) -> PreparedValues:
    """The query of `_lines` for so many orders, of a page or a cart: 50 at most."""

    def build(now: datetime, *order_ids: int) -> QuerySet[OrderDetail, tuple[Any, ...]]:
        own = EnrollmentGrant.objects.owned(now).filter(
            course=OuterRef("course_id"), user=OuterRef("order__user_id"), user__is_active=True
        )
        # An order that is paid while it is read is no reason against itself.
        others = own.exclude(
            source=EnrollmentGrant.Source.ORDER, reference=OuterRef("order__out_trade_no")
        )
        on_sale = Course.objects.on_sale().filter(pk=OuterRef("course_id"))
        rows = OrderDetail.objects.filter(order__in=order_ids).order_by("course_id")
        judged = rows.annotate(
            on_sale=Exists(on_sale),
            owned=Exists(others),
            waits=Exists(waiting_money.of_outer("order_id")),
            elsewhere=Exists(waiting_money.for_course_of_outer()),
        )
        columns = ("order_id", "course_id", "course__name", "on_sale", "owned")
        return judged.values_list(*columns, "waits", "elsewhere")

    return PreparedValues(build, datetime, *[int] * count)


def _judge(lines: Sequence[_Line]) -> DomainError | None:
    if lines[0].waits:
        return _OwnMoneyWaits()
    if owned := [line for line in lines if line.on_sale and line.owned]:
        ids = [line.course_id for line in owned]
        if len(owned) == len(lines):
            return AlreadyOwned(ids, "您已拥有其中的课程，这笔订单无需再支付")
        why = f"您已拥有其中的{_names(owned)}，这笔订单不能再支付，其余课程可以取消后另行购买"
        return AlreadyOwned(ids, why)
    if missing := [line for line in lines if not line.on_sale]:
        ids = [line.course_id for line in missing]
        return NotForSale(ids, f"其中的{_names(missing)}已停止销售，这笔订单不能再支付")
    if elsewhere := [line.name for line in lines if line.elsewhere]:
        return OfflinePaymentWaits(waiting_money.about(elsewhere))
    return None


def _names(lines: Sequence[_Line]) -> str:
    more = f"等 {len(lines)} 门课程" if len(lines) > 1 else ""
    return f"《{lines[0].name}》{more}"
