"""What coupons and membership a person has on one account moves to another, in a merge."""

from django.db.models import Max
from django.utils import timezone

from luffy_api.apps.promotion.locks import hold_periods
from luffy_api.apps.promotion.membership import periods
from luffy_api.apps.promotion.models import Claim, MembershipPeriod, RedeemCode


def move(*, source_id: int, target_id: int) -> None:
    """Move coupons, used codes and memberships, in a transaction that has locked both accounts.

    Coupons of a kind that both have are counted on; together they may be more than a student may
    take.
    """
    RedeemCode.objects.filter(used_by=source_id).update(used_by=target_id)
    rows = Claim.objects.filter(user=target_id).order_by().values_list("coupon")
    highest = dict(rows.annotate(Max("number")))
    for claim in Claim.objects.filter(user=source_id).order_by("pk"):
        number = highest.get(claim.coupon_id, 0) + 1
        highest[claim.coupon_id] = number
        Claim.objects.filter(pk=claim.pk).update(user=target_id, number=number)
    _move_periods(source_id, target_id)


def _move_periods(source_id: int, target_id: int) -> None:
    """What is left of both memberships follows each other: no day that was paid for is lost."""
    for user_id in (source_id, target_id):
        hold_periods(user_id)
    moving = list(MembershipPeriod.objects.filter(user=source_id).order_by("number"))
    if not moving:
        return
    known = MembershipPeriod.objects.filter(user=target_id).aggregate(highest=Max("number"))
    for number, period in enumerate(moving, start=(known["highest"] or 0) + 1):
        MembershipPeriod.objects.filter(pk=period.pk).update(user=target_id, number=number)
    periods.close_gaps(target_id, timezone.now())
