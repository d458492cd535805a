"""The cart (选课车): courses that a student has put aside, kept on the server.

Checkout does not touch it: a course leaves when the student has it, which `clean_up` sees, or takes
it out. So an order that was never paid loses nothing, and checkout costs nothing more.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db import models, transaction
from django.db.models import Exists, Max, OuterRef, Q
from django.utils import timezone

from luffy_api.apps.course.locks import lock_writer
from luffy_api.apps.course.models import Course, EnrollmentGrant
from luffy_api.apps.course.selectors import CourseForSale
from luffy_api.apps.order import payability, waiting_money
from luffy_api.apps.order.exceptions import AlreadyOwned, FreeCourse, InvalidCart, NotForSale
from luffy_api.apps.order.models import CartItem, Order, OrderDetail
from luffy_api.apps.order.states import OrderStatus
from luffy_api.apps.promotion.membership import own as membership
from luffy_api.apps.promotion.membership import prices
from luffy_api.common.deletion import delete_in_chunks
from luffy_api.common.transactions import retry_deadlocks

MAX_ITEMS = 50
LIFETIME = timedelta(days=365)


class ItemState(models.TextChoices):
    """What can be done with a course of the cart now."""

    FOR_SALE = "for_sale", "可购买"
    PENDING = "pending", "订单待支付"
    CHECKING = "checking", "线下付款核对中"
    FREE = "free", "已免费"
    OWNED = "owned", "已拥有"
    GONE = "gone", "已下架"


@dataclass(frozen=True)
class CartRow:
    """A course of the cart as it is now; `real_price` in yuan, None when it is not sold.

    That is what this student pays. `vip_price` is what a member pays, if less than everybody, so a
    member has the two alike. `out_trade_no` is the student's order that has the course and can be
    paid, or whose money came by hand and is being checked, else None. `member_free`: it is sold,
    and the student's membership opens it while it lasts.
    """

    course: Course
    price_seen: Decimal
    real_price: Decimal | None
    vip_price: Decimal | None
    state: ItemState
    out_trade_no: str | None
    member_free: bool = False


@retry_deadlocks
@transaction.atomic
def add(*, user_id: int, course_id: int) -> None:
    """Put a course into the cart; again, and it only remembers the price of now.

    Raises NotForSale, AlreadyOwned, FreeCourse, and InvalidCart when it is full.
    """
    lock_writer(user_id)
    found = prices.for_sale(user_id=user_id, course_ids=[course_id])
    if not found:
        raise NotForSale([course_id])
    [each] = found
    if each.owned:
        raise AlreadyOwned([course_id])
    if each.offer.real_price <= 0:
        raise FreeCourse
    others = CartItem.objects.filter(user=user_id).exclude(course=course_id)
    if others.count() >= MAX_ITEMS:
        raise InvalidCart(f"选课车最多放 {MAX_ITEMS} 门课程，请先移出一些")
    CartItem.objects.update_or_create(
        user_id=user_id, course_id=course_id, defaults={"price_seen": each.offer.real_price}
    )


def remove(*, user_id: int, course_id: int) -> None:
    """Take a course out, if it is there."""
    # `course__id` is compared as an integer of any size, `course` is not.
    CartItem.objects.filter(user=user_id, course__id=course_id).delete()


def remove_unsold(*, user_id: int) -> int:
    """Take out what cannot be bought; return how many. What an unpaid order has stays."""
    unsold = [
        row.course.pk
        for row in rows(user_id=user_id)
        if row.state != ItemState.FOR_SALE and row.out_trade_no is None
    ]
    return CartItem.objects.filter(user=user_id, course__in=unsold).delete()[0]


def rows(*, user_id: int) -> list[CartRow]:
    """The cart, what was put there last first. Three queries, one for an empty one.

    One more if a course has a price for members, one if a membership could open one, and two
    if there are unpaid orders.
    """
    own = CartItem.objects.filter(user=user_id).select_related("course")
    items = list(own.defer("course__detail"))
    course_ids = [item.course_id for item in items]
    for_sale = {
        each.course.pk: each for each in prices.for_sale(user_id=user_id, course_ids=course_ids)
    }
    ordered = _ordered(user_id, course_ids)
    found = [
        _row(item, for_sale.get(item.course_id), ordered.get(item.course_id)) for item in items
    ]
    return _with_membership(found, user_id)


def _with_membership(found: list[CartRow], user_id: int) -> list[CartRow]:
    opened = {
        row.course.pk
        for row in found
        if row.state == ItemState.FOR_SALE and row.course.course_type == Course.CourseType.VIP
    }
    if not opened or membership.ends_at(user_id, timezone.now()) is None:
        return found
    return [replace(row, member_free=row.course.pk in opened) for row in found]


def _row(item: CartItem, sold: CourseForSale | None, order: Order | None) -> CartRow:
    price = sold.offer.real_price if sold else None
    vip_price = sold.vip_price if sold else None
    state, number = _state(sold), None
    if order is not None:
        state = ItemState.CHECKING if order.money_waits else ItemState.PENDING
        number = order.out_trade_no
    return CartRow(item.course, item.price_seen, price, vip_price, state, number)


def _state(sold: CourseForSale | None) -> ItemState:
    if sold is None:
        return ItemState.GONE
    if sold.owned:
        return ItemState.OWNED
    return ItemState.FOR_SALE if sold.offer.real_price > 0 else ItemState.FREE


def _ordered(user_id: int, course_ids: Sequence[int]) -> dict[int, Order]:
    """By course, the orders that can be paid, or whose money is being checked."""
    if not course_ids:
        return {}
    waits = Q(Exists(waiting_money.of_outer("order_id")))
    open_ = Q(order__order_status=OrderStatus.UNPAID) | waits
    lines = OrderDetail.objects.filter(open_, order__user=user_id, course__in=course_ids)
    # One order for each course, however many there are: that of the money, or else the newest.
    by_course: Any = lines.order_by().values_list("course_id")
    found = by_course.annotate(checked=Max("order_id", filter=waits), newest=Max("order_id"))
    newest = {course: checked or latest for course, checked, latest in found}
    orders = Order.objects.in_bulk(set(newest.values())) if newest else {}
    payability.load(list(orders.values()))
    of_courses = {course: orders[pk] for course, pk in newest.items() if pk in orders}
    return {
        course: order
        for course, order in of_courses.items()
        if order.money_waits or order.payment_refusal is None
    }


def move(*, source_id: int, target_id: int) -> None:
    """Of a merge of accounts, in its transaction: what both have stays once."""
    items = CartItem.objects.filter(user=source_id)
    both = CartItem.objects.filter(user=target_id).values_list("course", flat=True)
    items.filter(course__in=list(both)).delete()
    items.update(user=target_id)


def erase(user_id: int) -> None:
    """Of a closed account, in its transaction."""
    CartItem.objects.filter(user=user_id).delete()


def clean_up() -> int:
    """Delete courses that their students have by now, and those of a year ago; return how many."""
    owned = EnrollmentGrant.objects.owned().filter(
        user=OuterRef("user_id"), course=OuterRef("course_id")
    )
    old = CartItem.objects.filter(created_time__lt=timezone.now() - LIFETIME)
    return delete_in_chunks(CartItem.objects.filter(Exists(owned))) + delete_in_chunks(old)
