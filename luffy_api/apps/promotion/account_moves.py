"""What coupons a person has on one account moves to another, in a merge."""

from django.db.models import Max

from luffy_api.apps.promotion.models import Claim, RedeemCode


def move(*, source_id: int, target_id: int) -> None:
    """Move coupons and used codes, in a transaction that has locked both accounts.

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
