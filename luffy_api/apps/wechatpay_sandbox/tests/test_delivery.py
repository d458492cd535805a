"""Retries, leases and what counts as an answer."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connections, transaction
from django.utils import timezone

from luffy_api.apps.wechatpay_sandbox import answers, delivery
from luffy_api.apps.wechatpay_sandbox.models import TradeState, WechatNotification, WechatTrade
from luffy_api.apps.wechatpay_sandbox.notifications import enqueue
from luffy_api.apps.wechatpay_sandbox.services import pay_trade
from luffy_api.apps.wechatpay_sandbox.tasks import deliver_wechat_sandbox_notifications
from luffy_api.apps.wechatpay_sandbox.tests.conftest import wait_for
from luffy_api.libs.wechatpay_v3 import parse_notification

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("deliveries")]


@pytest.fixture
def trade(sandbox, merchant):
    return WechatTrade.objects.create(
        out_trade_no="01JABC",
        trade_type="NATIVE",
        description="课程",
        total=990,
        notify_url=merchant.url,
    )


@pytest.fixture
def message(trade, monkeypatch):
    """A notification of a payment that nobody has tried to deliver yet."""
    trade.state, trade.paid_at, trade.openid = TradeState.SUCCESS, timezone.now(), "o1"
    with monkeypatch.context() as patched:
        patched.setattr(delivery, "_deliver_and_close_connections", lambda pk: None)
        enqueue(
            trade=trade,
            event_type="TRANSACTION.SUCCESS",
            url=trade.notify_url,
            plain=answers.trade_content(trade),
        )
    return WechatNotification.objects.get()


def test_it_is_repeated_and_signed_anew_until_the_answer_is_a_success(message, merchant):
    merchant.statuses = [500, 401, 302, 201, 200]
    while delivery.deliver(message.pk):
        pass
    message.refresh_from_db()
    assert (message.attempts, message.next_attempt_at) == (5, None)
    assert message.delivered_at
    notices = [parse_notification(*each) for each in merchant.received]
    assert {notice.event_id for notice in notices} == {message.event_id}
    assert len({headers["Wechatpay-Signature"] for headers, _ in merchant.received}) == 5


def test_a_silent_merchant_is_tried_again(message):
    WechatNotification.objects.update(url="http://127.0.0.1:9/")
    delivery.deliver(message.pk)
    message.refresh_from_db()
    assert message.last_answer == "ConnectionRefusedError"
    assert message.next_attempt_at


def test_the_delays_are_wechats_scaled(message, merchant, settings):
    settings.WECHATPAY_SANDBOX = {**settings.WECHATPAY_SANDBOX, "RETRY_SCALE": 1}
    for seconds in (15, 15, 30, 180, 600):
        merchant.statuses = [500]
        WechatNotification.objects.update(next_attempt_at=timezone.now())
        assert delivery.deliver(message.pk)
        assert not delivery.deliver(message.pk)
        message.refresh_from_db()
        wait = message.next_attempt_at - timezone.now()
        assert timedelta(seconds=seconds - 5) < wait <= timedelta(seconds=seconds)
    assert sum(delivery.DELAYS_SECONDS) == 24 * 3600 + 4 * 60


def test_after_the_last_delay_it_gives_up(message, merchant):
    merchant.statuses = [500] * 20
    while delivery.deliver_due():
        pass
    message.refresh_from_db()
    assert message.attempts == len(merchant.received) == 16
    assert message.next_attempt_at is None


def test_two_deliverers_never_make_the_same_attempt(message, merchant, settings):
    settings.WECHATPAY_SANDBOX = {**settings.WECHATPAY_SANDBOX, "RETRY_SCALE": 1}
    merchant.statuses = [500]
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
    assert len(merchant.received) == 1


def test_nothing_is_sent_before_the_payment_is_committed(trade, merchant):
    with transaction.atomic():
        pay_trade(trade=trade)
        assert merchant.received == []
    wait_for(lambda: WechatNotification.objects.get().delivered_at)


def test_a_payment_that_is_rolled_back_sends_nothing(trade, deliveries):
    with transaction.atomic():
        pay_trade(trade=trade)
        transaction.set_rollback(True)
    assert deliveries == []
    assert not WechatNotification.objects.exists()


def test_the_periodic_task_delivers_and_a_message_can_be_sent_again(message, merchant):
    deliver_wechat_sandbox_notifications.call_local()
    assert len(merchant.received) == 1
    delivery.send_again(message.pk)
    wait_for(lambda: len(merchant.received) == 2)
    wait_for(lambda: WechatNotification.objects.get().delivered_at)


def test_without_a_thread_the_message_stays_due(message, no_threads):
    with no_threads():
        delivery.deliver_soon(message.pk)
    assert delivery.deliver_due() == 1
