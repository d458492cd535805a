"""Due orders and refunds are asked about several at once, each sort and provider in its turn."""

import time
from contextlib import suppress
from threading import Barrier, BrokenBarrierError, Event, Thread

import pytest
from django.db import connection, transaction
from django.utils import timezone

from luffy_api.apps.order import cancellation, selectors, tasks
from luffy_api.apps.order.models import Order, PayType, Refund, RefundStatus
from luffy_api.apps.order.payment import due_rows, order_sorts, reconciliation, refunds, slots
from luffy_api.apps.order.payment.retry_schedule import LEASE
from luffy_api.apps.order.states import OrderStatus
from luffy_api.tests.busy_gateway import Clerk, due_orders
from luffy_api.tests.races import at_once
from luffy_api.tests.refunding import sold

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("no_violations")]


def asked(gateway) -> list[str]:
    """The trades about which a gateway was asked, in the order of the questions."""
    return [number for verb, number in gateway.asked if verb == "query" and number]


def numbers(orders) -> list[str]:
    return [order.out_trade_no for order in orders]


def still_due(orders) -> list[str]:
    """The numbers of those that are due exactly as they were."""
    found = {order.pk: order.next_query_at for order in Order.objects.all()}
    return [order.out_trade_no for order in orders if found[order.pk] == order.next_query_at]


def test_many_are_asked_about_at_once_and_never_more_than_allowed(settings, fake_gateway):
    settings.GATEWAY_CONCURRENCY = 4
    orders = due_orders(24, pay_type=fake_gateway.peer.pay_type)
    clerk = Clerk(fake_gateway, seconds=0.05)

    answered = reconciliation.reconcile()

    assert answered == 24
    assert sorted(asked(fake_gateway)) == sorted(numbers(orders))
    assert clerk.most_at_once == 4


def test_two_batches_of_one_process_share_what_is_allowed(settings, fake_alipay):
    settings.GATEWAY_CONCURRENCY = 3
    open_ones = due_orders(12)
    expired = due_orders(12, expires_at=timezone.now())
    clerk = Clerk(fake_alipay, seconds=0.05)

    at_once(reconciliation.reconcile, cancellation.close_expired)

    assert sorted(asked(fake_alipay)) == sorted(numbers(open_ones + expired))
    assert clerk.most_at_once == 3
    # And neither waits for the end of the other.
    kinds = [number in numbers(expired) for number in asked(fake_alipay)]
    assert len(set(kinds[:12])) == len(set(kinds[12:])) == 2


def test_rival_batches_ask_about_each_order_once(settings, fake_alipay):
    settings.GATEWAY_CONCURRENCY = 2
    orders = due_orders(30)
    Clerk(fake_alipay, seconds=0.01)

    assert at_once(*[reconciliation.reconcile] * 3) == ["done"] * 3

    assert sorted(asked(fake_alipay)) == sorted(numbers(orders))


def test_rows_that_somebody_has_locked_for_a_moment_are_asked_about_all_the_same(fake_alipay):
    orders = due_orders(3)
    locked = Event()

    def look_at_them() -> None:
        with transaction.atomic():
            list(Order.objects.select_for_update())
            locked.set()
            time.sleep(due_rows.CLAIM_PAUSE)
        connection.close()

    rival = Thread(target=look_at_them)
    rival.start()
    locked.wait()
    reconciliation.reconcile()
    rival.join()

    assert sorted(asked(fake_alipay)) == sorted(numbers(orders))


def test_control_without_claims_rivals_ask_more_than_once(settings, fake_alipay, monkeypatch):
    settings.GATEWAY_CONCURRENCY = 2
    due_orders(30)
    Clerk(fake_alipay, seconds=0.01)
    monkeypatch.setattr(due_rows.locks, "lock_due", LockNothing(rivals=3))

    at_once(*[reconciliation.reconcile] * 3)

    assert len(asked(fake_alipay)) > 30


class LockNothing:
    """The first time rivals see the same rows, and then claim them one after the other."""

    def __init__(self, *, rivals: int) -> None:
        self._together = Barrier(rivals)

    def __call__(self, due, *, limit):
        rows = {row.pk: row.next_query_at for row in due[:limit]}
        with connection.cursor() as cursor:
            cursor.execute("COMMIT")
            with suppress(BrokenBarrierError):
                time.sleep(0.1 * self._together.wait(timeout=1))
                self._together.abort()
            cursor.execute("BEGIN")
        return rows


