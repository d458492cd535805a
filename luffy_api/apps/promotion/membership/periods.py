"""What students have bought of memberships: added, refunded, joined, and the access by it.

Each function locks the student: of two payments at one moment, or of a payment beside a refund, the
later finds what the earlier has written.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from luffy_api.apps.course.locks import lock_students
from luffy_api.apps.promotion.locks import hold_periods
from luffy_api.apps.promotion.membership import lengths, opened, own
from luffy_api.apps.promotion.models import MembershipPeriod
from luffy_api.common.transactions import retry_deadlocks


@dataclass(frozen=True)
class Bought:
    """What an order has bought: calendar months or days, and what was paid (yuan)."""

    name: str
    price: Decimal
    months: int
    days: int


@retry_deadlocks
@transaction.atomic
def add(*, user_id: int, reference: str, bought: Bought) -> MembershipPeriod:
    """Add what an order has bought to the membership of a student: it begins when the rest is over.

    What the membership has opened stays open until its new end. Raises IntegrityError when the
    reference has one already.
    """
    lock_students([user_id])
    hold_periods(user_id)
    now = timezone.now()
    # The number first: who reads the same one as a rival, and so perhaps the same end, is refused.
    known = MembershipPeriod.objects.filter(user=user_id)
    number = (known.aggregate(highest=Max("number"))["highest"] or 0) + 1
    starts_at = own.ends_at(user_id, now) or now
    days = lengths.whole_days(starts_at, months=bought.months, days=bought.days)
    period = MembershipPeriod.objects.create(
        user_id=user_id,
        number=number,
        reference=reference,
        name=bought.name,
        price=bought.price,
        days=days,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(days=days),
    )
    opened.follow(user_id=user_id, ends_at=period.ends_at)
    return period


@retry_deadlocks
@transaction.atomic
def end(*, reference: str) -> bool:
    """End what an order has bought, because it was refunded; what follows it begins earlier.

    Return False when there is nothing of that order, or it was ended before.
    """
    period = MembershipPeriod.objects.filter(reference=reference, ended_at=None).first()
    if period is None:
        return False
    lock_students([period.user_id])
    hold_periods(period.user_id)
    now = timezone.now()
    unended = MembershipPeriod.objects.filter(pk=period.pk, ended_at=None)
    if not unended.update(ended_at=now, updated_time=now):
        return False
    close_gaps(period.user_id, now)
    return True


def close_gaps(user_id: int, now: datetime) -> None:
    """Put the live periods of a locked student one after the other, each as long as is left of it.

    Then end what the membership has opened with the last of them.
    """
    begins = now
    for period in MembershipPeriod.objects.live(now).filter(user=user_id):
        left = period.ends_at - max(period.starts_at, now)
        is_running = begins == now and period.starts_at <= now
        if not is_running and period.starts_at != begins:
            period.starts_at, period.ends_at, period.reminded_at = begins, begins + left, None
            period.save(update_fields=["starts_at", "ends_at", "reminded_at", "updated_time"])
        begins = period.ends_at
    opened.follow(user_id=user_id, ends_at=begins if begins > now else None)


def of(*, reference: str) -> MembershipPeriod | None:
    """What an order has bought; None of any other. One query."""
    return MembershipPeriod.objects.filter(reference=reference).first()
