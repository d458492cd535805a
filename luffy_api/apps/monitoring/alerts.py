"""Alerts: opened once, told by every channel, told again while they last, and told to be over.

A condition looks for problems whenever a round of it is due; other code may `report` and `resolve`
by itself. A problem that comes a thousand times is one alert.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from luffy_api.apps.monitoring import channels
from luffy_api.apps.monitoring.models import Alert, AlertNotice, AlertTurn
from luffy_api.common.database_errors import is_taken
from luffy_api.common.transactions import retry_deadlocks

logger = logging.getLogger(__name__)

Moment = AlertNotice.Moment
# An alert is over when it was not seen for so long: what comes and goes is one alert.
QUIET = timedelta(minutes=5)
REMIND_AFTER = timedelta(days=1)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Problem:
    """What a condition sees: one line and a text, which name neither persons nor secrets."""

    key: str
    title: str
    text: str


@dataclass(frozen=True)
class Condition:
    """`check` yields the problems that there are now; it is asked once in `every`."""

    name: str
    check: Callable[[], Iterable[Problem]]
    every: timedelta = MINUTE


_conditions: list[Condition] = []


def register(condition: Condition) -> None:
    """Look at a condition in every round."""
    _conditions.append(condition)


def report(problem: Problem, *, source: str, anew: bool = False) -> None:
    """Open an alert, or keep that it was seen again; with `anew` that is told as well.

    Waits for no network: a channel tells it within a minute.
    """
    try:
        _report(problem, source, anew)
    except IntegrityError as error:
        if not is_taken(error, Alert, "open_key"):
            raise
        _report(problem, source, anew)  # another process has opened it meanwhile


def resolve(key: str) -> bool:
    """The problem is over; False when there was none."""
    return bool(_resolve(list(Alert.objects.open().filter(key=key))))


def evaluate() -> None:
    """Ask the conditions that are due, and remind of what lasts."""
    for condition in _conditions:
        every = condition.every - MINUTE / 2
        if condition.every <= MINUTE or AlertTurn.objects.take(condition.name, lease=every):
            _evaluate(condition)
    _remind()


def _evaluate(condition: Condition) -> None:
    try:
        problems = list(condition.check())
    except Exception:
        logger.exception("the condition %s cannot be judged", condition.name)
        return
    for problem in problems:
        report(problem, source=condition.name)
    limit = timezone.now() - QUIET
    gone = Alert.objects.open().filter(source=condition.name, seen_at__lte=limit)
    _resolve(list(gone.exclude(key__in=[problem.key for problem in problems])))


@retry_deadlocks
@transaction.atomic
def _report(problem: Problem, source: str, anew: bool) -> None:
    now = timezone.now()
    title = " ".join(problem.title.split())[:200]
    columns = {"title": title, "text": problem.text[:1000], "seen_at": now}
    known = Alert.objects.filter(open_key=problem.key)
    if known.update(count=F("count") + 1, **columns):
        if anew:
            known.update(told_at=now)
            _notice(list(known), Moment.OPENED)
        return
    alert = Alert.objects.create(
        key=problem.key, source=source, opened_at=now, told_at=now, **columns
    )
    _notice([alert], Moment.OPENED)
    transaction.on_commit(lambda: logger.error("alert: %s: %s", title, problem.text))


def _resolve(alerts: list[Alert]) -> int:
    return sum(_resolve_one(alert) for alert in alerts)


@retry_deadlocks
@transaction.atomic
def _resolve_one(alert: Alert) -> bool:
    if not Alert.objects.open().filter(pk=alert.pk).update(resolved_at=timezone.now()):
        return False
    _notice([alert], Moment.RESOLVED)
    transaction.on_commit(lambda: logger.warning("alert is over: %s", alert.title))
    return True


def _remind() -> None:
    for alert in Alert.objects.open().filter(told_at__lte=timezone.now() - REMIND_AFTER):
        _remind_one(alert)


@retry_deadlocks
@transaction.atomic
def _remind_one(alert: Alert) -> None:
    untold = Alert.objects.open().filter(pk=alert.pk, told_at=alert.told_at)
    if untold.update(told_at=timezone.now()):
        _notice([alert], Moment.LASTING)


def _notice(alerts: list[Alert], moment: Moment) -> None:
    AlertNotice.objects.bulk_create(
        AlertNotice(alert=alert, channel=channel, moment=moment)
        for alert in alerts
        for channel in channels.configured()
    )