def test_a_claim_is_committed_before_the_gateway_is_asked(fake_alipay):
    due_orders(3)
    seen = []

    def look() -> None:
        try:
            seen.append(Order.objects.filter(next_query_at__gt=timezone.now()).count())
        finally:
            connection.close()

    Clerk(fake_alipay, seconds=0, also=look)
    reconciliation.reconcile()

    assert len(seen) == 3
    assert min(seen) > 0


def test_the_longest_due_are_asked_about_first(settings, fake_alipay):
    settings.GATEWAY_CONCURRENCY = 1
    orders = due_orders(9)

    reconciliation.reconcile()

    assert asked(fake_alipay) == numbers(orders)


def test_no_sort_of_rows_waits_for_the_end_of_another(settings, fake_alipay):
    settings.GATEWAY_CONCURRENCY = 1
    refund = processing(sold(fake_alipay, "30.00"))
    crowd = due_orders(20)
    cancelled = due_orders(2, order_status=OrderStatus.CANCELLED)

    reconciliation.reconcile()

    refund.refresh_from_db()
    assert refund.status == RefundStatus.REFUNDED
    assert set(numbers(cancelled)) < set(asked(fake_alipay)[:6])
    assert sorted(asked(fake_alipay)) == sorted(numbers(crowd + cancelled))


def processing(order: Order) -> Refund:
    """A refund that is due, because its process died before it asked."""
    staff = Refund.Origin.STAFF
    refund = refunds._start(order.out_trade_no, None, None, None, "退课", staff, None, None)
    Refund.objects.filter(pk=refund.pk).update(next_query_at=timezone.now())
    return refund


def test_rival_batches_refund_once(settings, fake_gateway):
    settings.GATEWAY_CONCURRENCY = 3
    made = [processing(sold(fake_gateway, "30.00")) for _ in range(6)]
    Clerk(fake_gateway, seconds=0.01)

    at_once(*[reconciliation.reconcile] * 3)

    sent = [list(trade.refunds) for trade in fake_gateway.trades.values()]
    assert sorted(sent) == sorted([refund.out_request_no] for refund in made)


def test_a_provider_that_hangs_delays_no_other(settings, fake_alipay, fake_wechatpay):
    settings.ALIPAY = {**settings.ALIPAY, "TIMEOUT": 0.2}
    hanging = due_orders(12)
    served = due_orders(12, pay_type=PayType.WECHAT)
    Clerk(fake_alipay, seconds=0.5)

    answered = reconciliation.reconcile()

    # Three failures in a row, one after the other, end the lane of the one that hangs …
    assert answered == 12
    assert sorted(asked(fake_wechatpay)) == sorted(numbers(served))
    assert Order.objects.filter(query_failures=1).count() == 3
    # … and what was claimed there and not asked about is due as before.
    assert still_due(hanging) == numbers(hanging)[3:]


def test_a_gateway_that_stops_answering_frees_all_slots_at_once(settings, fake_alipay):
    settings.ALIPAY = {**settings.ALIPAY, "TIMEOUT": 0.3}
    settings.GATEWAY_CONCURRENCY = 4
    orders = due_orders(40)
    clerk = Clerk(fake_alipay, seconds=0.01)
    clerk.also = lambda: setattr(clerk, "seconds", 0.6 if len(clerk.began) > 12 else 0.01)

    answered = reconciliation.reconcile()

    failed = Order.objects.filter(query_failures=1).count()
    assert 3 <= failed <= 3 + 4
    assert len(still_due(orders)) == 40 - answered - failed
    fake_alipay.next_mode = lambda: "fine"
    assert reconciliation.reconcile() == 40 - answered - failed


def test_orders_with_trades_at_two_providers_have_a_lane_of_their_own(
    settings, fake_alipay, fake_wechatpay
):
    settings.ALIPAY = {**settings.ALIPAY, "TIMEOUT": 0.1}
    mixed = due_orders(4, pay_type=PayType.WECHAT, trade_count=2)
    for order in mixed:
        order.earlier_trades.create(pay_type=PayType.ALIPAY, number=order.out_trade_no)
    served = due_orders(8, pay_type=PayType.WECHAT)
    Clerk(fake_alipay, seconds=0.3)

    reconciliation.reconcile()

    assert set(numbers(served)) < set(asked(fake_wechatpay))
    assert Order.objects.filter(query_failures=1).count() == 3


