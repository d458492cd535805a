"""What guards rows of this app, beside the rows of students that `course.locks` locks."""

from datetime import datetime

from django.utils import timezone

from luffy_api.apps.promotion.models import MembershipPeriod
from luffy_api.common.locks import locks_are_local


def hold_periods(user_id: int) -> None:
    """Guard the membership of a user, for a transaction that has locked the student.

    On a node of a cluster its periods are written: another node may refund or add one at this
    moment. Of two that are added first of all, the unique number holds one back.
    """
    if locks_are_local():
        MembershipPeriod.objects.filter(user=user_id).update(updated_time=timezone.now())


def lock_membership(user_id: int, now: datetime) -> bool:
    """Whether a user is a member at `now` (UTC), and stays so until the transaction ends.

    A refund that would end it waits. One query.
    """
    live = MembershipPeriod.objects.live(now).filter(user=user_id).order_by("pk")
    return bool(list(live.select_for_update().values_list("pk", flat=True)))
