"""How many coupons of each kind were handed out, taken, and given back in a span of time."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from luffy_api.apps.promotion.models import Claim, Coupon, RedeemCode, Redemption


@dataclass(frozen=True)
class CouponCounts:
    """Of one coupon.

    `issued` are the codes that were made, without those that were voided unused, and the coupons
    that students have taken by themselves; `claimed` of all these are in students' hands since.
    `returned` have gone back from an order that was closed unpaid, or refunded.
    """

    issued: int = 0
    claimed: int = 0
    by_code: int = 0
    returned: int = 0


def coupon_counts(start: datetime, end: datetime) -> dict[int, CouponCounts]:
    """From `start` to before `end` (UTC), by coupon; those without any are left out.

    A code counts when it was made, a claim when it was taken, a return when it happened. Three
    queries.
    """
    claims = {pk: pair for pk, *pair in _claims(start, end)}
    codes, returned = dict(_codes(start, end)), dict(_returns(start, end))
    found = {}
    for pk in claims.keys() | codes.keys() | returned.keys():
        claimed, by_code = claims.get(pk, (0, 0))
        issued = codes.get(pk, 0) + claimed - by_code
        found[pk] = CouponCounts(issued, claimed, by_code, returned.get(pk, 0))
    return found


def coupons(pks: set[int]) -> list[Coupon]:
    """Coupons by primary key, deleted ones, too. One query."""
    return list(Coupon.objects.filter(pk__in=pks).only("name", "is_delete"))


def _claims(start: datetime, end: datetime) -> list[tuple[int, int, int]]:
    rows = Claim.objects.filter(created_time__gte=start, created_time__lt=end).order_by()
    sums = rows.values_list("coupon_id").annotate(Count("pk"), Count("code"))
    return [(row[0], row[1], row[2]) for row in sums]


def _codes(start: datetime, end: datetime) -> list[tuple[int, int]]:
    made = Q(batch__created_time__gte=start, batch__created_time__lt=end)
    good = Q(batch__voided_at=None) | Q(used_by__isnull=False)
    rows = RedeemCode.objects.filter(made, good, batch__coupon__isnull=False).order_by()
    sums = rows.values_list("batch__coupon_id").annotate(Count("pk"))
    return [(row[0], row[1]) for row in sums]


def _returns(start: datetime, end: datetime) -> list[tuple[int, int]]:
    rows = Redemption.objects.filter(
        state=Redemption.State.RETURNED, updated_time__gte=start, updated_time__lt=end
    )
    sums = rows.order_by().values_list("claim__coupon_id").annotate(Count("pk"))
    return [(row[0], row[1]) for row in sums]
