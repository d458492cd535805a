"""Sends what waits in the outbox. Safe to run at any time and in many processes at once.

Rows are leased before the provider is asked, and that is committed. What the provider refused for
certain is tried again later; what nobody knows (a killed process, no answer in time) is never sent
again but stands as UNKNOWN: a message twice is worse than one that is missing, and costs money.
"""

import logging
import time
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from luffy_api.apps.inbox import kinds, retry_schedule
from luffy_api.apps.inbox.locks import lease_due
from luffy_api.apps.inbox.models import Channel, Delivery, Message, OptOut
from luffy_api.apps.inbox.senders import (
    NOT_TRIED,
    SENDERS,
    ProviderDown,
    Sender,
    SendResult,
    SendStatus,
)
from luffy_api.common.transactions import retry_deadlocks

logger = logging.getLogger(__name__)

# Runs begin every minute.
BUDGET_SECONDS = 50.0
# So many batches in a row mean that the provider is away.
MAX_FAILURES = 3
# Rows whose lease has ended, of one transaction.
CHUNK = 1000
State = Delivery.State
NO_ADDRESS, UNWANTED = "账号已停用，或没有手机号、邮箱", "学员不接收"
TURNED_OFF = "学校已关闭这一类消息"


def deliver_due(*, budget: float = BUDGET_SECONDS) -> int:
    """Send what is due, each channel for its part of `budget` seconds; return how many went out."""
    give_up_lost()
    share = budget / len(SENDERS)
    return sum(_deliver(channel, time.monotonic() + share) for channel in SENDERS)


def give_up_lost() -> int:
    """What was being sent when its process died is UNKNOWN; return how many rows that are."""
    lost = Delivery.objects.filter(state=State.SENDING, next_at__lt=timezone.now())
    count = 0
    while pks := list(lost.values_list("pk", flat=True)[:CHUNK]):
        count += _mark_lost(pks, timezone.now())
    if count:
        logger.error("of %d messages it is not known whether they were sent", count)
    return count


@retry_deadlocks
def _mark_lost(pks: list[int], now: datetime) -> int:
    lost = Delivery.objects.filter(pk__in=pks, state=State.SENDING, next_at__lt=now)
    return lost.update(state=State.UNKNOWN, next_at=None, problem="中断")


def _deliver(channel: Channel, until: float) -> int:
    sender, sent, failures = SENDERS[channel], 0, 0
    while time.monotonic() < until and failures < MAX_FAILURES:
        if not retry_schedule.is_open(channel, timezone.now()):
            break
        rows = lease_due(channel, sender.size)
        if not rows:
            break
        results = _ask(sender, rows)
        failures = failures + 1 if _is_away(results) else 0
        sent += sum(each.status is SendStatus.SENT for each in (results or {}).values())
    return sent


def _is_away(results: dict[int, SendResult] | None) -> bool:
    """Whether a provider cannot be talked to now; what waits would only become UNKNOWN."""
    if results is None:
        return True
    found = {each.status for each in results.values()}
    return SendStatus.UNKNOWN in found and SendStatus.SENT not in found


def _ask(sender: Sender, rows: list[Delivery]) -> dict[int, SendResult] | None:
    """Results by users, None where the provider is away; they are kept."""
    wanted = _drop_unwanted(sender, rows)
    if not wanted:
        return {}
    message = wanted[0].message
    try:
        results = sender.send(message, [row.user for row in wanted])
    except ProviderDown as error:
        logger.warning("message %s is not taken: %s", message.pk, error)
        down = SendResult(SendStatus.REFUSED, str(error))
        settle(wanted, dict.fromkeys((row.user_id for row in wanted), down))
        return None
    settle(wanted, results)
    return results


def _drop_unwanted(sender: Sender, rows: list[Delivery]) -> list[Delivery]:
    """Those that may be sent; much may have happened since their rows were written."""
    first = rows[0]
    if first.message.state in Message.ENDED:
        _write(rows, state=State.STOPPED, next_at=None)
        return []
    if first.channel not in kinds.channels_of(kinds.settings_of(first.message.kind)):
        _write(rows, state=State.SKIPPED, problem=TURNED_OFF, next_at=None)
        return []
    unwanted = set(
        OptOut.objects.filter(
            user__in=[row.user_id for row in rows],
            kind=first.message.kind,
            channel=first.channel,
        ).values_list("user_id", flat=True)
    )
    skipped: dict[str, list[Delivery]] = defaultdict(list)
    wanted = []
    for row in rows:
        if not row.user.is_active or not sender.has_address(row.user):
            skipped[NO_ADDRESS].append(row)
        elif row.user_id in unwanted:
            skipped[UNWANTED].append(row)
        else:
            wanted.append(row)
    for problem, those in skipped.items():
        _write(those, state=State.SKIPPED, problem=problem, next_at=None)
    return wanted


def settle(rows: Sequence[Delivery], results: dict[int, SendResult]) -> None:
    """Keep what came of leased rows; a user without a result is UNKNOWN."""
    now = timezone.now()
    groups: dict[tuple[State, str, datetime | None], list[Delivery]] = defaultdict(list)
    for row in rows:
        result = results.get(row.user_id, SendResult(SendStatus.UNKNOWN))
        groups[_next_state(row, result, now)].append(row)
    for (state, problem, next_at), those in groups.items():
        values: dict[str, object] = {"sent_at": now if state == State.SENT else None}
        if state == State.WAITING and problem == NOT_TRIED.problem:
            values["attempts"] = F("attempts") - 1
        _write(those, state=state, problem=problem, next_at=next_at, **values)


def _next_state(
    row: Delivery, result: SendResult, now: datetime
) -> tuple[State, str, datetime | None]:
    problem = result.problem[:60]
    if result.status is SendStatus.NOT_TRIED:
        return State.WAITING, problem, now + retry_schedule.FIRST_PAUSE
    if result.status is not SendStatus.REFUSED:
        return (State.SENT if result.status is SendStatus.SENT else State.UNKNOWN), problem, None
    if row.attempts >= retry_schedule.MAX_ATTEMPTS:
        return State.FAILED, problem, None
    again = retry_schedule.after_failure(attempts=row.attempts, now=now)
    return State.WAITING, problem, again


@retry_deadlocks
@transaction.atomic
def _write(rows: Sequence[Delivery], **values: object) -> None:
    """Only what is still ours: the lease may have ended, and then the row is UNKNOWN.

    Of such a row the result is better knowledge, unless it would be sent again.
    """
    ours = Delivery.objects.filter(pk__in=[row.pk for row in rows], lease=rows[0].lease)
    states = [State.SENDING]
    if values["state"] != State.WAITING:
        states.append(State.UNKNOWN)
    ours.filter(state__in=states).update(**values)
