"""The bill of a day against our books, with the local gateway over HTTP."""

import io
from contextlib import nullcontext
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection

from luffy_api.apps.alipay_sandbox.models import SandboxRefund, SandboxTrade, TradeStatus
from luffy_api.apps.order.exceptions import BillUnavailable
from luffy_api.apps.order.models import (
    Bill,
    BillDifference,
    BillLine,
    BillResult,
    Order,
    OrderPayment,
    PayType,
    Refund,
    RefundStatus,
)
from luffy_api.apps.order.payment import bill_schedule, bill_store, bills
from luffy_api.apps.order.tests.test_races import at_once
from luffy_api.tests.factories import OrderFactory, OrderPaymentFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)

DAY = date(2026, 3, 1)
NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)  # the next day in Shanghai
PAID_AT = datetime(2026, 3, 1, 4, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def next_day(settings, one_origin):
    """The noon after DAY, in a school that takes Alipay only."""
    settings.WECHATPAY = {}
    with time_machine.travel(NOON, tick=True):
        yield


def ours(number: str, at: datetime = PAID_AT, amount: str = "88.00", **fields) -> OrderPayment:
    """A payment in our books."""
    order = OrderFactory(
        out_trade_no=number, total_amount=amount, order_status=1, trade_no=f"T{number}", pay_time=at
    )
    return OrderPaymentFactory(order=order, paid_at=at, amount=amount, **fields)


def theirs(number: str, at: datetime = PAID_AT, amount: str = "88.00", **fields) -> SandboxTrade:
    """A paid trade at the gateway."""
    return SandboxTrade.objects.create(
        **{
            "out_trade_no": number,
            "trade_no": f"T{number}",
            "subject": "课程",
            "total_amount": amount,
            "status": TradeStatus.PAID,
            "created_at": at,
            "paid_at": at,
            **fields,
        }
    )


def both(number: str, at: datetime = PAID_AT, amount: str = "88.00") -> OrderPayment:
    theirs(number, at, amount)
    return ours(number, at, amount)


def refund(payment: OrderPayment, amount: str = "8.00", at: datetime = PAID_AT, **fields) -> Refund:
    """A refund in our books."""
    values = {
        "order": payment.order,
        "amount": amount,
        "finished_at": at,
        "status": RefundStatus.REFUNDED,
        "origin": Refund.Origin.STAFF,
        "reason": "退",
    }
    return Refund.objects.create(payment=payment, **{**values, **fields})


def refunded(
    number: str, request_no: str, amount: str = "8.00", at: datetime = PAID_AT, fault: str = ""
) -> None:
    """A refund at the gateway."""
    SandboxRefund.objects.create(
        trade=SandboxTrade.objects.get(out_trade_no=number),
        request_no=request_no,
        amount=amount,
        created_at=at,
        bill_fault=fault,
    )


def reconcile(day: date = DAY) -> Bill:
    return bills.reconcile(pay_type=PayType.ALIPAY, day=day)


def results() -> dict[str, str]:
    """Order or request number and result of each difference."""
    rows = BillDifference.objects.order_by("id")
    return {row.request_no or row.out_trade_no: row.get_result_display() for row in rows}


def test_a_day_that_agrees():
    payment = both("N1")
    both("N2", amount="12.00")
    refunded("N1", refund(payment).out_request_no)

    bill = reconcile()

    assert results() == {}
    assert (bill.payment_count, bill.payment_amount) == (2, Decimal("100.00"))
    assert (bill.refund_count, bill.refund_amount) == (1, Decimal("8.00"))
    assert (bill.fee, bill.net) == (Decimal("0.60"), Decimal("91.40"))
    assert (bill.matched, bill.problem) == (3, "")
    assert set(BillLine.objects.current().values_list("result", flat=True)) == {BillResult.MATCHED}


def test_each_difference_of_a_payment():
    theirs("OURS-LOST")
    ours("NEVER-PAID")
    both("OMITTED")
    both("AMOUNT")
    both("ORDER")
    both("FINE")
    for number, fault in (("OMITTED", "omitted"), ("AMOUNT", "amount"), ("ORDER", "order")):
        SandboxTrade.objects.filter(out_trade_no=number).update(bill_fault=fault)

    bill = reconcile()

    assert results() == {
        "OURS-LOST": "我方缺",
        "AMOUNT": "金额不同",
        "OTHERORDER": "状态不同",
        "NEVER-PAID": "对方缺",
        "OMITTED": "对方缺",
    }
    counts = (bill.matched, bill.missing_ours, bill.missing_theirs)
    assert counts == (1, 1, 2)
    assert (bill.amount_differs, bill.status_differs) == (1, 1)
    amount = BillDifference.objects.get(result=BillResult.AMOUNT_DIFFERS)
    assert (amount.our_amount, amount.their_amount) == (Decimal("88.00"), Decimal("89.00"))


def test_each_difference_of_a_refund():
    payment = both("N1", amount="1000.00")
    refunded("N1", "CONSOLE")  # made in the console, and we were never told
    refund(payment, out_request_no="NEVER")
    refunded("N1", refund(payment, out_request_no="OMITTED").out_request_no, fault="omitted")
    refunded("N1", refund(payment, out_request_no="AMOUNT").out_request_no, amount="9.00")
    for status in (RefundStatus.FAILED, RefundStatus.PROCESSING):
        mine = refund(payment, out_request_no=status.name, status=status, finished_at=None)
        refunded("N1", mine.out_request_no)
    refunded("N1", refund(payment, out_request_no="FINE").out_request_no)

    reconcile()

    assert results() == {
        "CONSOLE": "我方缺",
        "AMOUNT": "金额不同",
        "FAILED": "状态不同",
        "PROCESSING": "状态不同",
        "NEVER": "对方缺",
        "OMITTED": "对方缺",
    }
    assert BillDifference.objects.get(request_no="FAILED").our_status == "失败"


def test_a_refund_in_the_console_that_we_recognised_matches_once():
    payment = both("N1")
    refund(payment, origin=Refund.Origin.CONSOLE, out_request_no="OURS")
    refunded("N1", "2026030100001")
    refunded("N1", "2026030100002")

    reconcile()

    assert results() == {"2026030100002": "我方缺"}


@pytest.mark.parametrize(
    "at",
    [
        datetime(2026, 2, 28, 16, 0, tzinfo=UTC),
        datetime(2026, 3, 1, 15, 59, 59, tzinfo=UTC),
    ],
)
def test_both_ends_of_the_day_belong_to_it(at):
    both("N1", at)
    ours("LOST", at)

    bill = reconcile()

    assert (bill.matched, bill.missing_theirs) == (1, 1)


@pytest.mark.parametrize(
    "at",
    [
        datetime(2026, 2, 28, 15, 59, 59, tzinfo=UTC),
        datetime(2026, 3, 1, 16, 0, tzinfo=UTC),
    ],
)
def test_the_seconds_beside_the_day_do_not(at):
    both("N1")
    ours("OTHER-DAY", at)
    theirs("THEIRS", at)

    assert reconcile().matched == 1
    assert results() == {}


def test_midnight_between_the_gateway_and_us_is_no_difference():
    # Paid at 23:59:59 there; our row has 00:00:05 of the next day.
    theirs("N1", datetime(2026, 3, 1, 15, 59, 59, tzinfo=UTC))
    payment = ours("N1", datetime(2026, 3, 1, 16, 0, 5, tzinfo=UTC))
    both("N2", datetime(2026, 3, 2, 4, tzinfo=UTC))
    # Given back at 23:59:58 there, known to us at 00:00:01; and the other way round.
    refunded("N1", "R1", at=datetime(2026, 3, 1, 15, 59, 58, tzinfo=UTC))
    refund(payment, out_request_no="R1", at=datetime(2026, 3, 1, 16, 0, 1, tzinfo=UTC))
    refunded("N1", "R2", at=datetime(2026, 3, 1, 16, 0, 1, tzinfo=UTC))
    refund(payment, out_request_no="R2", at=datetime(2026, 3, 1, 15, 59, 58, tzinfo=UTC))

    with time_machine.travel(NOON + timedelta(days=1)):
        assert reconcile(DAY).matched == 2
        assert reconcile(DAY + timedelta(days=1)).matched == 2

    assert results() == {}


def test_money_of_another_method_is_not_expected_in_this_bill():
    both("N1")
    ours("CASH", pay_type=PayType.WECHAT)

    reconcile()

    assert results() == {}


def test_a_second_run_keeps_notes_and_what_was_resolved():
    theirs("A")
    theirs("B")
    theirs("C")
    reconcile()
    user = UserFactory()
    row = BillDifference.objects.get(out_trade_no="A")
    BillDifference.objects.filter(pk=row.pk).update(note="学员换了手机")
    assert bills.resolve(row, user_id=user.pk, resolved=True)

    ours("B")  # the notification came at last
    bill = reconcile()

    assert results() == {"A": "我方缺", "C": "我方缺"}
    row.refresh_from_db()
    assert (row.note, row.resolved_by_id) == ("学员换了手机", user.pk)
    assert bill.lines.count() == 3
    assert bills.open_differences(bill) == 1


def test_a_resolved_difference_that_becomes_another_one_is_open_again():
    theirs("A")
    reconcile()
    row = BillDifference.objects.get()
    bills.resolve(row, user_id=UserFactory().pk, resolved=True)

    ours("A", amount="80.00")
    reconcile()

    row.refresh_from_db()
    assert (row.result, row.resolved_at) == (BillResult.AMOUNT_DIFFERS, None)


def test_a_difference_that_has_gone_stays_when_somebody_wrote_about_it():
    theirs("A")
    reconcile()
    BillDifference.objects.update(note="已联系支付宝")

    ours("A")
    reconcile()

    assert results() == {"A": "一致"}
    assert BillDifference.objects.get().note == "已联系支付宝"


def test_a_run_that_fails_half_way_leaves_the_earlier_result(monkeypatch):
    both("A")
    theirs("B")
    before = reconcile()
    theirs("C")

    def broken(*args):
        raise RuntimeError("no disk left")

    for step in ("differing_lines", "publish"):
        with monkeypatch.context() as patch:
            patch.setattr(bill_store, step, broken)
            with pytest.raises(RuntimeError):
                reconcile()
        after = Bill.objects.get()
        assert (after.load, after.matched) == (before.load, 1)
        assert BillLine.objects.current().count() == 2
        assert results() == {"B": "我方缺"}

    assert reconcile().missing_ours == 2


def test_what_a_killed_run_left_is_removed_by_a_later_one():
    both("A")
    bill = reconcile()
    left = BillLine.objects.get()
    left.pk, left.load = None, bill_store.new_load(ago=timedelta(hours=2))
    left.save()
    running = BillLine.objects.get(pk=left.pk)
    running.pk, running.load = None, bill_store.new_load(ago=timedelta(minutes=-2))
    running.save()

    bill = reconcile()

    assert set(BillLine.objects.values_list("load", flat=True)) == {bill.load, running.load}


def test_a_run_that_began_earlier_does_not_replace_a_later_result():
    both("A")
    bill = reconcile()
    old = bill_store.new_load(ago=timedelta(minutes=1))

    assert bill_store.publish(bill.pk, old, bill_store.Totals(), []) is None

    bill.refresh_from_db()
    assert (bill.matched, bill.load > old) == (1, True)


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


def test_an_unreachable_gateway_keeps_the_earlier_result(unreachable):
    both("A")
    reconcile()
    unreachable()

    with pytest.raises(BillUnavailable, match="暂时无法"):
        reconcile()

    bill = Bill.objects.get()
    assert (bill.matched, bill.problem) == (1, "暂时无法从支付宝获取账单，请稍后再试")


def many(count: int) -> None:
    """Payments on both sides, in few statements."""
    pairs = [(f"N{number}", f"TN{number}") for number in range(count)]
    order = OrderFactory()
    orders = [
        Order(
            user_id=order.user_id,
            out_trade_no=number,
            trade_no=trade_no,
            subject="课程",
            total_amount="88.00",
            order_status=1,
            pay_time=PAID_AT,
            expires_at=PAID_AT,
        )
        for number, trade_no in pairs
    ]
    Order.objects.bulk_create(orders)
    ids = dict(Order.objects.values_list("out_trade_no", "pk"))
    paid = {"amount": "88.00", "paid_at": PAID_AT, "pay_type": PayType.ALIPAY}
    OrderPayment.objects.bulk_create(
        OrderPayment(order_id=ids[number], trade_no=trade_no, **paid) for number, trade_no in pairs
    )
    SandboxTrade.objects.bulk_create(
        SandboxTrade(
            out_trade_no=number,
            trade_no=trade_no,
            subject="课程",
            total_amount="88.00",
            status=TradeStatus.PAID,
            paid_at=PAID_AT,
        )
        for number, trade_no in pairs
    )


def test_a_long_bill_needs_few_queries(django_assert_max_num_queries):
    many(1200)

    with django_assert_max_num_queries(80):
        assert reconcile().matched == 1200


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

    (mail,) = mailoutbox
    assert mail.subject == "[Luffy] 支付宝 2026-03-01 的账单与我方账目不一致"
    assert "我方缺 1、对方缺 1" in mail.body
    assert f"bill__id__exact={Bill.objects.get().pk}" in mail.body

    theirs("C")
    reconcile()
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


def test_the_job_asks_again_until_the_bill_is_there_and_tells_at_noon(settings, mailoutbox):
    settings.ALERT_RECIPIENTS = ["finance@school.example"]
    ours("A")

    for hours, mails in ((-3, 0), (-2, 0), (0, 1), (1, 1)):
        with time_machine.travel(NOON + timedelta(hours=hours)):
            bill_schedule.reconcile_due()
        assert len(mailoutbox) == mails, hours
    assert "没有核对" in mailoutbox[0].subject

    theirs("A")
    with time_machine.travel(NOON + timedelta(hours=2)):
        bill_schedule.reconcile_due()
    assert Bill.objects.get(day=DAY).matched == 1


def test_two_runs_at_once_give_one_result():
    both("A")
    theirs("B")

    at_once(reconcile, threads=4)

    bill = Bill.objects.get()
    assert (bill.matched, bill.missing_ours) == (1, 1)
    assert BillLine.objects.current().count() == 2
    assert results() == {"B": "我方缺"}
    reconcile()
    assert BillLine.objects.count() == 2


def test_a_slow_run_neither_replaces_nor_disturbs_a_later_one(monkeypatch):
    both("A")
    real, faster = bill_store.publish, []

    def slowly(*args):
        if not faster:
            faster.append(None)
            theirs("B")
            faster.append(reconcile())
        return real(*args)

    monkeypatch.setattr(bill_store, "publish", slowly)
    bill = reconcile()

    assert bill.load == faster[1].load
    assert (bill.matched, bill.missing_ours) == (1, 1)
    assert BillLine.objects.count() == BillLine.objects.current().count() == 2
    assert results() == {"B": "我方缺"}


def test_nothing_is_asked_inside_a_transaction(monkeypatch):
    both("A")
    inside = []
    real = bills.gateway.fetch_bill

    def watched(*args, **kwargs):
        inside.append(connection.in_atomic_block)
        return real(*args, **kwargs)

    monkeypatch.setattr(bills.gateway, "fetch_bill", watched)
    reconcile()

    assert inside == [False]
