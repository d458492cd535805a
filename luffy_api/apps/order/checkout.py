"""Checkout: price the cart on the server, check it, create the order and its details at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from luffy_api.apps.course.selectors import CourseForSale
from luffy_api.apps.order import (
    cancellation,
    idempotency,
    locks,
    member_savings,
    memberships,
    payability,
    resumption,
    waiting_money,
)
from luffy_api.apps.order.exceptions import (
    AlreadyOwned,
    FreeCourse,
    InvalidCart,
    NotForSale,
    OfflinePaymentWaits,
    OrderClosed,
    PriceChanged,
    StudyPeriodChanged,
)
from luffy_api.apps.order.models import IdempotencyKey, Order, PayMethod, PayType
from luffy_api.apps.order.payment import retry_schedule
from luffy_api.apps.order.sold import PutOn, Sold, SoldCourses
from luffy_api.apps.order.states import OrderStatus
from luffy_api.apps.promotion import packages, redemptions
from luffy_api.apps.promotion import selectors as promotion_selectors
from luffy_api.apps.promotion.cart_key import cart_key
from luffy_api.apps.promotion.exceptions import CouponNotUsable, PackageChanged, PackageNotUsable
from luffy_api.apps.promotion.membership import prices
from luffy_api.apps.promotion.packages import PackageOffer
from luffy_api.common.database_errors import is_taken
from luffy_api.common.exceptions import Conflict
from luffy_api.common.locks import SentLock
from luffy_api.common.prepared_insert import PreparedInsert
from luffy_api.common.transactions import retry_deadlocks

MAX_COURSES = 20
MAX_ATTEMPTS = 4


@dataclass(frozen=True)
class OrderRequest:
    """A cart, the total in yuan that its student saw, how it is to be paid, the Idempotency-Key.

    `claim_id` is the coupon of the student that is put on it, `package_id` the package that the
    courses are the rest of, `term_id` a term of membership instead of courses. `study_months` are
    the study periods that the student saw, in the order of the courses; None: not to be compared.
    """

    user_id: int
    course_ids: Sequence[int]
    total_amount: Decimal
    key: str = ""
    pay_type: PayType = PayType.ALIPAY
    pay_method: PayMethod = PayMethod.PAGE
    claim_id: int | None = None
    package_id: int | None = None
    term_id: int | None = None
    study_months: Sequence[int | None] | None = None

    @property
    def extras(self) -> str:
        """What else the request stands for, for the Idempotency-Key."""
        package = f" package {self.package_id}" if self.package_id else ""
        return (f" {self.claim_id}" if self.claim_id else "") + package

    @property
    def cart(self) -> str:
        """The set of courses, or the term, as one key."""
        if self.term_id is not None:
            return memberships.cart_key(user_id=self.user_id, term_id=self.term_id)
        return cart_key(user_id=self.user_id, course_ids=self.course_ids)


def place_order(
    *,
    user_id: int,
    course_ids: Sequence[int],
    total_amount: Decimal,
    key: str = "",
    pay_type: PayType = PayType.ALIPAY,
    pay_method: PayMethod = PayMethod.PAGE,
    claim_id: int | None = None,
    package_id: int | None = None,
    term_id: int | None = None,
    study_months: Sequence[int | None] | None = None,
) -> Order:
    """The order for this cart: a new one, or the one that is still open for it.

    `total_amount` is the yuan that the student saw; `key` is the client's Idempotency-Key. A new
    order is to be paid by `pay_type` and `pay_method`; `payment.cashier` changes an open one.
    `claim_id` is a coupon that the student has. With `package_id` the courses are those of the
    package that the student has not yet, each at its share. With `term_id` it is an order of a
    membership, without courses. Raises InvalidCart, TermNotFound, IdempotencyKeyReused, NotForSale,
    AlreadyOwned, FreeCourse, CouponNotFound, CouponNotUsable, PackageNotFound, PackageNotUsable,
    PackageChanged, PriceChanged, StudyPeriodChanged, MembershipEnds, OfflinePaymentWaits, and
    GatewayUnavailable when an older order for the cart cannot be closed now.
    """
    request = OrderRequest(
        *(user_id, course_ids, total_amount, key, pay_type, pay_method, claim_id, package_id),
        *(term_id, study_months),
    )
    _check_cart(request)
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
        order = resumption.resume(placed.order)
        if order.is_payable or placed.by_key:
            return order
        idempotency.forget(user_id=user_id, key=key)  # it was stored with an order that is over
    raise Conflict


def _check_cart(request: OrderRequest) -> None:
    if len(set(request.course_ids)) != len(request.course_ids):
        raise InvalidCart("同一课程不能重复下单", errors={"courses": ["课程重复"]})
    if len(request.course_ids) > MAX_COURSES:
        raise InvalidCart(f"一次最多购买 {MAX_COURSES} 门课程")
    others = (request.course_ids, request.package_id is not None, request.claim_id is not None)
    if request.term_id is not None and any(others):
        why = "会员须单独下单，不能使用优惠券"
        raise InvalidCart(why, errors={"membership": [why]})
    if request.package_id is not None and request.claim_id is not None:
        why = "套餐价不能再使用优惠券"
        raise InvalidCart(why, errors={"coupon": [why]})


@dataclass(frozen=True)
class _Placed:
    """An order; `by_key` says that the Idempotency-Key of an earlier request named it."""

    order: Order
    is_new: bool = False
    by_key: bool = False


def _place_first(request: OrderRequest) -> _Placed | None:
    """None when a concurrent request of the same student has created the order."""
    try:
        return _place(request)
    except IntegrityError as error:
        if is_taken(error, Order, "open_cart_key"):
            return None
        if is_taken(error, IdempotencyKey, "user", "key"):
            return None
        if redemptions.is_rivalled(error):
            raise CouponNotUsable("这张优惠券刚刚用在了另一笔订单上") from error
        raise


@retry_deadlocks
@transaction.atomic
def _place(request: OrderRequest) -> _Placed:
    open_order = locks.send_open_order(cart_key=request.cart)
    if not request.key:
        return _get_or_create(request, open_order)
    key = idempotency.request_key(
        user_id=request.user_id,
        key=request.key,
        cart=request.cart + request.extras,
        total=f"{request.total_amount:.2f}",
    )
    if earlier := idempotency.find_order(key):
        return _Placed(earlier, by_key=True)
    placed = _get_or_create(request, open_order)
    idempotency.store(key, placed.order)
    return placed


def _get_or_create(request: OrderRequest, open_order: SentLock[Order]) -> _Placed:
    """What is sold is read behind the lock, and may travel with it."""
    sold = _sold_free_of_waiting_money(request)
    if sold.total != request.total_amount:
        raise PriceChanged(sold.total)
    if order := open_order.first():
        _require_same(order, request, sold)
        return _Placed(order)
    return _Placed(_create(request, sold), is_new=True)


def _sold_free_of_waiting_money(request: OrderRequest) -> Sold:
    """Raise OfflinePaymentWaits for what the student has paid by hand already, as staff check it.

    An order that was placed at the same moment stays refused when it is to be paid again.
    """
    user_id = request.user_id
    if request.term_id is not None:
        waiting_money.require_no_term(user_id=user_id, term_id=request.term_id)
        return memberships.sold(request.term_id)
    if not request.course_ids:
        return _sold(request)
    waiting = waiting_money.send_for_courses(user_id=user_id, course_ids=list(request.course_ids))
    sold = _sold(request)
    waiting_money.require_no_courses(waiting)
    return sold


def _sold(request: OrderRequest) -> SoldCourses:
    package = _package(request)
    wanted = package.lines_to_pay() if package else _courses_for_sale(request)
    _require_periods(request, wanted)
    coupon, courses = _coupon(request, wanted)
    if any(each.vip_amount for each in courses):
        member_savings.require_kept(request.user_id)
    return SoldCourses(courses, coupon, package)


def _require_periods(request: OrderRequest, courses: Sequence[CourseForSale]) -> None:
    """Raise StudyPeriodChanged where a course may be studied for less than its student saw."""
    if request.study_months is None:
        return
    seen = dict(zip(request.course_ids, request.study_months, strict=True))
    for each in courses:
        months, before = each.course.study_months, seen[each.course.pk]
        if months is not None and (before is None or months < before):
            raise StudyPeriodChanged(each.course.name, months)


def _package(request: OrderRequest) -> PackageOffer | None:
    if request.package_id is None:
        return None
    offer = packages.offer(package_id=request.package_id, user_id=request.user_id, is_placing=True)
    if offer.why:
        raise PackageNotUsable(offer.why)
    if {line.sold.course.pk for line in offer.due} != set(request.course_ids):
        raise PackageChanged(offer.total_amount)
    return offer


def _coupon(
    request: OrderRequest, courses: Sequence[CourseForSale]
) -> tuple[PutOn, Sequence[CourseForSale]]:
    """The coupon of the order, and the courses at the prices that it is counted from."""
    if request.claim_id is None:
        return PutOn(), courses
    claim, found = promotion_selectors.quote_claim(
        user_id=request.user_id, claim_id=request.claim_id, courses=courses, cart_key=request.cart
    )
    return PutOn(claim.coupon.name, found.quote), found.courses


def _courses_for_sale(request: OrderRequest) -> list[CourseForSale]:
    courses = prices.for_sale(
        user_id=request.user_id, course_ids=request.course_ids, is_placing=True
    )
    missing = sorted(set(request.course_ids) - {each.course.pk for each in courses})
    if missing:
        raise NotForSale(missing)
    if owned := [each.course.pk for each in courses if each.owned]:
        raise AlreadyOwned(owned)
    if any(each.offer.real_price <= 0 for each in courses):
        raise FreeCourse
    return courses


class _StaleOrder(Exception):
    """The open order of the cart has other prices, or its time limit has passed."""

    def __init__(self, order: Order) -> None:
        self.order = order
        super().__init__(order.out_trade_no)


def _require_same(order: Order, request: OrderRequest, sold: Sold) -> None:
    """Raise _StaleOrder unless the open order of the cart is what is asked for."""
    terms = request.total_amount, request.claim_id
    is_same = (order.total_amount, order.coupon_claim_id) == terms
    if not (is_same and order.is_payable and sold.is_in(order)):
        raise _StaleOrder(order)


def _supersede(order: Order) -> None:
    """Close a stale order, at the payment provider too, so that it cannot be paid as well."""
    to = OrderStatus.CANCELLED if order.is_payable else OrderStatus.EXPIRED
    try:
        cancellation.close_unpaid(order, to=to)
    except OfflinePaymentWaits:
        raise
    except OrderClosed:
        return  # paid or closed concurrently; the next attempt sees which


def _create(request: OrderRequest, sold: Sold) -> Order:
    now = timezone.now()
    expires_at = now + settings.ORDER_TIMEOUT
    order = _insert_order.one(
        Order(
            user_id=request.user_id,
            subject=sold.subject,
            total_amount=request.total_amount,
            pay_type=request.pay_type,
            pay_method=request.pay_method,
            expires_at=expires_at,
            next_query_at=retry_schedule.next_query(placed_at=now, expires_at=expires_at, now=now),
            open_cart_key=request.cart,
            coupon_claim_id=request.claim_id,
            coupon_name=sold.coupon.name,
            coupon_amount=sold.coupon.amount,
        )
    )
    order.refund_rows = []
    payability.mark_payable(order)
    sold.add_to(order)
    if request.claim_id is not None:
        redemptions.hold(
            claim_id=request.claim_id,
            reference=order.out_trade_no,
            cart_key=request.cart,
            quote=sold.coupon.quote,
        )
    return order


_insert_order = PreparedInsert(Order)
