"""Decisions about one request at the same moment, with real threads; each has a control."""

from collections import Counter
from decimal import Decimal
from inspect import unwrap
from threading import Barrier, Event
from types import SimpleNamespace
from typing import Any

import pytest

from luffy_api.apps.order.models import Order, Refund, RefundQuerySet, RefundStatus
from luffy_api.apps.order.payment import refund_requests, waiting_requests
from luffy_api.tests.factories import UserFactory
from luffy_api.tests.races import at_once, without_locks
from luffy_api.tests.refunding import deliver
from luffy_api.tests.violations import violations

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 8


def request(order: Order) -> Refund:
    return refund_requests.request_refund(
        user_id=order.user_id, out_trade_no=order.out_trade_no, reason="退课"
    )


def test_staff_who_approve_together_refund_once(fake_alipay, order):
    refund, staff = request(order), UserFactory()
    act = lambda: refund_requests.approve(refund_id=refund.pk, staff=staff)  # noqa: E731

    results = at_once(*[act] * THREADS)

    assert Counter(results) == {"done": 1, "RefundDecided": THREADS - 1}
    assert fake_alipay.trades[order.out_trade_no].refunds == {refund.out_request_no: 99}
    assert violations() == []


def test_control_without_condition_many_approve(fake_alipay, order, monkeypatch):
    refund, staff, together = request(order), UserFactory(), Barrier(THREADS)

    def unguarded(rows: RefundQuerySet, *, to: RefundStatus, **fields: Any) -> int:
        if to != RefundStatus.PROCESSING:
            return rows.update(status=to, **fields)
        asked = rows.filter(status=RefundStatus.REQUESTED).exists()
        together.wait(timeout=30)
        return rows.update(status=to, **fields) if asked else 0

    monkeypatch.setattr(RefundQuerySet, "transition", unguarded)
    without_locks(monkeypatch, "lock_order")
    act = lambda: unwrap(refund_requests._approve)(refund.pk, staff, "")  # noqa: E731

    assert at_once(*[act] * THREADS) == ["done"] * THREADS


def test_an_approval_beside_a_withdrawal(fake_alipay, order):
    """Either it is withdrawn and no money moves, or it is approved and nothing is withdrawn."""
    refund, staff, withdrawn = request(order), UserFactory(), []
    mine = {"user_id": order.user_id, "out_trade_no": order.out_trade_no}

    approved, _ = at_once(
        lambda: refund_requests.approve(refund_id=refund.pk, staff=staff),
        lambda: withdrawn.append(refund_requests.withdraw(**mine)),
    )

    moved = fake_alipay.trades[order.out_trade_no].refunded
    outcome = (approved, withdrawn, Refund.objects.count(), moved)
    assert outcome in [
        ("done", [0], 1, 99),
        ("RefundNotFound", [1], 0, 0),
        ("RefundDecided", [1], 0, 0),
    ]


def withdraw(order: Order) -> int:
    return refund_requests.withdraw(user_id=order.user_id, out_trade_no=order.out_trade_no)


def approve(refund: Refund) -> Refund:
    return refund_requests.approve(refund_id=refund.pk, staff=UserFactory(), answer="好的")


def reject(refund: Refund) -> Refund:
    return refund_requests.reject(refund_id=refund.pk, staff=UserFactory(), answer="已看完")


def test_a_rejection_beside_a_withdrawal(fake_alipay, order):
    """Either it is withdrawn, or it is rejected and its student can read why."""
    for _ in range(4):
        refund, withdrawn = request(order), []

        rejected, _ = at_once(
            lambda refund=refund: reject(refund),
            lambda withdrawn=withdrawn: withdrawn.append(withdraw(order)),
        )

        kept = list(Refund.objects.filter(pk=refund.pk).values_list("status", "answer"))
        assert (rejected, withdrawn, kept) in [
            ("done", [0], [(RefundStatus.REJECTED, "已看完")]),
            ("RefundNotFound", [1], []),
        ]


