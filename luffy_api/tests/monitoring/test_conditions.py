"""What opens an alert by itself, and what ends it."""

import shutil
import time
from collections import namedtuple
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.checks import Warning
from django.utils import timezone

from luffy_api.apps.monitoring import alerts, conditions, heartbeats, lookouts, readiness
from luffy_api.apps.monitoring.models import Alert, Heartbeat, JobRun
from luffy_api.apps.order import conditions as money
from luffy_api.apps.order.models import BillResult, Order, PaymentEvent, RefundStatus
from luffy_api.apps.order.payment import gateway
from luffy_api.common.task_runner import Role
from luffy_api.tests.factories import (
    BillDifferenceFactory,
    BillFactory,
    OrderFactory,
    RefundFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

HOUR = timedelta(hours=1)
Usage = namedtuple("Usage", "total used free")


@pytest.fixture(autouse=True)
def _running_for_an_hour(monkeypatch):
    monkeypatch.setattr(conditions, "STARTED", time.monotonic() - 3600)


def keys(check) -> list[str]:
    return [problem.key for problem in check()]


def test_every_condition_is_looked_at():
    names = {condition.name for condition in alerts._conditions}

    assert names == {
        *("silent_runner", "failing_jobs", "backlogs", "full_disk", "away", "site_certificate"),
        *("refused_payments", "failed_refunds", "bill_differences", "missing_bills"),
        "expiring_keys",
    }


class TestRunner:
    @pytest.mark.parametrize(("minutes", "found"), [(1, []), (7, ["runner"])])
    def test_it_is_dead_when_no_job_has_ended_for_minutes(self, minutes, found):
        now = timezone.now()
        heartbeats.beat(list(Role))
        JobRun.objects.create(name="old", succeeded_at=now - HOUR)
        JobRun.objects.create(name="new", failed_at=now - timedelta(minutes=minutes))

        assert keys(conditions.silent_runner) == found

    @pytest.mark.parametrize("role", Role)
    def test_each_role_that_no_living_process_has_is_told(self, role):
        now = timezone.now()
        JobRun.objects.create(name="new", succeeded_at=now)
        heartbeats.beat(list(Role))
        assert keys(conditions.silent_runner) == []

        Heartbeat.objects.filter(role=role).update(seen_at=now - timedelta(minutes=7))

        assert keys(conditions.silent_runner) == [f"runner:{role}"]

    def test_a_dead_process_of_all_roles_is_one_problem(self):
        heartbeats.beat(list(Role))
        Heartbeat.objects.update(seen_at=timezone.now() - HOUR)

        assert keys(conditions.silent_runner) == ["runner"]

    def test_jobs_that_do_not_end_while_all_processes_live_are_told(self):
        heartbeats.beat(list(Role))
        JobRun.objects.create(name="old", succeeded_at=timezone.now() - HOUR)

        assert keys(conditions.silent_runner) == ["runner"]

    def test_a_process_of_a_release_without_heartbeats_is_told_by_its_roles(self):
        JobRun.objects.create(name="new", succeeded_at=timezone.now())

        assert keys(conditions.silent_runner) == [f"runner:{role}" for role in Role]

    def test_it_is_dead_when_it_never_lived(self):
        assert keys(conditions.silent_runner) == ["runner"]

    def test_a_shop_that_has_just_started_waits(self, monkeypatch):
        monkeypatch.setattr(conditions, "STARTED", time.monotonic())
        OrderFactory(next_query_at=timezone.now() - HOUR)

        assert keys(conditions.silent_runner) == keys(conditions.backlogs) == []

    @pytest.mark.parametrize(("failures", "found"), [(2, []), (3, ["job:clean_up"])])
    def test_a_job_that_fails_again_and_again_is_told(self, failures, found):
        JobRun.objects.create(name="clean_up", failures=failures)

        assert keys(conditions.failing_jobs) == found


class TestMachine:
    @pytest.mark.parametrize(("minutes", "found"), [(5, []), (11, ["queue:orders"])])
    def test_a_backlog_is_what_waits_longer_than_normal(self, minutes, found):
        OrderFactory(next_query_at=timezone.now() - timedelta(minutes=minutes))

        assert keys(conditions.backlogs) == found

    @pytest.mark.parametrize(
        ("total", "free", "found"),
        [
            (100 * 2**30, 3 * 2**30, []),
            (100 * 2**30, 2**30, ["disk"]),
            (2**30, 2**29, []),
            (2**30, 2**25, ["disk"]),
        ],
    )
    def test_a_disk_is_full_below_both_limits(self, monkeypatch, total, free, found):
        monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(total, total - free, free))

        assert keys(conditions.full_disk) == found


