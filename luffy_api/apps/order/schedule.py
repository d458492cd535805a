"""When Alipay is asked about an order without anybody waiting for the answer."""

from datetime import datetime, timedelta

AFTER_PLACING = (timedelta(minutes=1), timedelta(minutes=3), timedelta(minutes=10))
LAST_CALL = timedelta(minutes=1)
# Whoever asks takes the order off the list for this long; if it dies, the next round asks again.
CLAIM = timedelta(minutes=2)
FIRST_RETRY = timedelta(seconds=30)
LONGEST_RETRY = timedelta(minutes=15)
LAST_LOOK = timedelta(minutes=5)


def next_query(*, placed_at: datetime, expires_at: datetime, now: datetime) -> datetime:
    """The next moment for an unpaid order: 1, 3 and 10 minutes old, shortly before its time is
    over, and when it is over."""
    last_call = expires_at - LAST_CALL
    early = [moment for after in AFTER_PLACING if (moment := placed_at + after) < last_call]
    return next((moment for moment in [*early, last_call] if moment > now), max(expires_at, now))


def after_failure(*, failures: int, now: datetime) -> datetime:
    """When to ask again after so many unknown answers in a row: 30 s, doubled up to 15 minutes."""
    doubled: timedelta = FIRST_RETRY * 2 ** min(failures - 1, 8)
    return now + min(doubled, LONGEST_RETRY)


def last_look(*, expires_at: datetime, now: datetime) -> datetime:
    """For an order closed before Alipay knew it: its cashier address works until `expires_at`."""
    return max(expires_at, now) + LAST_LOOK
