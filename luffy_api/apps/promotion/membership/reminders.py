"""Members are told that their membership ends, some days before, once."""

from datetime import timedelta
from uuid import NAMESPACE_URL, uuid5

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from luffy_api.apps.inbox import notifications
from luffy_api.apps.inbox.models import Kind
from luffy_api.apps.inbox.notifications import Notice
from luffy_api.apps.promotion.models import MembershipPeriod, MembershipPeriodQuerySet
from luffy_api.common.transactions import retry_deadlocks

DAYS = 7
# In one run; the rest is told a run later.
MAX_ROWS = 500


def remind() -> int:
    """Tell those whose membership ends within DAYS days; return how many were told.

    Safe to run at any time and concurrently: each period is claimed by one conditional UPDATE.
    """
    due = list(_due().order_by("ends_at").values_list("pk", flat=True)[:MAX_ROWS])
    return sum(_tell(pk) for pk in due)


def _due() -> MembershipPeriodQuerySet:
    """The last periods of students, that end soon. A renewal before that makes it another one."""
    now = timezone.now()
    later = MembershipPeriod.objects.filter(
        user=OuterRef("user"), ended_at=None, ends_at__gt=OuterRef("ends_at")
    )
    return MembershipPeriod.objects.live(now).filter(
        # Who has just bought a week knows; who has put it behind a year may have forgotten.
        Q(days__gt=DAYS) | Q(starts_at__gt=F("created_time")),
        ~Exists(later),
        ends_at__lte=now + timedelta(days=DAYS),
        reminded_at=None,
        user__is_active=True,
    )


@retry_deadlocks
@transaction.atomic
def _tell(pk: int) -> bool:
    now = timezone.now()
    claimed = MembershipPeriod.objects.filter(pk=pk, reminded_at=None, ended_at=None)
    if not claimed.update(reminded_at=now):
        return False
    period = MembershipPeriod.objects.get(pk=pk)
    ends = timezone.localtime(period.ends_at)
    notice = Notice(
        user_id=period.user_id,
        kind=Kind.MEMBERSHIP_EXPIRING,
        title=f"您的会员将于 {ends:%Y-%m-%d} 到期",
        text=(
            f"您的会员将于 {ends:%Y-%m-%d %H:%M} 到期。"
            "到期后，会员打开的课程不能继续学习，学习进度会保留。"
            "现在续费，新的时长接在到期时间之后，不会少一天。"
        ),
        link="/vip",
        parameters={
            "membership": period.name,
            "day": f"{ends.year} 年 {ends.month} 月 {ends.day} 日",
        },
        submission=uuid5(NAMESPACE_URL, f"membership {pk} {period.ends_at:%Y%m%d%H%M%S}"),
    )
    notifications.notify(notice)
    return True
