"""The bill that is not there, the command, the scheduled job, and who is told."""

import io
from contextlib import nullcontext
from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command

from luffy_api.apps.monitoring import alerts, conditions, delivery
from luffy_api.apps.order.exceptions import BillUnavailable
from luffy_api.apps.order.models import (
    Bill,
    BillDifference,
)
from luffy_api.apps.order.payment import bill_schedule, bills
from luffy_api.tests.factories import UserFactory
from luffy_api.tests.reconciling import (
    DAY,
    NOON,
    PAID_AT,
    both,
    ours,
    reconcile,
    refund,
    theirs,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("day_after")]


def test_a_day_that_is_not_over_is_refused():
    for day in (DAY + timedelta(days=1), DAY + timedelta(days=30)):
        with pytest.raises(BillUnavailable, match="昨天"):
            reconcile(day)
    assert not Bill.objects.exists()


@pytest.mark.parametrize(
    ("hours", "with_trade", "reason"),
    [(0, True, "而我方有"), (0, False, None), (-3, False, "还没有生成")],
)
def test_a_bill_that_does_not_exist(hours, with_trade, reason):
    if with_trade:
        ours("A")

    with (
        time_machine.travel(NOON + timedelta(hours=hours)),
        pytest.raises(BillUnavailable, match=reason) if reason else nullcontext(),
    ):
        assert reconcile().matched == 0

    bill = Bill.objects.get()
    assert bill.is_compared is (reason is None)
    assert bool(bill.problem) is (reason is not None)


def test_a_bill_that_does_not_exist_on_a_day_with_nothing_but_a_refund():
    refund(ours("A", PAID_AT - timedelta(days=9)))

    with pytest.raises(BillUnavailable, match="而我方有"):
        reconcile()


def test_an_unreachable_gateway_keeps_the_earlier_result(unreachable):
    both("A")
    reconcile()
    unreachable()

    with pytest.raises(BillUnavailable, match="暂时无法"):
        reconcile()

    bill = Bill.objects.get()
    assert (bill.matched, bill.problem) == (1, "暂时无法从支付宝获取账单，请稍后再试")


def run(*arguments: str) -> tuple[int, str]:
    """Exit status and output of the command."""
    out, status = io.StringIO(), 0
    try:
        call_command("reconcile_bill", *arguments, stdout=out, stderr=out)
    except SystemExit as stop:
        status = int(stop.code)
    return status, out.getvalue().strip()


def test_the_command_says_how_it_went_in_a_sentence_and_a_status():
    both("A")
    assert run("2026-03-01") == (
        0,
        "支付宝 2026-03-01：收款 1 笔 88.00 元，退款 0 笔 0.00 元，手续费 0.53 元，"
        "与我方账目一致。",
    )

    theirs("B")
    status, said = run("2026-03-01", "--provider", "alipay")
    assert status == 1
    assert said.endswith("，有 1 处差异待处理。")

    bills.resolve(BillDifference.objects.get(), user_id=UserFactory().pk, resolved=True)
    assert run("2026-03-01")[0] == 0


def test_the_command_fails_without_a_bill():
    status, said = run("2026-03-02")

    assert (status, said) == (2, "支付宝 2026-03-02：账单在次日生成，只能核对昨天及以前的日期。")


def test_new_differences_are_told_once(settings, mailoutbox):
    settings.ALERT_RECIPIENTS = ["finance@school.example"]
    theirs("A")
    ours("B")

    reconcile()
    reconcile()
    delivery.deliver()

    (mail,) = mailoutbox
    assert mail.subject == "[Luffy 学堂] 告警：支付宝 2026-03-01 的账单与我方账目不一致"
    assert "我方缺 1、对方缺 1" in mail.body
    assert f"bill__id__exact={Bill.objects.get().pk}" in mail.body

    theirs("C")
    reconcile()
    delivery.deliver()
    assert len(mailoutbox) == 2


def test_the_job_compares_the_last_week_once():
    both("A")
    both("B", PAID_AT - timedelta(days=6))
    theirs("OLD", PAID_AT - timedelta(days=7))

    bill_schedule.reconcile_due()
    loads = set(Bill.objects.values_list("load", flat=True))
    bill_schedule.reconcile_due()

    assert Bill.objects.exclude(load=0).count() == 7
    assert set(Bill.objects.values_list("load", flat=True)) == loads
    assert sum(Bill.objects.values_list("matched", flat=True)) == 2


def test_an_earlier_day_that_has_no_bill_is_asked_for_once_a_day():
    ours("LOST", PAID_AT - timedelta(days=1))
    both("A")

    attempts = []
    for hours in (0, 1, 24):
        with time_machine.travel(NOON + timedelta(hours=hours)):
            bill_schedule.reconcile_due()
        attempts.append(Bill.objects.get(day=DAY - timedelta(days=1)).attempted_at)

    assert attempts[0] == attempts[1] < attempts[2]


def test_the_job_asks_again_until_the_bill_is_there_and_tells_at_noon(
    settings, mailoutbox, monkeypatch
):
    # What else is away in a test is looked at twice, with a pause.
    monkeypatch.setattr(conditions, "LOOK_PAUSE_SECONDS", 0)
    settings.ALERT_RECIPIENTS = ["finance@school.example"]
    ours("A")

    for hours, mails in ((-3, 0), (-2, 0), (0, 1), (1, 1)):
        with time_machine.travel(NOON + timedelta(hours=hours)):
            bill_schedule.reconcile_due()
            alerts.evaluate()
            delivery.deliver()
        assert sum("没有核对" in mail.body for mail in mailoutbox) == mails, hours

    theirs("A")
    with time_machine.travel(NOON + timedelta(hours=2)):
        bill_schedule.reconcile_due()
    assert Bill.objects.get(day=DAY).matched == 1
