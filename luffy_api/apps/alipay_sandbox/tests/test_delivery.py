"""Retries, leases and what counts as an answer."""

from datetime import timedelta
from decimal import Decimal
from threading import Barrier, Thread

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from luffy_api.apps.alipay_sandbox import delivery
from luffy_api.apps.alipay_sandbox.models import SandboxNotification, SandboxTrade, TradeStatus
from luffy_api.apps.alipay_sandbox.notifications import enqueue, signed_body
from luffy_api.apps.alipay_sandbox.services import pay_trade
from luffy_api.apps.alipay_sandbox.tests.merchant import wait_for
from luffy_api.libs.alipay_v1 import parse_notification

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("deliveries")]


@pytest.fixture
def trade(sandbox, merchant):
    return SandboxTrade.objects.create(
        out_trade_no="01JABC", subject="课程", total_amount=Decimal("9.90"), notify_url=merchant.url
    )


@pytest.fixture
def message(trade):
    trade.status, trade.paid_at = TradeStatus.PAID, timezone.now()
    return SandboxNotification.objects.create(trade=trade, body=signed_body(trade))


def test_it_is_repeated_until_the_answer_is_success(message, merchant):
    merchant.replies = [(200, b"failed"), (500, b"success"), (200, b'"success"')]
    while delivery.deliver(message.pk):
        pass
    message.refresh_from_db()
    assert message.attempts == 4
    assert message.delivered_at
    assert message.next_attempt_at is None
    assert len(merchant.forms) == 4
    assert all(parse_notification(form).is_paid for form in merchant.forms)


@pytest.mark.any_database
@pytest.mark.parametrize("reply", [b"", b"Success", b"success\n", b" success", b"success\x00"])
def test_only_the_seven_bytes_count(message, merchant, reply):
    merchant.replies = [(200, reply)]
    delivery.deliver(message.pk)
    message.refresh_from_db()
    assert message.delivered_at is None
    assert message.last_answer.startswith("200")


@pytest.mark.any_database
@pytest.mark.parametrize("status", [201, 301, 302, 307, 404])
def test_other_statuses_do_not_count_and_redirects_are_not_followed(message, merchant, status):
    merchant.replies = [(status, b"success")]
    delivery.deliver(message.pk)
    message.refresh_from_db()
    assert message.delivered_at is None
    assert len(merchant.forms) == 1


def test_a_silent_merchant_is_tried_again(message, trade):
    SandboxTrade.objects.update(notify_url="http://127.0.0.1:9/")
    delivery.deliver(message.pk)
    message.refresh_from_db()
    assert message.last_answer == "ConnectionRefusedError"
    assert message.next_attempt_at


def test_the_delays_are_alipays_scaled(message, merchant, settings):
    settings.ALIPAY_SANDBOX = {**settings.ALIPAY_SANDBOX, "RETRY_SCALE": 1}
    for seconds in (240, 600, 600, 3600, 7200, 21600, 54000):
        merchant.replies = [(200, b"failed")]
        SandboxNotification.objects.update(next_attempt_at=timezone.now())
        assert delivery.deliver(message.pk)
        assert not delivery.deliver(message.pk)
        message.refresh_from_db()
        wait = message.next_attempt_at - timezone.now()
        assert timedelta(seconds=seconds - 5) < wait <= timedelta(seconds=seconds)


def test_after_the_last_delay_it_gives_up(message, merchant):
    merchant.replies = [(200, b"failed")] * 9
    while delivery.deliver_due():
        pass
    message.refresh_from_db()
    assert message.attempts == len(merchant.forms) == 8
    assert message.next_attempt_at is None


def test_two_deliverers_never_make_the_same_attempt(message, merchant, settings):
    settings.ALIPAY_SANDBOX = {**settings.ALIPAY_SANDBOX, "RETRY_SCALE": 1}
    merchant.replies = [(200, b"failed")]
    barrier = Barrier(4)
    made = []

    def attempt():
        barrier.wait()
        try:
            made.append(delivery.deliver_due())
        finally:
            connections.close_all()

    threads = [Thread(target=attempt) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(made) == 1
    assert len(merchant.forms) == 1


def test_a_running_attempt_is_not_due(message):
    assert delivery._claim(message)
    assert delivery.deliver_due() == 0


def test_nothing_is_sent_before_the_payment_is_committed(trade, merchant):
    with transaction.atomic():
        pay_trade(trade=trade)
        assert connection.in_atomic_block
        assert merchant.forms == []
    wait_for(lambda: SandboxNotification.objects.get().delivered_at)


def test_a_payment_that_is_rolled_back_sends_nothing(trade, merchant, deliveries):
    with transaction.atomic():
        pay_trade(trade=trade)
        transaction.set_rollback(True)
    assert deliveries == []
    assert not SandboxNotification.objects.exists()


def test_a_merchant_without_a_notify_url_gets_no_notification(trade):
    trade.notify_url = ""
    enqueue(trade=trade)
    assert not SandboxNotification.objects.exists()


def test_the_periodic_task_delivers(message, merchant):
    from luffy_api.apps.alipay_sandbox.tasks import deliver_sandbox_notifications

    deliver_sandbox_notifications.call_local()
    assert len(merchant.forms) == 1


def test_a_delivered_message_can_be_sent_again(message, merchant):
    delivery.deliver(message.pk)
    delivery.send_again(message.pk)
    wait_for(lambda: len(merchant.forms) == 2)
    wait_for(lambda: SandboxNotification.objects.get().delivered_at)
    assert merchant.forms[0] == merchant.forms[1]


def test_without_a_thread_the_message_stays_due(message, no_threads):
    with no_threads():
        delivery.deliver_soon(message.pk)
    assert delivery.deliver_due() == 1