def test_a_row_that_cannot_be_processed_stops_no_other(settings, fake_alipay, monkeypatch):
    settings.GATEWAY_CONCURRENCY = 1
    orders = due_orders(6)
    query = reconciliation.services.query_and_record

    def query_or_fail(order, **options):
        if order.pk == orders[0].pk:
            raise ZeroDivisionError
        return query(order, **options)

    monkeypatch.setattr(reconciliation.services, "query_and_record", query_or_fail)

    with pytest.raises(ZeroDivisionError):
        reconciliation.reconcile()

    assert asked(fake_alipay) == numbers(orders[1:])


def test_what_a_dead_process_has_claimed_is_due_after_the_lease(fake_alipay, time_machine):
    orders = due_orders(3)
    sort = order_sorts.sort(selectors.open_orders_due, reconciliation._query)
    assert len(due_rows._claimed(sort, PayType.ALIPAY, limit=2)) == 2
    assert reconciliation.reconcile() == 1

    time_machine.move_to(timezone.now() + LEASE)

    assert reconciliation.reconcile() == 3
    assert len(set(asked(fake_alipay))) == len(orders)


def test_a_claim_that_has_waited_for_too_long_is_left_to_the_next(fake_alipay, time_machine):
    due_orders(2)
    Clerk(fake_alipay, seconds=0, also=lambda: time_machine.move_to(timezone.now() + LEASE / 2))

    reconciliation.reconcile()

    assert len(asked(fake_alipay)) == 1


def test_it_goes_on_without_threads(fake_alipay, fake_wechatpay, no_threads, monkeypatch):
    orders = due_orders(5)
    others = due_orders(5, pay_type=PayType.WECHAT)
    start = Thread.start

    def refuse_ours(thread: Thread) -> None:
        if thread._target.__self__.__class__.__name__ == "Context":
            raise RuntimeError("can't start new thread")
        start(thread)

    # The gateways, which run in this process, may start theirs.
    monkeypatch.setattr(Thread, "start", refuse_ours)

    assert reconciliation.reconcile() == 10

    assert sorted(asked(fake_alipay) + asked(fake_wechatpay)) == sorted(numbers(orders + others))


def test_a_batch_that_is_under_way_here_is_offered_to_other_processes(monkeypatch):
    offers = []
    monkeypatch.setattr(tasks.share_batch, "schedule", lambda *args, **how: offers.append(how))
    ran = []
    monkeypatch.setitem(tasks.BATCHES, "reconcile_payments", lambda **how: ran.append(how))

    with tasks._at_work["reconcile_payments"]:
        tasks.share_batch.call_local("reconcile_payments", tasks._process)
        tasks.share_batch.call_local("reconcile_payments", "another process")
        tasks.reconcile_payments.call_local()
    assert (offers, ran) == ([{"delay": tasks.OFFER_SECONDS}], [])

    tasks.share_batch.call_local("reconcile_payments", "another process")
    assert len(ran) == 1


def test_more_than_one_process_can_do_is_told_once(settings, fake_alipay):
    settings.GATEWAY_CONCURRENCY = 2
    told = []
    few = due_orders(2)
    reconciliation.reconcile(on_backlog=lambda: told.append("few"))
    assert sorted(asked(fake_alipay)) == sorted(numbers(few))

    due_orders(30)
    reconciliation.reconcile(on_backlog=lambda: told.append("many"))

    assert told == ["many"]


def test_slots_are_given_in_the_order_of_arrival():
    place = slots.Slots(1)
    assert place.acquire(timeout=0)
    served: list[int] = []

    def take(number: int) -> None:
        assert place.acquire(timeout=10)
        served.append(number)
        place.release()

    threads = [Thread(target=take, args=[number]) for number in range(5)]
    for number, thread in enumerate(threads, start=1):
        thread.start()
        while len(place._waiting) < number:
            pass
    assert not place.acquire(timeout=0.01)
    place.release()
    for thread in threads:
        thread.join()

    assert served == [0, 1, 2, 3, 4]
    assert place.acquire(timeout=0)