@pytest.mark.parametrize("decide", [approve, reject])
def test_control_without_the_lock_what_was_decided_is_deleted(
    fake_alipay, order, monkeypatch, decide
):
    refund, looked, decided = request(order), Event(), Event()
    delete = RefundQuerySet.delete

    def look_and_wait(rows: RefundQuerySet) -> tuple[int, dict[str, int]]:
        found = [each.pk for each in rows]
        looked.set()
        decided.wait(timeout=30)
        return delete(Refund.objects.filter(pk__in=found))

    def decide_meanwhile() -> None:
        looked.wait(timeout=30)
        decide(refund)
        decided.set()

    monkeypatch.setattr(RefundQuerySet, "delete", look_and_wait)
    without_locks(monkeypatch, "lock_order")
    monkeypatch.setattr(refund_requests, "withdraw", unwrap(refund_requests.withdraw))

    assert at_once(lambda: withdraw(order), decide_meanwhile) == ["done", "done"]

    moved = fake_alipay.trades[order.out_trade_no].refunded
    assert (Refund.objects.count(), moved) == (0, 99 if decide is approve else 0)


def test_staff_who_decide_differently_together(fake_alipay, order):
    refund = request(order)
    acts = [lambda: approve(refund), lambda: reject(refund)] * (THREADS // 2)

    results = at_once(*acts)

    assert Counter(results) == {"done": 1, "RefundDecided": THREADS - 1}
    refund.refresh_from_db()
    first = results.index("done") % 2
    moved = fake_alipay.trades[order.out_trade_no].refunded
    assert (refund.status, refund.answer, moved) == [
        (RefundStatus.REFUNDED, "好的", 99),
        (RefundStatus.REJECTED, "已看完", 0),
    ][first]
    assert violations() == []


def test_control_without_condition_both_decide(fake_alipay, order, monkeypatch):
    refund, together = request(order), Barrier(2)

    def unguarded(rows: RefundQuerySet, *, to: RefundStatus, **fields: Any) -> int:
        asked = rows.filter(status=RefundStatus.REQUESTED).exists()
        together.wait(timeout=30)
        return rows.update(status=to, **fields) if asked else 0

    monkeypatch.setattr(RefundQuerySet, "transition", unguarded)
    without_locks(monkeypatch, "lock_order")
    staff = UserFactory()

    results = at_once(
        lambda: unwrap(refund_requests._approve)(refund.pk, staff, ""),
        lambda: unwrap(refund_requests.reject)(refund_id=refund.pk, staff=staff, answer=""),
    )

    assert results == ["done", "done"]


def test_an_approval_beside_a_refund_in_the_console(fake_alipay, order):
    """No more goes back than was paid, and no request is left that nobody can agree to."""
    refund, other = request(order), UserFactory()
    assert fake_alipay.refund(order.out_trade_no, 60)

    approved, _ = at_once(
        lambda: refund_requests.approve(refund_id=refund.pk, staff=other),
        lambda: deliver(fake_alipay, order),
    )

    assert approved == "done"
    refund.refresh_from_db()
    assert (refund.status, refund.amount) in [
        (RefundStatus.FAILED, 99),  # the gateway has 39 left
        (RefundStatus.REFUNDED, 39),
    ]
    assert violations() == []


def test_control_without_the_lock_an_amount_changes_after_its_approval(
    fake_alipay, order, monkeypatch
):
    # Given 60 yuan that go back in the console, in a transaction that nobody else sees yet
    refund, looked, decided = request(order), Event(), Event()
    assert fake_alipay.refund(order.out_trade_no, 60)
    unseen = SimpleNamespace(refunded_amount=lambda payment: Decimal(60))
    monkeypatch.setattr(waiting_requests, "refund_amounts", unseen)
    lower = waiting_requests._lower

    def look_and_wait(*args: Any) -> None:
        looked.set()
        decided.wait(timeout=30)
        lower(*args)

    def approve_meanwhile() -> None:
        looked.wait(timeout=30)
        approve(refund)
        decided.set()

    monkeypatch.setattr(waiting_requests, "_lower", look_and_wait)
    without_locks(monkeypatch, "lock_order")

    # When the request is lowered without the lock while somebody agrees to it
    results = at_once(lambda: waiting_requests.fit_to_rest(refund.payment), approve_meanwhile)

    # Then the books say another amount than the gateway was asked for
    refund.refresh_from_db()
    assert results == ["done", "done"]
    assert (refund.status, refund.amount) == (RefundStatus.FAILED, 39)
