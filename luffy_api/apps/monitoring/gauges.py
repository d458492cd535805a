"""What /metrics computes when it is asked, with a fixed number of queries.

Each app registers the gauges of its own. A part that fails is left out and logged; while the
database is away all that needs it is left out.
"""

import logging
import shutil
from collections.abc import Callable, Iterable, Iterator

from django.conf import settings
from django.db import Error, connection
from huey.contrib.djhuey import HUEY
from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily

from luffy_api.apps.monitoring import queues
from luffy_api.apps.monitoring.models import Alert, JobRun
from luffy_api.common.media_queue import MEDIA

logger = logging.getLogger(__name__)

Source = Callable[[], Iterable[Metric]]


def disks() -> Iterator[Metric]:
    """Of the file system that VAR_DIR is on; no query."""
    usage = shutil.disk_usage(settings.VAR_DIR)
    for name, value in (("free", usage.free), ("size", usage.total)):
        metric = GaugeMetricFamily(
            f"luffy_disk_{name}_bytes", "Of the file system of VAR_DIR.", labels=["folder"]
        )
        metric.add_metric(["var"], value)
        yield metric


def task_queue() -> Iterator[Metric]:
    """Tasks that wait in both queues; no query."""
    metric = GaugeMetricFamily(
        "luffy_task_queue_rows", "Tasks that wait for the runner.", labels=["queue"]
    )
    for name, queue in (("tasks", HUEY), ("media", MEDIA)):
        metric.add_metric([name], queue.pending_count())
    yield metric


def backlogs() -> Iterator[Metric]:
    """One query for each queue."""
    rows = GaugeMetricFamily("luffy_queue_rows", "Rows that are due.", labels=["queue"])
    ages = GaugeMetricFamily(
        "luffy_queue_age_seconds", "How long the oldest has been due.", labels=["queue"]
    )
    for queue in queues.registered():
        found = queues.backlog(queue)
        rows.add_metric([queue.name], found.rows)
        ages.add_metric([queue.name], found.age)
    yield from (rows, ages)


def jobs() -> Iterator[Metric]:
    """One query."""
    succeeded = GaugeMetricFamily(
        "luffy_job_last_success_timestamp_seconds",
        "When a scheduled job last succeeded (Unix time).",
        labels=["job"],
    )
    failures = GaugeMetricFamily(
        "luffy_job_failures", "How often it has failed since then.", labels=["job"]
    )
    for run in JobRun.objects.all():
        if run.succeeded_at:
            succeeded.add_metric([run.name], run.succeeded_at.timestamp())
        failures.add_metric([run.name], run.failures)
    yield from (succeeded, failures)


def open_alerts() -> Iterator[Metric]:
    """One query."""
    yield GaugeMetricFamily(
        "luffy_alerts_open", "Alerts that are not over.", value=Alert.objects.open().count()
    )


_sources: list[Source] = [disks, task_queue]
_database_sources: list[Source] = [backlogs, jobs, open_alerts]


def register(source: Source) -> None:
    """Add gauges that need the database."""
    _database_sources.append(source)


def collect() -> Iterator[Metric]:
    """Everything that can be had; raises nothing."""
    for source in _sources:
        yield from _safely(source)
    is_up = _database_answers()
    for source in _database_sources:
        metrics = _from_database(source) if is_up else None
        is_up = metrics is not None
        yield from metrics or []
    yield GaugeMetricFamily("luffy_database_up", "1 while the database answers.", value=int(is_up))


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error as error:
        logger.error("metrics: the database does not answer: %s", type(error).__name__)
        return False
    return True


def _from_database(source: Source) -> list[Metric] | None:
    """None when the database went away: nobody waits for it a second time."""
    try:
        return list(source())
    except Error as error:
        logger.error("metrics: %s: %s", source.__name__, type(error).__name__)
        return None
    except Exception:
        logger.exception("metrics: %s is left out", source.__name__)
        return []


def _safely(source: Source) -> list[Metric]:
    try:
        return list(source())
    except Exception:
        logger.exception("metrics: %s is left out", source.__name__)
        return []
