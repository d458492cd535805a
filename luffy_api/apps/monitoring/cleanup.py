"""Deletes what operators need no more, by the periods of settings/retention.py."""

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.utils import timezone

from luffy_api.apps.monitoring.models import Alert
from luffy_api.common.deletion import delete_in_chunks


def delete_old() -> int:
    """Delete old alerts that are over, with their notices, and old lines of the back office's log.

    Return how many rows were deleted.
    """
    now = timezone.now()
    alerts = Alert.objects.filter(resolved_at__lt=now - settings.ALERT_RETENTION)
    entries = LogEntry.objects.filter(action_time__lt=now - settings.AUDIT_LOG_RETENTION)
    return delete_in_chunks(alerts) + delete_in_chunks(entries)
