"""Reads of coupons, each with a fixed number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import combinations
from typing import TYPE_CHECKING, Any, TypeAlias, TypedDict, cast

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Sum, Value, When
from django.utils import timezone

from luffy_api.apps.course import selectors as course_selectors
from luffy_api.apps.course.exceptions import CourseNotFound
from luffy_api.apps.course.models import Course
from luffy_api.apps.course.selectors import CourseForSale
from luffy_api.apps.promotion import pricing
from luffy_api.apps.promotion.cart_key import cart_key
from luffy_api.apps.promotion.exceptions import CouponNotFound, CouponNotUsable
from luffy_api.apps.promotion.membership import prices
from luffy_api.apps.promotion.models import Claim, Coupon, Redemption
from luffy_api.apps.promotion.pricing import Line, Quote

State = Redemption.State
# Coupons of one student that a checkout compares, and that a course page offers.
MAX_COMPARED = 50
# Courses with a price for members of which every combination is compared: 32.
MAX_COMBINED = 5
MAX_OFFERED = 10

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class _Live(TypedDict):
        live_state: int | None

    class _Mine(TypedDict):
        mine: int

    ListedClaim: TypeAlias = WithAnnotations[Claim, _Live]
    OfferedCoupon: TypeAlias = WithAnnotations[Coupon, _Mine]
else:
    ListedClaim, OfferedCoupon = Claim, Coupon


@dataclass(frozen=True)
class Choice:
    """A coupon of a student for one cart: what is left to pay with it, and how much less (yuan)."""

    claim: Claim
    quote: Quote
    total: Decimal
    amount: Decimal


@dataclass(frozen=True)
class Usage:
    """What became of the coupons of one kind; amounts in yuan, of paid orders."""

    claimed: int
    by_code: int
    held: int
    used: int
    amount: Decimal


def my_claims(*, user_id: int, state: str = "") -> "QuerySet[ListedClaim]":
    """A student's coupons, the newest first: usable, upcoming, held, used, expired, or all.

    `held` are those of orders that are not paid, also closed ones: they may come back. Annotated
    with `live_state`: that of the order which has it, None for none. One query.
    """
    now = timezone.now()
    live = Redemption.objects.filter(live_claim=OuterRef("pk"))
    rows = Claim.objects.filter(user_id=user_id, coupon__is_delete=False)
    rows = rows.annotate(live_state=live.values("state")[:1]).select_related("coupon")
    if state == "usable":
        usable = {"coupon__starts_at__lte": now, "coupon__ends_at__gt": now}
        rows = rows.filter(**usable, live_state=None)
    elif state == "upcoming":
        rows = rows.filter(coupon__starts_at__gt=now, live_state=None)
    elif state == "held":
        rows = rows.filter(live_state__in=[State.HELD, State.CLOSING])
    elif state == "used":
        rows = rows.filter(live_state=State.USED)
    elif state == "expired":
        rows = rows.filter(coupon__ends_at__lte=now, live_state=None)
    return cast("QuerySet[ListedClaim]", rows.order_by("-pk"))


def claimable_for(*, course_id: int, user_id: int | None) -> "list[OfferedCoupon]":
    """What a student (or a visitor) may take for a course now, annotated with how many are `mine`.

    Two queries. Raises CourseNotFound.
    """
    facts = _facts([course_id]).first()
    if facts is None:
        raise CourseNotFound
    mine = Count("claims", filter=Q(claims__user_id=user_id or 0))
    rows = Coupon.objects.claimable(timezone.now()).filter(_covers(*facts)).annotate(mine=mine)
    return cast("list[OfferedCoupon]", list(rows.order_by("orders", "-pk")[:MAX_OFFERED]))


def _covers(pk: int, course_type: int, kind: int, category_id: int) -> Q:
    courses = Coupon.courses.through.objects.filter(coupon=OuterRef("pk"), course=pk)
    categories = Coupon.categories.through.objects.filter(
        coupon=OuterRef("pk"), coursecategory=category_id
    )
    scope = Coupon.Scope
    return (
        Q(scope=scope.ALL)
        | Q(scope=scope.COURSE_TYPE, course_type=course_type)
        | Q(scope=scope.KIND, course_kind=kind)
        | (Q(scope=scope.CATEGORY) & Exists(categories))
        | (Q(scope=scope.COURSE) & Exists(courses))
    )


def choices(*, user_id: int, course_ids: Sequence[int]) -> list[Choice]:
    """What each coupon of the student would do for these courses, the cheapest total first.

    Courses that cannot be bought do not count. Coupons that do not fit come last, with the reason:
    also those that an order has, and that cannot be used yet.
    Six queries, one more if a course has a price for members.
    """
    courses = prices.for_sale(user_id=user_id, course_ids=course_ids)
    key = cart_key(user_id=user_id, course_ids=course_ids)
    claims = list(_unused_claims(user_id, key)[:MAX_COMPARED])
    scopes = _Scopes([each.course.pk for each in courses], claims)
    without = sum((each.offer.real_price for each in courses), pricing.ZERO)
    found = []
    for claim in claims:
        if why := _why_closed(claim, key):
            found.append(Choice(claim, Quote({}, why), without, pricing.ZERO))
            continue
        best = _quote(claim.coupon, scopes, courses)
        amount = pricing.ZERO if best.quote.why else without - best.total
        found.append(Choice(claim, best.quote, best.total, amount))
    return sorted(found, key=lambda each: (bool(each.quote.why), each.total, each.claim.pk))


def _unused_claims(user_id: int, cart: str) -> QuerySet[Claim]:
    """What may be put on an order now or later, with the state and cart of the order that has it.

    First what may be put on an order of `cart` now, see `quote_claim`.
    """
    now = timezone.now()
    rows = Claim.objects.filter(user_id=user_id, coupon__is_delete=False, coupon__ends_at__gt=now)
    live = Redemption.objects.filter(live_claim=OuterRef("pk"))
    rows = rows.annotate(live_state=live.values("state")[:1], live_key=live.values("cart_key")[:1])
    open_now = Q(coupon__starts_at__lte=now) & (Q(live_state=None) | Q(live_key=cart))
    unused = rows.filter(Q(live_state=None) | ~Q(live_state=State.USED)).select_related("coupon")
    return unused.order_by(
        Case(When(open_now, then=Value(0)), default=Value(1)), "coupon__ends_at", "pk"
    )


def _why_closed(claim: Any, cart: str) -> str:
    """Why one of `_unused_claims` cannot be put on an order of this cart, blank if it can."""
    if claim.coupon.starts_at > timezone.now():
        begins = timezone.localtime(claim.coupon.starts_at)
        return f"还没有到使用时间，{begins:%Y-%m-%d %H:%M} 起可用"
    if claim.live_state is None or claim.live_key == cart:
        return ""
    return in_use(claim.live_state)


@dataclass(frozen=True)
class Quoted:
    """What a coupon takes off a cart, the courses at the prices that it is counted from, the total.

    In yuan.
    """

    quote: Quote
    courses: Sequence[CourseForSale]
    total: Decimal


def _quote(coupon: Coupon, scopes: "_Scopes", courses: Sequence[CourseForSale]) -> Quoted:
    """Each course at a member's price or at that of everybody, so that less is left to pay.

    So no member pays more with a coupon than others do, and none more than without it. Courses that
    gain the least from the membership are the first to take part in the coupon.
    """
    gains = [n for n, each in enumerate(courses) if each.vip_amount]
    gains.sort(key=lambda n: courses[n].vip_amount)
    starts = [_at_public_price(courses, each) for each in _subsets(gains)]
    found = [_quoted(coupon, scopes, start) for start in starts]
    if len(gains) > MAX_COMBINED:
        found = [_improved(each, coupon, scopes, gains) for each in found]
    best = min(found, key=_rank)
    without = sum((each.offer.real_price for each in courses), pricing.ZERO)
    if best.quote.why:
        return best
    if best.total < without:
        return _attributed(best, starts[-1], coupon, scopes) if gains else best
    return Quoted(Quote({}, pricing.NOT_CHEAPER), courses, without)


def _subsets(places: Sequence[int]) -> list[Sequence[int]]:
    """All of some places, with none first and all last; of more than MAX_COMBINED these two."""
    if len(places) > MAX_COMBINED:
        return [(), places]
    return [each for size in range(len(places) + 1) for each in combinations(places, size)]


def _at_public_price(
    courses: Sequence[CourseForSale], places: Sequence[int]
) -> Sequence[CourseForSale]:
    return [each.for_everybody() if n in places else each for n, each in enumerate(courses)]


def _attributed(
    best: Quoted, public: Sequence[CourseForSale], coupon: Coupon, scopes: "_Scopes"
) -> Quoted:
    """The same total, in which only what others would pay more with the coupon is the member's.

    Of a lower price the coupon takes off less: what it takes off the price for everybody would be
    called a member's saving otherwise, and come off a refund of the membership. `public` are the
    courses at the price for everybody.
    """
    others = _quoted(coupon, scopes, public)
    alone = sum((each.offer.real_price for each in public), pricing.ZERO)
    dearer = min(alone, others.total) - best.total
    called = sum((each.vip_amount for each in best.courses), pricing.ZERO)
    shares = dict.fromkeys(others.quote.shares, pricing.ZERO) | best.quote.shares
    places = [n for n, each in enumerate(best.courses) if each.course.pk in shares]
    parts = pricing.parts(
        max(pricing.ZERO, called - dearer), [best.courses[n].vip_amount for n in places]
    )
    courses = list(best.courses)
    for place, part in zip(places, parts, strict=True):
        courses[place] = courses[place].less_as_member(part)
        shares[courses[place].course.pk] += part
    positive = {course_id: share for course_id, share in shares.items() if share > 0}
    return Quoted(Quote(positive), courses, best.total)


def _improved(best: Quoted, coupon: Coupon, scopes: "_Scopes", places: Sequence[int]) -> Quoted:
    """With the other price of each course at `places` where that leaves less to pay."""
    for place in places:
        courses = list(best.courses)
        each = courses[place]
        courses[place] = each.for_everybody() if each.vip_amount else each.for_member()
        best = min(best, _quoted(coupon, scopes, courses), key=_rank)
    return best


def _rank(found: Quoted) -> tuple[bool, Decimal]:
    return bool(found.quote.why), found.total


def _quoted(coupon: Coupon, scopes: "_Scopes", courses: Sequence[CourseForSale]) -> Quoted:
    lines = scopes.lines(coupon, courses)
    quote = pricing.quote(coupon, lines)
    return Quoted(quote, courses, pricing.payable(lines, quote))


def quote_claim(
    *, user_id: int, claim_id: int, courses: Sequence[CourseForSale], cart_key: str
) -> tuple[Claim, Quoted]:
    """One coupon of a student for a cart at checkout, what it takes off, and off which prices.

    An order with the same courses may have it: it is that order, or one that the new one replaces.
    Raises CouponNotFound, CouponNotUsable. Five queries.
    """
    claim = Claim.objects.filter(pk=claim_id, user_id=user_id).select_related("coupon").first()
    if claim is None or claim.coupon.is_delete:
        raise CouponNotFound
    _require_open(claim, cart_key, timezone.now())
    scopes = _Scopes([each.course.pk for each in courses], [claim])
    found = _quote(claim.coupon, scopes, courses)
    if found.quote.why:
        raise CouponNotUsable(f"这张优惠券{found.quote.why}")
    return claim, found


def _require_open(claim: Claim, cart_key: str, now: datetime) -> None:
    if now >= claim.coupon.ends_at:
        raise CouponNotUsable("这张优惠券已过期")
    if now < claim.coupon.starts_at:
        raise CouponNotUsable("这张优惠券还没有到使用时间")
    live = Redemption.objects.filter(live_claim=claim.pk).first()
    if live is None:
        return
    if live.state == Redemption.State.USED:
        raise CouponNotUsable("这张优惠券已经用过了")
    if live.cart_key != cart_key:
        raise CouponNotUsable(in_use(live.state))


def in_use(state: int) -> str:
    """Why a coupon cannot be put on another order than the one that has it in this state."""
    if state == State.CLOSING:
        return "这张优惠券所在的订单刚刚关闭，付款链接失效后会自动退回，请稍后再用"
    return "这张优惠券正用在另一笔待付款的订单上，取消那笔订单后可以再用"


class _Scopes:
    """For which courses of a cart coupons are. Three queries."""

    def __init__(self, course_ids: Sequence[int], claims: Sequence[Claim]) -> None:
        coupon_ids = {claim.coupon_id for claim in claims}
        self._facts = {pk: facts for pk, *facts in _facts(course_ids)}
        courses = Coupon.courses.through.objects.filter(
            coupon__in=coupon_ids, course__in=course_ids
        )
        categories = Coupon.categories.through.objects.filter(coupon__in=coupon_ids)
        self._courses = set(courses.values_list("coupon_id", "course_id"))
        self._categories = set(categories.values_list("coupon_id", "coursecategory_id"))

    def lines(self, coupon: Coupon, courses: Sequence[CourseForSale]) -> list[Line]:
        """The cart as pricing takes it."""
        return [
            Line(
                each.course.pk,
                each.course.price,
                each.offer.real_price,
                in_scope=self._covers(coupon, each.course.pk),
            )
            for each in courses
        ]

    def _covers(self, coupon: Coupon, course_id: int) -> bool:
        course_type, kind, category = self._facts.get(course_id, (None, None, None))
        match coupon.scope:
            case Coupon.Scope.ALL:
                return True
            case Coupon.Scope.COURSE_TYPE:
                return coupon.course_type == course_type
            case Coupon.Scope.KIND:
                return kind is not None and coupon.course_kind == kind
            case Coupon.Scope.CATEGORY:
                return (coupon.pk, category) in self._categories
        return (coupon.pk, course_id) in self._courses


def _facts(course_ids: Sequence[int]) -> "QuerySet[Course, tuple[int, int, int, int]]":
    """Id, type, kind and category of courses on sale."""
    rows = Course.objects.on_sale().filter(pk__in=course_ids).order_by("pk")
    return rows.values_list("pk", "course_type", "kind", "course_category_id")


def usage(coupon: Coupon) -> Usage:
    """Figures of a coupon for its page. Two queries."""
    state = Redemption.State
    claims = coupon.claims.aggregate(all=Count("pk"), by_code=Count("code"))
    spent = Redemption.objects.filter(claim__coupon=coupon)
    used = Q(state__in=[state.USED, state.LATE])
    found = spent.aggregate(
        held=Count("pk", filter=Q(state__in=[state.HELD, state.CLOSING])),
        used=Count("pk", filter=used),
        amount=Sum(F("amount"), filter=used),
    )
    amount = (found["amount"] or Decimal(0)).quantize(pricing.CENT)
    return Usage(claims["all"], claims["by_code"], found["held"], found["used"], amount)


@dataclass(frozen=True)
class PreviewRow:
    """A course that is bought alone with a coupon (yuan); `why` it takes nothing off."""

    name: str
    real_price: Decimal
    total: Decimal
    why: str


def preview(coupon: Coupon, *, limit: int) -> list[PreviewRow]:
    """Some courses on sale that a coupon is for, what each costs now and with it. Two queries."""
    courses = list(_in_scope(coupon).filter(price__gt=0).order_by("orders", "pk")[:limit])
    offers = course_selectors.load_offers(courses)
    rows = []
    for course in courses:
        price = offers[course.pk].real_price
        line = Line(course.pk, course.price, price)
        found = pricing.quote(coupon, [line])
        rows.append(PreviewRow(course.name, price, pricing.payable([line], found), found.why))
    return rows


def _in_scope(coupon: Coupon) -> QuerySet[Course]:
    courses = Course.objects.on_sale()
    match coupon.scope:
        case Coupon.Scope.COURSE_TYPE:
            return courses.filter(course_type=coupon.course_type or 0)
        case Coupon.Scope.KIND:
            return courses.filter(kind=coupon.course_kind or 0)
        case Coupon.Scope.CATEGORY:
            return courses.filter(course_category__in=coupon.categories.values("pk"))
        case Coupon.Scope.COURSE:
            return courses.filter(pk__in=coupon.courses.values("pk"))
    return courses
