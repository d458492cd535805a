"""Checkout: price the cart on the server, check it, create the order and its details at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from luffy_api.apps.course import selectors as course_selectors
from luffy_api.apps.course.selectors import CourseForSale
from luffy_api.apps.order import cancellation, idempotency, locks, resumption
from luffy_api.apps.order.cart_key import cart_key
from luffy_api.apps.order.exceptions import (
    AlreadyOwned,
    FreeCourse,
    InvalidCart,
    NotForSale,
    OrderClosed,
    PriceChanged,
)
from luffy_api.apps.order.models import IdempotencyKey, Order, OrderDetail, PayMethod, PayType
from luffy_api.apps.order.payment import retry_schedule
from luffy_api.apps.order.states import OrderStatus
from luffy_api.apps.order.subjects import subject_of
from luffy_api.common.database_errors import is_taken
from luffy_api.common.exceptions import Conflict
from luffy_api.common.prepared_query import PreparedInsert
from luffy_api.common.transactions import retry_deadlocks

MAX_COURSES = 20
MAX_ATTEMPTS = 4


@dataclass(frozen=True)
class OrderRequest:
    """A cart, the total in yuan that its student saw, how it is to be paid, the Idempotency-Key."""

    user_id: int
    course_ids: Sequence[int]
    total_amount: Decimal
    key: str = ""
    pay_type: PayType = PayType.ALIPAY
    pay_method: PayMethod = PayMethod.PAGE

    @property
    def cart(self) -> str:
        """The set of courses as one key."""
        return cart_key(user_id=self.user_id, course_ids=self.course_ids)


def place_order(
    *,
    user_id: int,
    course_ids: Sequence[int],
    total_amount: Decimal,
    key: str = "",
    pay_type: PayType = PayType.ALIPAY,
    pay_method: PayMethod = PayMethod.PAGE,
) -> Order:
    """The order for this cart: a new one, or the one that is still open for it.

    `total_amount` is the yuan that the student saw; `key` is the client's Idempotency-Key. A new
    order is to be paid by `pay_type` and `pay_method`; `payment.cashier` changes an open one.
    Raises InvalidCart, IdempotencyKeyReused, NotForSale, AlreadyOwned, FreeCourse, PriceChanged,
    and GatewayUnavailable when an older order for the cart cannot be closed now.
    """
    if len(set(course_ids)) != len(course_ids):
        raise InvalidCart("同一课程不能重复下单", errors={"courses": ["课程重复"]})
    if len(course_ids) > MAX_COURSES:
        raise InvalidCart(f"一次最多购买 {MAX_COURSES} 门课程")
    request = OrderRequest(user_id, course_ids, total_amount, key, pay_type, pay_method)
    for _ in range(MAX_ATTEMPTS):
        try:
            placed = _place_first(request)
        except _StaleOrder as stale:
            _supersede(stale.order)
            continue
        if placed is None:
            continue
        if placed.is_new:
            return placed.order
        order = _resume(placed)
        if order.is_payable or placed.by_key:
            return order
        idempotency.forget(user_id=user_id, key=key)  # it was stored with an order that is over
    raise Conflict


@dataclass(frozen=True)
class _Placed:
    """An order; `by_key` says that the Idempotency-Key of an earlier request named it."""

    order: Order
    is_new: bool = False
    by_key: bool = False


def _resume(placed: _Placed) -> Order:
    """The open order after a look at its trade; at its courses, too, unless that was just done."""
    if placed.by_key:
        return resumption.resume(placed.order)
    return resumption.follow_trade(placed.order)


def _place_first(request: OrderRequest) -> _Placed | None:
    """None when a concurrent request of the same student has created the order."""
    try:
        return _place(request)
    except IntegrityError as error:
        if is_taken(error, Order, "open_cart_key"):
            return None
        if is_taken(error, IdempotencyKey, "user", "key"):
            return None
        raise


@retry_deadlocks
@transaction.atomic
def _place(request: OrderRequest) -> _Placed:
    if not request.key:
        return _get_or_create(request)
    key = idempotency.request_key(
        user_id=request.user_id,
        key=request.key,
        cart=request.cart,
        total=f"{request.total_amount:.2f}",
    )
    if earlier := idempotency.find_order(key):
        return _Placed(earlier, by_key=True)
    placed = _get_or_create(request)
    idempotency.store(key, placed.order)
    return placed


def _get_or_create(request: OrderRequest) -> _Placed:
    courses = _courses_for_sale(request.user_id, request.course_ids)
    total = sum((each.offer.real_price for each in courses), Decimal("0.00"))
    if total != request.total_amount:
        raise PriceChanged(total)
    if found := _get_open(request.cart, total):
        return _Placed(found)
    return _Placed(_create(request, courses), is_new=True)


def _courses_for_sale(user_id: int, course_ids: Sequence[int]) -> list[CourseForSale]:
    courses = course_selectors.for_sale(user_id=user_id, course_ids=course_ids)
    missing = sorted(set(course_ids) - {each.course.pk for each in courses})
    if missing:
        raise NotForSale(missing)
    if owned := [each.course.pk for each in courses if each.owned]:
        raise AlreadyOwned(owned)
    if any(each.offer.real_price <= 0 for each in courses):
        raise FreeCourse
    return courses


class _StaleOrder(Exception):
    """The open order of the cart has another total, or its time limit has passed."""

    def __init__(self, order: Order) -> None:
        self.order = order
        super().__init__(order.out_trade_no)


def _get_open(cart: str, total: Decimal) -> Order | None:
    order = locks.lock_open_order(cart_key=cart)
    if order is None or (order.total_amount == total and order.is_payable):
        return order
    raise _StaleOrder(order)


def _supersede(order: Order) -> None:
    """Close a stale order, at the payment provider too, so that it cannot be paid as well."""
    to = OrderStatus.CANCELLED if order.is_payable else OrderStatus.EXPIRED
    try:
        cancellation.close_unpaid(order, to=to)
    except OrderClosed:
        return  # paid or closed concurrently; the next attempt sees which


def _create(request: OrderRequest, courses: list[CourseForSale]) -> Order:
    now = timezone.now()
    expires_at = now + settings.ORDER_TIMEOUT
    order = _insert_order.one(
        Order(
            user_id=request.user_id,
            subject=subject_of([each.course.name for each in courses]),
            total_amount=request.total_amount,
            pay_type=request.pay_type,
            pay_method=request.pay_method,
            expires_at=expires_at,
            next_query_at=retry_schedule.next_query(placed_at=now, expires_at=expires_at, now=now),
            open_cart_key=request.cart,
        )
    )
    order.refund_rows = []
    order.lines = [
        OrderDetail(
            order=order,
            course=each.course,
            price=each.course.price,
            real_price=each.offer.real_price,
        )
        for each in courses
    ]
    _insert_lines.many(order.lines)
    return order


_insert_order, _insert_lines = PreparedInsert(Order), PreparedInsert(OrderDetail)
