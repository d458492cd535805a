"""Where entries of the audit log came from."""

from collections.abc import Sequence

from django.contrib.admin.models import LogEntry

from luffy_api.apps.monitoring.models import AuditOrigin


def record(entries: Sequence[LogEntry], address: str) -> None:
    """Keep the address of new entries, in the caller's transaction. One query."""
    AuditOrigin.objects.bulk_create(AuditOrigin(entry=each, address=address) for each in entries)
