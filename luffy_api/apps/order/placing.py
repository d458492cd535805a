"""Placing an order: price, check, write everything or nothing."""

from collections.abc import Sequence
from decimal import Decimal

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from luffy_api.apps.course import selectors as course_selectors
from luffy_api.apps.course.models import Course
from luffy_api.apps.order import selectors, services
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


def place_order(*, user_id: int, course_ids: Sequence[int], total_amount: Decimal) -> Order:
    """The order for this basket: a new one, or the one that is still open for it.

    `total_amount` is the yuan that the student saw. Raises BasketRefused, NotForSale, AlreadyOwned,
    FreeCourse, PriceChanged, and PaymentUnknown when an older order for it cannot be closed now.
    """
    if len(set(course_ids)) != len(course_ids):
        raise BasketRefused("同一课程不能重复下单", errors={"courses": ["课程重复"]})
    if len(course_ids) > MAX_COURSES:
        raise BasketRefused(f"一次最多购买 {MAX_COURSES} 门课程")
    basket = basket_key(user_id=user_id, course_ids=course_ids)
    for _ in range(ATTEMPTS):
        try:
            return _place(user_id, course_ids, total_amount, basket)
        except IntegrityError:
            continue  # another request of the same student was faster: its order is the order
        except _Stale as stale:
            _take_off(stale.order)
    raise Conflict


@retry_deadlocks
@transaction.atomic
def _place(user_id: int, course_ids: Sequence[int], total_amount: Decimal, basket: str) -> Order:
    courses = _sellable(user_id, course_ids)
    total = sum((course.offer.real_price for course in courses), Decimal("0.00"))
    if total != total_amount:
        raise PriceChanged(total)
    return _reuse_open(basket, total) or _write(user_id, courses, total, basket)


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
        services.close_unpaid(order, to=to)
    except OrderClosed:
        return  # it was paid or closed at this moment; placing again finds out which


class _Stale(Exception):
    """An open order stands in the way of a new one."""

    def __init__(self, order: Order) -> None:
        self.order = order
        super().__init__(order.out_trade_no)


def _write(user_id: int, courses: list[Course], total: Decimal, basket: str) -> Order:
    order = Order.objects.create(
        user_id=user_id,
        subject=_subject(courses),
        total_amount=total,
        expires_at=timezone.now() + settings.ORDER_TIMEOUT,
        open_basket=basket,
    )
    OrderDetail.objects.bulk_create(
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
