"""When a process with each role of the task runner was last alive, on whatever machine."""

import logging
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from django.db import Error
from django.utils import timezone
from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily

from luffy_api.apps.monitoring.models import Heartbeat
from luffy_api.common import database_limits
from luffy_api.common.database_limits import Allowance
from luffy_api.common.task_runner import Role

logger = logging.getLogger(__name__)


def beat(roles: Collection[Role]) -> None:
    """Keep that a process with these roles lives; raises nothing because of the database."""
    now = timezone.now()
    try:
        with database_limits.limited(Allowance(database_limits.STATEMENT_SECONDS)):
            known = Heartbeat.objects.filter(role__in=roles)
            if known.update(seen_at=now) < len(roles):
                rows = [Heartbeat(role=role, seen_at=now) for role in roles]
                Heartbeat.objects.bulk_create(rows, ignore_conflicts=True)
    except Error as error:
        logger.error("a heartbeat was not kept: %s", type(error).__name__)


def last_seen() -> dict[Role, datetime | None]:
    """By role, None where no process has ever had it; one query."""
    seen = dict(Heartbeat.objects.values_list("role", "seen_at"))
    return {role: seen.get(role) for role in Role}


def find_silent(longer_than: timedelta) -> dict[Role, datetime | None]:
    """Those of `last_seen` that are older; one query."""
    limit = timezone.now() - longer_than
    return {role: at for role, at in last_seen().items() if at is None or at < limit}


def gauges() -> Iterator[Metric]:
    """One query."""
    metric = GaugeMetricFamily(
        "luffy_task_process_last_seen_timestamp_seconds",
        "When a process with this role was last alive (Unix time).",
        labels=["role"],
    )
    for role, at in last_seen().items():
        if at:
            metric.add_metric([role], at.timestamp())
    yield metric
