"""Coupons in words, the same in the shop and in the back office."""

from decimal import Decimal

from django.utils import timezone

from luffy_api.apps.course.pricing import spoken_rate
from luffy_api.apps.promotion.models import Claim, Coupon, Redemption


def yuan(amount: Decimal) -> str:
    """A number of yuan without needless zeros: 20, 9.90."""
    return f"{amount:.0f}" if amount == amount.to_integral_value() else f"{amount:.2f}"


def offer(coupon: Coupon) -> str:
    """What it does: 减 20 元, 8 折, 一口价 9.90 元."""
    match coupon.kind:
        case Coupon.Kind.RATE:
            return spoken_rate(coupon.value)
        case Coupon.Kind.PRICE:
            return f"一口价 {yuan(coupon.value)} 元"
    return f"减 {yuan(coupon.value)} 元"


def condition(coupon: Coupon) -> str:
    """From which amount on."""
    return f"满 {yuan(coupon.threshold)} 元可用" if coupon.threshold else "无门槛"


def scope(coupon: Coupon) -> str:
    """For which courses, without naming them."""
    if coupon.scope == Coupon.Scope.COURSE_TYPE and coupon.course_type is not None:
        return f"{coupon.get_course_type_display()}类课程"
    if coupon.scope == Coupon.Scope.KIND and coupon.course_kind is not None:
        return str(coupon.get_course_kind_display())  # type: ignore[attr-defined]
    return str(coupon.get_scope_display())


def state(claim: Claim, live_state: int | None) -> str:
    """usable, upcoming, used, expired; held by an open order, closing with one that was closed."""
    if live_state == Redemption.State.USED:
        return "used"
    if live_state == Redemption.State.CLOSING:
        return "closing"
    if live_state is not None:
        return "held"
    now = timezone.now()
    if claim.coupon.ends_at <= now:
        return "expired"
    return "usable" if claim.coupon.starts_at <= now else "upcoming"