@pytest.fixture
def looks(monkeypatch):
    """What the next looks at the file storage find; looking takes no time."""
    found: list[str] = []
    lookout = lookouts.Lookout(lambda: found.pop(0) if found else "")
    monkeypatch.setattr(lookouts, "MAX_AGE", -1)
    monkeypatch.setattr(conditions, "LOOK_PAUSE_SECONDS", 0)
    monkeypatch.setitem(readiness._lookouts, "storage", lookout)
    monkeypatch.setattr(readiness, "_words", {"storage": readiness._words["storage"]})
    return found


class TestAway:
    def test_a_storage_that_stays_away_is_told_with_its_reason(self, looks):
        looks += ["private: StorageUnavailable"] * 2

        (problem,) = conditions.away()

        assert problem.key == "away:storage"
        assert "private: StorageUnavailable" in problem.text

    def test_what_is_away_for_a_moment_is_not(self, looks):
        looks += ["private: StorageUnavailable"]

        assert keys(conditions.away) == []

    def test_a_folder_that_is_gone_opens_an_alert_and_its_return_ends_it(
        self, folders, monkeypatch, settings
    ):
        monkeypatch.setattr(lookouts, "MAX_AGE", -1)
        monkeypatch.setattr(conditions, "LOOK_PAUSE_SECONDS", 0)
        monkeypatch.setattr(alerts, "QUIET", timedelta(0))
        monkeypatch.setattr(alerts, "_conditions", [alerts.Condition("away", conditions.away)])
        private = folders / "private"
        private.rename(folders / "elsewhere")
        alerts.evaluate()
        assert Alert.objects.open().filter(key="away:storage").exists()

        (folders / "elsewhere").rename(private)
        alerts.evaluate()
        assert not Alert.objects.open().filter(key="away:storage").exists()


def event(**fields) -> None:
    old = fields.pop("old", False)
    given = {"source": "notification", "accepted": False, "reason": "amount_differs", **fields}
    row = PaymentEvent.objects.create(**given)
    if old:
        PaymentEvent.objects.filter(pk=row.pk).update(created_time=timezone.now() - 25 * HOUR)


class TestMoney:
    def test_genuine_money_that_fits_no_order_is_told(self):
        event(out_trade_no="A1")

        (problem,) = money.refused_payments()
        assert "1 条真实的付款消息" in problem.text

    def test_forged_accepted_and_old_messages_are_not(self):
        event(out_trade_no="", reason="bad_signature")
        event(out_trade_no="A1", accepted=True, reason="paid")
        event(out_trade_no="A2", old=True)

        assert keys(money.refused_payments) == []

    def test_a_refund_that_the_provider_refused_is_told_for_a_day(self):
        now = timezone.now()
        RefundFactory(status=RefundStatus.FAILED, finished_at=now - 25 * HOUR)
        assert keys(money.failed_refunds) == []

        RefundFactory(status=RefundStatus.FAILED, finished_at=now - HOUR)
        assert keys(money.failed_refunds) == ["failed_refunds"]

    def test_a_bill_is_told_until_its_differences_are_resolved(self):
        bill = BillFactory(missing_ours=1)
        difference = BillDifferenceFactory(bill=bill, result=BillResult.MISSING_OURS)
        assert keys(money.bill_differences) == [f"bill:{bill.pk}"]

        difference.resolved_at = timezone.now()
        difference.save()
        assert keys(money.bill_differences) == []

    def test_a_certificate_that_ends_is_told_and_nothing_else_of_the_checks(self, monkeypatch):
        ending = Warning("ALIPAY_CERT 将于 2026-12-01 过期", id="payment.W031")
        other = Warning("something else", id="payment.W041")
        monkeypatch.setattr(gateway, "check_settings", lambda: iter([ending, other]))

        (problem,) = money.expiring_keys()
        assert problem.text == ending.msg

    def test_a_contradiction_is_told_until_a_run_finds_none(self):
        order = OrderFactory(total_amount=Decimal("5.00"))
        assert money.check_integrity() > 0
        alert = Alert.objects.get(key="integrity")
        assert "check_integrity" in alert.text

        Order.objects.filter(pk=order.pk).delete()
        assert money.check_integrity() == 0
        alert.refresh_from_db()
        assert alert.resolved_at is not None


@pytest.mark.parametrize("rows", [1, 5])
def test_a_look_at_everything_takes_a_fixed_number_of_queries(
    django_assert_num_queries, monkeypatch, rows
):
    monkeypatch.setattr(conditions, "LOOK_PAUSE_SECONDS", 0)
    for _ in range(rows):
        OrderFactory(next_query_at=timezone.now() - HOUR)
        BillDifferenceFactory(bill=BillFactory(), result=BillResult.MISSING_OURS)

    with django_assert_num_queries(13):
        for condition in alerts._conditions:
            list(condition.check())
