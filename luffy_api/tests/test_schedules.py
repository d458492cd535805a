"""Scheduled jobs run at the hours of Shanghai, although huey's clock is UTC."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.utils.module_loading import autodiscover_modules
from huey import crontab
from huey.contrib.djhuey import HUEY

from luffy_api.common.dates import SHANGHAI
from luffy_api.common.schedules import shanghai

MIDNIGHT = datetime(2026, 3, 1, 16, tzinfo=UTC)  # 2 March, 0:00 in Shanghai

pytestmark = pytest.mark.any_database


@pytest.fixture(scope="module", autouse=True)
def _all_jobs():
    """What the runner does when it starts."""
    autodiscover_modules("tasks")


def due(schedule: Callable[[datetime], bool], moment: datetime) -> bool:
    """huey asks with a naive time in UTC."""
    return schedule(moment.replace(tzinfo=None))


def times(name: str) -> list[str]:
    """The minutes of a day in Shanghai at which the job of that name runs."""
    [job] = [task for task in HUEY._registry.periodic_tasks if task.name == name]
    moments = (MIDNIGHT + timedelta(minutes=n) for n in range(24 * 60))
    return [
        f"{moment.astimezone(SHANGHAI):%H:%M}"
        for moment in moments
        if due(job.validate_datetime, moment)
    ]


def test_files_that_nothing_needs_are_removed_at_night():
    assert times("cleanup_uploads") == ["04:23"]


def test_backups_are_made_at_night_before_files_are_removed():
    assert times("back_up") == ["03:41"]


def test_bills_are_compared_from_nine_in_the_morning_until_they_are_there():
    found = times("reconcile_bills")

    assert (found[0], found[-1], len(found)) == ("09:05", "23:35", 30)


@pytest.mark.parametrize("name", ["close_expired_orders", "reconcile_payments", "poll_videos"])
def test_what_repairs_runs_every_minute(name):
    assert len(times(name)) == 24 * 60


def test_control_huey_itself_would_run_them_eight_hours_late():
    moment = datetime(2026, 3, 1, 20, 23, tzinfo=UTC)

    assert due(shanghai(hour="4", minute="23"), moment)
    assert not due(crontab(hour="4", minute="23"), moment)
    assert due(crontab(hour="4", minute="23"), moment + timedelta(hours=8))


def test_a_schedule_that_is_none_is_refused():
    with pytest.raises(ValueError):
        shanghai(hour="25")


def test_every_schedule_of_the_shop_is_written_in_shanghais_time():
    apps = settings.BASE_DIR / "luffy_api" / "apps"
    # The local gateways know nothing of the shop; theirs run every minute.
    modules = [path for path in apps.rglob("tasks.py") if not path.parent.name.endswith("sandbox")]

    by_hueys_clock = [path for path in modules if "crontab" in path.read_text(encoding="utf-8")]

    assert len(modules) >= 5
    assert by_hueys_clock == []
