"""Placing an order: price, check, write everything or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from luffy_api.apps.course import selectors as course_selectors
from luffy_api.apps.course.models import Course
from luffy_api.apps.order import closing, placing_keys, schedule, selectors, services
from luffy_api.apps.order.baskets import basket_key
from luffy_api.apps.order.exceptions import (
    AlreadyOwned,
    BasketRefused,
    FreeCourse,
    NotForSale,
    OrderClosed,
    PriceChanged,
)
from luffy_api.apps.order.models import Order, OrderDetail
from luffy_api.apps.order.states import OrderStatus
from luffy_api.common.exceptions import Conflict
from luffy_api.common.transactions import retry_deadlocks

MAX_COURSES = 20
ATTEMPTS = 4
SUBJECT_LENGTH = 100


@dataclass(frozen=True)
class Wish:
    """What a student wants to buy, and the yuan that he or she saw for all of it."""

    user_id: int
    course_ids: Sequence[int]
    total_amount: Decimal
    key: str = ""

    @property
    def basket(self) -> str:
        """The set of courses as one key."""
        return basket_key(user_id=self.user_id, course_ids=self.course_ids)


def place_order(
    *, user_id: int, course_ids: Sequence[int], total_amount: Decimal, key: str = ""
) -> Order:
    """The order for this basket: a new one, or the one that is still open for it.

    `total_amount` is the yuan that the student saw; `key` is the client's Idempotency-Key. Raises
    BasketRefused, KeyReused, NotForSale, AlreadyOwned, FreeCourse, PriceChanged, and PaymentUnknown
    when an older order for it cannot be closed now.
    """
    if len(set(course_ids)) != len(course_ids):
        raise BasketRefused("同一课程不能重复下单", errors={"courses": ["课程重复"]})
    if len(course_ids) > MAX_COURSES:
        raise BasketRefused(f"一次最多购买 {MAX_COURSES} 门课程")
    wish = Wish(user_id, course_ids, total_amount, key)
    for _ in range(ATTEMPTS):
        try:
            return _place(wish)
        except IntegrityError:
            continue  # another request of the same student was faster: its order is the order
        except _Stale as stale:
            _take_off(stale.order)
    raise Conflict


@retry_deadlocks
@transaction.atomic
def _place(wish: Wish) -> Order:
    if not wish.key:
        return _order_for(wish)
    ticket = placing_keys.ticket(
        user_id=wish.user_id, key=wish.key, basket=wish.basket, total=f"{wish.total_amount:.2f}"
    )
    if earlier := placing_keys.order_of(ticket):
        services.require_not_owned(earlier)
        return earlier
    order = _order_for(wish)
    placing_keys.remember(ticket, order)
    return order


def _order_for(wish: Wish) -> Order:
    courses = _sellable(wish.user_id, wish.course_ids)
    total = sum((course.offer.real_price for course in courses), Decimal("0.00"))
    if total != wish.total_amount:
        raise PriceChanged(total)
    return _reuse_open(wish.basket, total) or _write(wish, courses)


def _sellable(user_id: int, course_ids: Sequence[int]) -> list[Course]:
    courses = course_selectors.for_sale(user_id=user_id, course_ids=course_ids)
    missing = sorted(set(course_ids) - {course.pk for course in courses})
    if missing:
        raise NotForSale(missing)
    if owned := [course.pk for course in courses if course.owned]:
        raise AlreadyOwned(owned)
    if any(course.offer.real_price <= 0 for course in courses):
        raise FreeCourse
    return courses


def _reuse_open(basket: str, total: Decimal) -> Order | None:
    """The open order of this basket; raises _Stale for one at another price or out of time."""
    order = selectors.open_order(basket=basket)
    if order is None or (order.total_amount == total and order.is_payable):
        return order
    raise _Stale(order)


def _take_off(order: Order) -> None:
    """Closes an order that a new one replaces, at Alipay too, so that nobody pays both."""
    to = OrderStatus.CANCELLED if order.is_payable else OrderStatus.EXPIRED
    try:
        closing.close_unpaid(order, to=to)
    except OrderClosed:
        return  # it was paid or closed at this moment; placing again finds out which


class _Stale(Exception):
    """An open order stands in the way of a new one."""

    def __init__(self, order: Order) -> None:
        self.order = order
        super().__init__(order.out_trade_no)


def _write(wish: Wish, courses: list[Course]) -> Order:
    now = timezone.now()
    expires_at = now + settings.ORDER_TIMEOUT
    order = Order.objects.create(
        user_id=wish.user_id,
        subject=_subject(courses),
        total_amount=wish.total_amount,
        expires_at=expires_at,
        next_query_at=schedule.next_query(placed_at=now, expires_at=expires_at, now=now),
        open_basket=wish.basket,
    )
    order.lines = OrderDetail.objects.bulk_create(
        OrderDetail(
            order=order, course=course, price=course.price, real_price=course.offer.real_price
        )
        for course in courses
    )
    return order


def _subject(courses: list[Course]) -> str:
    """From the names of the courses; what a client sends is never shown to Alipay."""
    first = courses[0].name
    if len(courses) == 1:
        return first[:SUBJECT_LENGTH]
    return f"{first[: SUBJECT_LENGTH - 10]} 等 {len(courses)} 门课程"
