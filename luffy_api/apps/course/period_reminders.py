"""Students are told that the study period of courses ends, some days before, once for each end."""

from collections import defaultdict
from datetime import timedelta
from uuid import NAMESPACE_URL, uuid5

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from luffy_api.apps.course.models import EnrollmentGrant, EnrollmentGrantQuerySet
from luffy_api.apps.inbox import notifications
from luffy_api.apps.inbox.models import Kind
from luffy_api.apps.inbox.notifications import Notice
from luffy_api.common.transactions import retry_deadlocks

DAYS = 7
# In one run; the rest is told a run later. Of one student at once so many are named.
MAX_ROWS, NAMED = 500, 5


def remind() -> int:
    """Tell those whose study periods end within DAYS days; return how many were told.

    What ends for one student is one message. Safe to run at any time and concurrently: each grant
    is claimed by one conditional UPDATE.
    """
    by_student: defaultdict[int, list[int]] = defaultdict(list)
    rows = _due().order_by("ends_at").values_list("user_id", "pk")[:MAX_ROWS]
    for user_id, pk in rows:
        by_student[user_id].append(pk)
    return sum(_tell(user_id, pks) for user_id, pks in by_student.items())


def _due() -> EnrollmentGrantQuerySet:
    """Periods that end soon, unless something else gives the course for longer."""
    now = timezone.now()
    others = EnrollmentGrant.objects.live(now).filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=OuterRef("ends_at")),
        user=OuterRef("user"),
        course=OuterRef("course"),
    )
    return (
        EnrollmentGrant.objects.live(now)
        .with_period()
        .filter(
            ~Exists(others),
            ends_at__lte=now + timedelta(days=DAYS),
            reminded_at=None,
            user__is_active=True,
        )
    )


@retry_deadlocks
@transaction.atomic
def _tell(user_id: int, pks: list[int]) -> bool:
    now = timezone.now()
    claimed = [pk for pk in pks if _claim(pk)]
    rows = EnrollmentGrant.objects.filter(pk__in=claimed, ends_at__gt=now).order_by("ends_at", "pk")
    grants = list(rows.select_related("course"))
    if not grants:
        return False
    first = grants[0]
    ends = [timezone.localtime(each.ends_at) for each in grants if each.ends_at]
    told = [
        f"《{each.course.name}》（{end:%Y-%m-%d %H:%M}）"
        for each, end in zip(grants[:NAMED], ends, strict=False)
    ]
    rest = f"等 {len(grants)} 门课程" if len(grants) > NAMED else ""
    what = f"《{first.course.name}》" if len(grants) == 1 else f" {len(grants)} 门课程"
    notifications.notify(
        Notice(
            user_id=user_id,
            kind=Kind.COURSE_EXPIRING,
            title=f"您的{what}将于 {ends[0]:%Y-%m-%d} {'到期' if len(grants) == 1 else '起到期'}",
            text=(
                f"学习期限即将结束：{'、'.join(told)}{rest}。到期后不能继续学习，"
                "学习进度和已获得的证书会保留；课程仍在销售的，到期后可以再次购买或加入。"
            ),
            # One course has a page; of several the list says when each ends.
            link=f"/course/{first.course.pk}" if len(grants) == 1 else "/user/courses",
            parameters={
                "course": first.course.name,
                "day": f"{ends[0].year} 年 {ends[0].month} 月 {ends[0].day} 日",
            },
            submission=uuid5(NAMESPACE_URL, f"study period {first.pk} {ends[0]:%Y%m%d%H%M%S}"),
        )
    )
    return True


def _claim(pk: int) -> bool:
    unclaimed = EnrollmentGrant.objects.filter(pk=pk, reminded_at=None)
    return bool(unclaimed.update(reminded_at=timezone.now()))
