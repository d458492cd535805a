"""When Alipay is asked by itself."""

from datetime import UTC, datetime, timedelta

import pytest

from luffy_api.apps.order.payment import retry_schedule

PLACED = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
minutes = timedelta


def appointments(lifetime: timedelta) -> list[float]:
    """Minutes after placing, each asked for at the moment of the one before."""
    expires_at, now, found = PLACED + lifetime, PLACED, []
    while now < expires_at:
        now = retry_schedule.next_query(placed_at=PLACED, expires_at=expires_at, now=now)
        found.append((now - PLACED) / timedelta(minutes=1))
    return found


def test_an_order_of_half_an_hour_is_asked_about_at_1_3_and_10_minutes_and_before_its_end():
    assert appointments(timedelta(minutes=30)) == [1, 3, 10, 29, 30]


@pytest.mark.parametrize(
    ("lifetime", "expected"), [(1, [0.5, 1]), (2, [1, 2]), (4, [1, 3, 4]), (11, [1, 3, 10, 11])]
)
def test_a_short_order_is_asked_about_before_its_end_too(lifetime, expected):
    found = appointments(timedelta(minutes=lifetime))

    assert found[-1] == lifetime
    assert all(moment < lifetime for moment in found[:-1])
    if lifetime > 1:
        assert found == expected


def test_after_its_time_it_is_asked_about_at_once():
    gone = PLACED + timedelta(hours=1)

    assert retry_schedule.next_query(placed_at=PLACED, expires_at=PLACED, now=gone) == gone


def test_silence_is_waited_out_twice_as_long_each_time_up_to_a_quarter_of_an_hour():
    pauses = [
        retry_schedule.after_failure(failures=n, now=PLACED) - PLACED
        for n in (1, 2, 3, 5, 6, 99, 30_000)
    ]

    assert [pause.total_seconds() for pause in pauses] == [30, 60, 120, 480, 900, 900, 900]


def test_the_last_look_comes_when_the_cashier_takes_no_more_money():
    soon, gone = PLACED + timedelta(minutes=30), PLACED - timedelta(hours=1)

    assert retry_schedule.final_query(expires_at=soon, now=PLACED) == soon + timedelta(minutes=5)
    assert retry_schedule.final_query(expires_at=gone, now=PLACED) == PLACED + timedelta(minutes=5)
