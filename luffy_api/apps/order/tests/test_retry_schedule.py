"""When batches query an order."""

from datetime import UTC, datetime, timedelta

import pytest

from luffy_api.apps.order.payment import retry_schedule

PLACED = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def queries(lifetime: timedelta) -> list[float]:
    """Minutes after checkout, each computed at the moment of the one before."""
    expires_at, now, found = PLACED + lifetime, PLACED, []
    while now < expires_at:
        now = retry_schedule.next_query(placed_at=PLACED, expires_at=expires_at, now=now)
        found.append((now - PLACED) / timedelta(minutes=1))
    return found


def test_an_order_of_half_an_hour_is_queried_at_1_3_10_and_29_minutes_and_when_it_expires():
    assert queries(timedelta(minutes=30)) == [1, 3, 10, 29, 30]


@pytest.mark.parametrize(
    ("lifetime", "expected"), [(1, [0.5, 1]), (2, [1, 2]), (4, [1, 3, 4]), (11, [1, 3, 10, 11])]
)
def test_an_order_with_a_short_limit_is_queried_before_it_expires(lifetime, expected):
    found = queries(timedelta(minutes=lifetime))

    assert found[-1] == lifetime
    assert all(moment < lifetime for moment in found[:-1])
    if lifetime > 1:
        assert found == expected


def test_an_expired_order_is_queried_at_once():
    gone = PLACED + timedelta(hours=1)

    assert retry_schedule.next_query(placed_at=PLACED, expires_at=PLACED, now=gone) == gone


def test_the_pause_after_failures_doubles_up_to_15_minutes():
    pauses = [
        retry_schedule.after_failure(failures=n, now=PLACED) - PLACED
        for n in (1, 2, 3, 5, 6, 99, 30_000)
    ]

    assert [pause.total_seconds() for pause in pauses] == [30, 60, 120, 480, 900, 900, 900]


def test_the_final_query_comes_after_the_pay_url_has_expired():
    soon, gone = PLACED + timedelta(minutes=30), PLACED - timedelta(hours=1)

    assert retry_schedule.final_query(expires_at=soon, now=PLACED) == soon + timedelta(minutes=5)
    assert retry_schedule.final_query(expires_at=gone, now=PLACED) == PLACED + timedelta(minutes=5)
