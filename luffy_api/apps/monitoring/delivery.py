"""Delivers the notices that wait: one message for each channel, whatever their number."""

import logging
from datetime import timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from luffy_api.apps.monitoring import channels
from luffy_api.apps.monitoring.channels import DeliveryFailed
from luffy_api.apps.monitoring.models import AlertNotice, AlertTurn
from luffy_api.apps.school import current_site

logger = logging.getLogger(__name__)

# A channel waits for its server at most half of it.
LEASE = timedelta(minutes=2)
# After a failure, doubled up to an hour.
FIRST_PAUSE = timedelta(minutes=1)
MAX_PAUSE = timedelta(hours=1)
LINES = 10


def deliver() -> None:
    """Tell by each channel what waits for it; a channel that failed pauses for longer each time."""
    for channel in channels.configured():
        if _waiting(channel).exists() and AlertTurn.objects.take(channel, lease=LEASE):
            _deliver(channel)


def compose(notices: list[AlertNotice]) -> tuple[str, str]:
    """Subject and text of a message about at least one notice."""
    first = notices[0]
    more = f" 等 {len(notices)} 项" if len(notices) > 1 else ""
    subject = f"[{current_site.name()}] {first.get_moment_display()}：{first.alert.title}{more}"
    lines = [_line(notice) for notice in notices[:LINES]]
    if len(notices) > LINES:
        lines.append(f"另有 {len(notices) - LINES} 项。")
    lines.append(f"{settings.PUBLIC_URL}{reverse('admin:monitoring_alert_changelist')}")
    return subject, "\n\n".join(lines)


def _line(notice: AlertNotice) -> str:
    """What is over is told by its length: its text is true no more."""
    alert = notice.alert
    text = alert.text
    if notice.moment == AlertNotice.Moment.RESOLVED and alert.resolved_at:
        minutes = (alert.resolved_at - alert.opened_at).total_seconds() / 60
        text = f"持续约 {max(round(minutes), 1)} 分钟。"
    return f"【{notice.get_moment_display()}】{alert.title}\n{text}"


def _waiting(channel: str) -> QuerySet[AlertNotice]:
    return AlertNotice.objects.filter(channel=channel, delivered_at=None)


def _deliver(channel: str) -> None:
    turn = AlertTurn.objects.get(name=channel)
    notices = list(_waiting(channel).select_related("alert").order_by("id")[:1000])
    if not notices:
        return  # another process was faster
    subject, text = compose(notices)
    now = timezone.now()
    try:
        channels.send(channel, subject=subject, text=text)
    except DeliveryFailed as error:
        pause = min(FIRST_PAUSE * 2 ** min(turn.failures, 10), MAX_PAUSE)
        logger.error("alerts cannot be told by %s: %s", channel, error)
        AlertTurn.objects.postpone(
            channel, until=now + pause, failures=turn.failures + 1, problem=str(error)
        )
        return
    told = [notice.pk for notice in notices]
    AlertNotice.objects.filter(pk__in=told).update(delivered_at=timezone.now())
    AlertTurn.objects.postpone(channel, until=now, failures=0)
