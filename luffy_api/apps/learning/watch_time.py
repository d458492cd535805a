"""How much of a section was really watched, from the positions that a player reports.

A report says only where the player stands. The distance to the report before counts as watched when
it could have been played in the time between, at twice the speed at most; a larger step, or one
back, is a seek, and then the time itself counts. A budget that grows with the clock (two
seconds for each, a minute's worth at most) pays for all of it, so that no number of reports
makes more of an hour than two.
"""

from dataclasses import dataclass
from datetime import datetime

DONE_SHARE = 0.9
MAX_SPEED = 2
REPORT_SECONDS = 10
# Seconds: a heartbeat may be late or lost; a longer gap earns nothing.
MAX_GAP = 60
JITTER_SECONDS = 5


@dataclass(frozen=True)
class WatchState:
    """`position` and `seconds` in seconds, `budget` in milliseconds, `reported_at` in UTC."""

    position: int
    seconds: int
    budget: int
    reported_at: datetime | None

    def is_done(self, duration: int) -> bool:
        """Nine tenths; a section of unknown length is never done."""
        return is_done(watched=self.seconds, duration=duration)


def is_done(*, watched: int, duration: int) -> bool:
    """Whether a section of `duration` seconds counts as done."""
    return duration > 0 and watched >= DONE_SHARE * duration


def apply_heartbeat(
    before: WatchState, *, position: int, duration: int, now: datetime
) -> WatchState:
    """What is known after a player at `position` reported at `now`; `duration` 0 is unknown."""
    elapsed = _elapsed(before.reported_at, now)
    limit = MAX_GAP * MAX_SPEED * 1000
    budget = min(before.budget + int(elapsed * MAX_SPEED * 1000), limit)
    moved = position - before.position
    played_on = 0 <= moved <= elapsed * MAX_SPEED + JITTER_SECONDS
    gained = moved if played_on else int(min(elapsed, REPORT_SECONDS))
    gained = min(gained, budget // 1000)
    seconds = before.seconds + gained
    return WatchState(
        position=position,
        seconds=min(seconds, duration) if duration else seconds,
        budget=budget - gained * 1000,
        reported_at=now,
    )


def merge(one: WatchState, other: WatchState) -> WatchState:
    """What holds when two went on from the same state without knowing of each other.

    Where the newer one stopped. What one of them has counted the other may have counted too, so the
    larger number holds, and of the budget no more than the poorer one has left.
    """
    newer = max(one, other, key=lambda state: (_moment(state), state.position))
    return WatchState(
        position=newer.position,
        seconds=max(one.seconds, other.seconds),
        budget=min(one.budget, other.budget),
        reported_at=newer.reported_at,
    )


def _moment(state: WatchState) -> float:
    return state.reported_at.timestamp() if state.reported_at else float("-inf")


def _elapsed(reported_at: datetime | None, now: datetime) -> float:
    if reported_at is None:
        return 0
    return min(max((now - reported_at).total_seconds(), 0), MAX_GAP)
