"""Processes that are killed or overtaken while they compare a bill."""

import signal
from collections.abc import Iterator

import pytest
from django.db import connection

from luffy_api.apps.order.models import Bill, BillLine
from luffy_api.tests.processes.bill_process import BillProcess
from luffy_api.tests.reconciling import DAY, both, reconcile, results, theirs

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("one_origin")]


@pytest.fixture(scope="module")
def process(django_db_setup: None) -> Iterator[BillProcess]:
    process = BillProcess(connection.settings_dict)
    yield process
    process.close()


def loads() -> dict[int, int]:
    """How many lines are stored under each load."""
    counts: dict[int, int] = {}
    for load in BillLine.objects.values_list("load", flat=True):
        counts[load] = counts.get(load, 0) + 1
    return counts


def test_a_run_that_is_killed_while_it_stores_lines_changes_nothing(process):
    for number in "ABCD":
        both(number)
    theirs("E")
    before = reconcile()
    theirs("F")

    assert process.compare(DAY, point="storing", at_point=signal.SIGKILL) == -signal.SIGKILL

    bill = Bill.objects.get()
    assert (bill.load, bill.matched, bill.missing_ours) == (before.load, 4, 1)
    assert results() == {"E": "我方缺"}
    dead = loads()
    assert dead.pop(bill.load) == BillLine.objects.current().count() == 5
    assert list(dead.values()) == [4]

    bill = reconcile()
    assert (bill.matched, bill.missing_ours) == (4, 2)
    assert results() == {"E": "我方缺", "F": "我方缺"}
    assert loads() == {bill.load: 6}


def test_a_run_that_is_killed_before_it_tidies_up_has_compared_the_bill(process):
    both("A")
    before = reconcile()
    theirs("B")

    assert process.compare(DAY, point="published", at_point=signal.SIGKILL) == -signal.SIGKILL

    bill = Bill.objects.get()
    assert (bill.matched, bill.missing_ours) == (1, 1)
    assert loads() == {before.load: 1, bill.load: 2}
    assert BillLine.objects.current().count() == 2

    bill = reconcile()
    assert results() == {"B": "我方缺"}
    assert loads() == {bill.load: 2}


def test_of_two_processes_at_once_the_one_that_began_later_wins(process):
    for number in "ABCDEF":
        both(number)
    assert process.compare(DAY, point="storing", at_point=signal.SIGSTOP) == -signal.SIGSTOP
    theirs("G")

    later = reconcile()
    assert loads() == {later.load: 7}
    assert process.go_on() == 1  # stores two more lines, and finds that it is too late

    bill = Bill.objects.get()
    assert (bill.load, bill.matched, bill.missing_ours) == (later.load, 6, 1)
    assert results() == {"G": "我方缺"}
    assert loads() == {later.load: 7}
