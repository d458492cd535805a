"""Two accounts become one while an order of one of them is being paid, or while both are merged."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Event

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from luffy_api.apps.dashboard import merging
from luffy_api.apps.dashboard.exceptions import MergeRefused
from luffy_api.apps.dashboard.tests.merging.accounts import courses_of, merge, pay
from luffy_api.apps.order.models import Order
from luffy_api.apps.order.payment import optimistic, services
from luffy_api.apps.order.states import OrderStatus
from luffy_api.apps.user import locks as user_locks
from luffy_api.apps.user.models import User
from luffy_api.tests import factories
from luffy_api.tests.violations import violations

pytestmark = pytest.mark.django_db(transaction=True)


def late_order(other) -> Order:
    """One whose time is over: it may still be paid, and does not forbid a merge."""
    return factories.OrderFactory(
        user=other, order_status=OrderStatus.EXPIRED, courses=[factories.CourseFactory()]
    )


def together(*acts) -> None:
    def run(act) -> None:
        try:
            act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        for future in [pool.submit(run, act) for act in acts]:
            future.result(timeout=60)


def pay_while_merged(kept, other, admin, order, monkeypatch, lock) -> None:
    """The payment has read the order, by `lock`, and goes on when the merge is over or waits."""
    has_read, is_merged = Event(), Event()

    def read(number: str) -> Order:
        found = lock(number)
        has_read.set()
        is_merged.wait(timeout=1)
        return found

    def merge_then() -> None:
        assert has_read.wait(timeout=60)
        merge(kept, other, admin)
        is_merged.set()

    with monkeypatch.context() as patch:
        patch.setattr(optimistic, "is_possible", lambda payment: False)
        patch.setattr(services.locks, "lock_order", read)
        together(lambda: pay(order), merge_then)


def test_an_order_that_is_paid_at_the_same_moment_belongs_to_the_kept_account(
    kept, other, admin, monkeypatch
):
    order = late_order(other)

    pay_while_merged(kept, other, admin, order, monkeypatch, services.locks.lock_order)

    order.refresh_from_db()
    assert (order.user, order.order_status) == (kept, OrderStatus.PAID)
    assert courses_of(other) == set()
    assert len(courses_of(kept)) == 1
    assert violations() == []


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer")
def test_control_a_payment_without_lock_gives_the_course_to_the_closed_account(
    kept, other, admin, monkeypatch
):
    order = late_order(other)

    def plain(number: str) -> Order:
        return Order.objects.get(out_trade_no=number)

    pay_while_merged(kept, other, admin, order, monkeypatch, plain)

    assert len(courses_of(other)) == 1


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite takes the lock")
def test_a_payment_that_has_read_the_order_without_a_lock_finds_the_kept_account(
    kept, other, admin, monkeypatch
):
    order, record = late_order(other), optimistic._record

    def merged_before(*seen) -> None:
        merge(kept, other, admin)
        record(*seen)

    with monkeypatch.context() as patch:
        patch.setattr(optimistic, "_record", merged_before)
        pay(order)

    order.refresh_from_db()
    assert (order.user, order.order_status) == (kept, OrderStatus.PAID)
    assert courses_of(other) == set()
    assert len(courses_of(kept)) == 1
    assert violations() == []


def test_a_payment_that_comes_during_a_merge_waits_and_finds_the_kept_account(
    kept, other, admin, monkeypatch
):
    order = late_order(other)
    has_locked, is_paid = Event(), Event()
    lock = merging.order_moves.lock

    def lock_and_wait(*ids: int) -> None:
        lock(*ids)
        has_locked.set()
        is_paid.wait(timeout=1)

    def pay_then() -> None:
        assert has_locked.wait(timeout=60)
        pay(order)
        is_paid.set()

    with monkeypatch.context() as patch:
        patch.setattr(merging.order_moves, "lock", lock_and_wait)
        together(lambda: merge(kept, other, admin), pay_then)

    assert courses_of(other) == set()
    assert len(courses_of(kept)) == 1
    assert violations() == []


def test_two_merges_of_the_same_accounts_into_each_other_end_with_one(kept, other, admin):
    factories.EnrollmentFactory(user=kept)
    factories.EnrollmentFactory(user=other)

    def attempt(one, another) -> None:
        with suppress(MergeRefused):
            merge(one, another, admin)

    together(lambda: attempt(kept, other), lambda: attempt(other, kept))

    [left] = User.objects.filter(pk__in=[kept.pk, other.pk], is_active=True)
    assert len(courses_of(left)) == 2


def test_any_two_merges_write_one_common_row_before_all_else(kept, other, admin):
    """On two nodes that is all that makes the second COMMIT fail, whatever each of them moves."""
    user_locks.lock_merges()

    with CaptureQueriesContext(connection) as asked:
        merge(kept, other, admin)

    writes = [row["sql"] for row in asked if row["sql"].split()[0] in ("INSERT", "UPDATE")]
    assert "luffy_sms_gate" in writes[0]
