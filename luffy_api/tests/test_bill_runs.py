"""Repeated, failed, killed and simultaneous comparisons of one day's bill."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from luffy_api.apps.order.models import (
    Bill,
    BillDifference,
    BillLine,
    BillResult,
    OrderPayment,
    Refund,
)
from luffy_api.apps.order.payment import bill_store, bills
from luffy_api.apps.order.tests.test_races import at_once
from luffy_api.tests.factories import BillFactory, BillLineFactory, UserFactory
from luffy_api.tests.reconciling import (
    both,
    ours,
    reconcile,
    refund,
    refunded,
    results,
    theirs,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("day_after")]


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


def test_differences_that_are_the_same_again_are_not_written():
    theirs("A")
    ours("B")
    reconcile()

    with CaptureQueriesContext(connection) as queries:
        reconcile()

    touching = [each["sql"] for each in queries if "luffy_bill_difference" in each["sql"]]
    assert touching
    assert [sql for sql in touching if not sql.startswith("SELECT")] == []


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

    for place, step in ((bills, "differing_lines"), (bill_store, "publish")):
        with monkeypatch.context() as patch:
            patch.setattr(place, step, broken)
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


def test_lines_of_an_earlier_run_are_deleted_by_their_numbers_in_short_chunks(monkeypatch):
    monkeypatch.setattr(bill_store, "DELETED_AT_ONCE", 2)
    for number in "ABCDE":
        both(number)
    reconcile()

    with CaptureQueriesContext(connection) as queries:
        bill = reconcile()

    deleted = [each["sql"] for each in queries if each["sql"].startswith("DELETE")]
    assert len(deleted) == 3
    assert all("number" in sql and "IN (" not in sql for sql in deleted)
    assert set(BillLine.objects.values_list("load", flat=True)) == {bill.load}
    assert BillLine.objects.count() == 5


def test_a_run_that_began_earlier_does_not_replace_a_later_result():
    both("A")
    bill = reconcile()
    old = bill_store.new_load(ago=timedelta(minutes=1))

    assert bill_store.publish(bill.pk, old, bill_store.Totals(), []) is None

    bill.refresh_from_db()
    assert (bill.matched, bill.load > old) == (1, True)


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


@pytest.fixture
def once_lines_are_stored(monkeypatch):
    """Does something after the lines were compared and before what has none is looked for."""
    real = bill_store.store_lines

    def do(action):
        def watched(*args):
            totals = real(*args)
            action()
            return totals

        monkeypatch.setattr(bill_store, "store_lines", watched)

    return do


def test_what_is_recorded_after_its_line_was_compared_is_one_difference(once_lines_are_stored):
    theirs("A")
    paid = both("B")
    refunded("B", "R")
    ours("C")

    def record():
        ours("A")
        refund(paid, out_request_no="R", origin=Refund.Origin.CONSOLE)

    once_lines_are_stored(record)
    bill = reconcile()

    assert results() == {"A": "我方缺", "R": "我方缺", "C": "对方缺"}
    assert (bill.missing_ours, bill.missing_theirs) == (2, 1)
    assert bill.problem == ""


def test_the_next_comparison_finds_what_was_recorded_meanwhile(once_lines_are_stored):
    theirs("A")
    once_lines_are_stored(lambda: OrderPayment.objects.exists() or ours("A"))
    reconcile()

    assert reconcile().matched == 1
    assert results() == {}


def test_a_line_that_another_day_shows_no_more_explains_nothing():
    both("A")
    payment = ours("B")
    other = BillFactory(load=2)
    line = BillLineFactory(bill=other, load=1, payment=payment)
    reconcile()
    assert results() == {"B": "对方缺"}

    BillLine.objects.filter(pk=line.pk).update(load=2)
    reconcile()

    assert results() == {}


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
