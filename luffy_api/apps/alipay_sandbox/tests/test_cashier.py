"""The cashier page: double clicks, cancelling, late buyers and forged requests."""

from datetime import timedelta
from decimal import Decimal
from threading import Barrier, Thread

import pytest
from django.utils import timezone

from luffy_api.apps.alipay_sandbox.models import SandboxNotification, SandboxTrade
from luffy_api.apps.alipay_sandbox.tests.merchant import Browser, wait_for
from luffy_api.libs.alipay_v1 import TradeState, pay_page_url, query_trade

pytestmark = pytest.mark.django_db(transaction=True)
ORDER = "01JABCDEFGHJKMNPQRSTVWXYZ0"


def pay_url(**changes):
    order = {"out_trade_no": ORDER, "subject": "Python 入门", "total_amount": Decimal("88.00")}
    return pay_page_url(**{**order, **changes})


def test_two_simultaneous_clicks_pay_once(live, merchant, browser):
    page = browser.enter(pay_url())
    barrier = Barrier(4)
    seen = []

    def click():
        buyer = Browser(browser.jar)
        barrier.wait()
        seen.append(buyer.press(page, "pay"))

    clicks = [Thread(target=click) for _ in range(4)]
    for thread in clicks:
        thread.start()
    for thread in clicks:
        thread.join()
    assert [answer.status for answer in seen] == [302] * 4
    assert SandboxNotification.objects.count() == 1
    wait_for(lambda: SandboxNotification.objects.get().delivered_at)
    assert len(merchant.forms) == 1


def test_cancelling_leaves_the_trade_waiting(live, merchant, browser):
    page = browser.enter(pay_url())
    cancelled = browser.press(page, "cancel")
    assert "已取消付款，订单仍保留" in cancelled.text
    assert 'href="http://127.0.0.1:9/"' in cancelled.text
    assert query_trade(out_trade_no=ORDER).state is TradeState.WAITING
    assert browser.press(page, "pay").status == 302


def test_a_late_buyer_finds_the_trade_closed(live, merchant, browser):
    page = browser.enter(pay_url(expires_at=timezone.now() + timedelta(minutes=5)))
    assert "付款期限" in page.text
    SandboxTrade.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    closed = browser.press(page, "pay")
    assert "这笔交易已经关闭" in closed.text
    assert query_trade(out_trade_no=ORDER).state is TradeState.CLOSED
    assert "已经关闭" in browser.open(pay_url()).text
    assert not SandboxNotification.objects.exists()


def test_an_order_that_is_late_when_it_comes_is_refused(live, browser):
    page = browser.open(pay_url(expires_at=timezone.now() - timedelta(seconds=1)))
    assert page.status == 400
    assert "已经关闭" in page.text


def test_the_form_is_protected_against_forgery(live, browser):
    page = browser.enter(pay_url())
    assert Browser().open(page.url, {"action": "pay"}).status == 403
    assert SandboxTrade.objects.get().status == "WAIT_BUYER_PAY"


@pytest.mark.parametrize("token", ["x", "1", "A" * 32, "..%2F..", "%00"])
def test_a_guessed_cashier_is_not_found(live, browser, token):
    page = browser.enter(pay_url())
    assert browser.open(page.url.replace(page.url.split("/")[-2], token)).status == 404


def test_texts_are_escaped_and_no_script_or_style_is_inline(live, browser):
    page = browser.enter(pay_url(subject="<script>alert(1)<b onclick='x'>"))
    assert "<script" not in page.text
    assert "<b onclick" not in page.text
    assert "style=" not in page.text
    assert "<style" not in page.text
