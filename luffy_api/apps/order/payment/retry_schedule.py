"""When a batch queries the payment provider about an order. All times are UTC."""

from datetime import datetime, timedelta

AFTER_CHECKOUT = (timedelta(minutes=1), timedelta(minutes=3), timedelta(minutes=10))
BEFORE_EXPIRY = timedelta(minutes=1)
# A batch postpones an order for this long while it queries; when it dies, another batch repeats it.
LEASE = timedelta(minutes=2)
FIRST_RETRY = timedelta(seconds=30)
MAX_RETRY = timedelta(minutes=15)
FINAL_QUERY_DELAY = timedelta(minutes=5)


def next_query(*, placed_at: datetime, expires_at: datetime, now: datetime) -> datetime:
    """The next query of an unpaid order.

    Orders are queried 1, 3 and 10 minutes after checkout, a minute before they expire, and when
    they expire.
    """
    last = expires_at - BEFORE_EXPIRY
    early = [moment for after in AFTER_CHECKOUT if (moment := placed_at + after) < last]
    return next((moment for moment in [*early, last] if moment > now), max(expires_at, now))


def next_query_of_trade(*, left_at: datetime, expires_at: datetime, now: datetime) -> datetime:
    """The next query of a trade whose order is paid, and whose pay URL may work until it expires.

    At the moments of `next_query`, counted from when it was left, and once after it has expired.
    """
    if now >= expires_at:
        return final_query(expires_at=expires_at, now=now)
    return next_query(placed_at=left_at, expires_at=expires_at, now=now)


def after_failure(*, failures: int, now: datetime) -> datetime:
    """The next query after consecutive failures: in 30 seconds, doubled up to 15 minutes."""
    doubled: timedelta = FIRST_RETRY * 2 ** min(failures - 1, 8)
    return now + min(doubled, MAX_RETRY)


def unfinished(*, since: datetime, now: datetime) -> datetime:
    """The next query of a refund that the provider works on: as far away as its beginning is past.

    At least 30 seconds, 15 minutes at most.
    """
    return now + min(max(now - since, FIRST_RETRY), MAX_RETRY)


def final_query(*, expires_at: datetime, now: datetime) -> datetime:
    """The query of an order closed before the provider knew it: its pay URL has expired then."""
    return max(expires_at, now) + FINAL_QUERY_DELAY


def is_over(*, expires_at: datetime, now: datetime) -> bool:
    """Whether a pay URL that nobody has opened can be paid no more, with time for its answer."""
    return now >= expires_at + FINAL_QUERY_DELAY
