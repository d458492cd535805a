"""Native, H5 and JSAPI from order to notification, through the shop's client."""

from dataclasses import asdict
from datetime import timedelta
from decimal import Decimal
from threading import Barrier, Thread
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils import timezone

from luffy_api.apps.wechatpay_sandbox.models import WechatNotification, WechatTrade
from luffy_api.apps.wechatpay_sandbox.tests.conftest import (
    ORDER,
    new_trade,
    path_of,
    wait_for,
)
from luffy_api.libs.wechatpay_v3 import (
    TradeState,
    WechatPayRefused,
    h5_order,
    jsapi_order,
    native_order,
    parse_notification,
    query_trade,
)
from luffy_api.tests.cashier import opened, press

pytestmark = pytest.mark.django_db(transaction=True)
BACK = f"http://127.0.0.1:9/pay/success?out_trade_no={ORDER}"
OPENID = "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"


def test_a_native_purchase(live, merchant):
    assert query_trade(out_trade_no=ORDER).state is TradeState.NOT_FOUND
    url = native_order(new_trade())
    page = Client().get(path_of(url)).content.decode()
    for words in (
        "本地微信支付收银台，不会真实扣款",
        "Python 入门",
        "88.00",
        ORDER,
        "付款",
        "取消",
    ):
        assert words in page
    assert "<script" not in page
    assert query_trade(out_trade_no=ORDER).state is TradeState.WAITING

    assert "付款已完成" in press(url, "pay").content.decode()

    wait_for(lambda: merchant.received)
    notice = parse_notification(*merchant.received[0])
    assert (notice.event_type, notice.out_trade_no) == ("TRANSACTION.SUCCESS", ORDER)
    status = query_trade(out_trade_no=ORDER)
    assert status.state is TradeState.PAID
    assert status.transaction_id == notice.transaction_id
    assert status.total_amount == notice.total_amount == Decimal("88.00")
    assert status.paid_at == notice.paid_at
    wait_for(lambda: WechatNotification.objects.get().delivered_at)


def h5(trade, client_ip="203.0.113.7"):
    return h5_order(trade, client_ip=client_ip, return_url=BACK)


def test_an_h5_buyer_returns_to_the_shop(live):
    url = h5(new_trade())

    back = press(url, "pay")

    assert (back.status_code, back["Location"]) == (302, BACK)
    assert press(h5(new_trade(out_trade_no="OTHER1")), "cancel")["Location"] == BACK


def test_a_jsapi_buyer_pays_at_the_bridge(live):
    parameters = asdict(jsapi_order(new_trade(), openid=OPENID))
    back = "http://127.0.0.1:9/pay/success"
    url = f"{live}/bridge/?{urlencode({**parameters, 'redirect_url': back})}"

    assert press(url, "pay")["Location"] == back

    assert WechatTrade.objects.get().openid == OPENID
    assert query_trade(out_trade_no=ORDER).state is TradeState.PAID


def test_the_bridge_verifies_the_merchants_signature(live):
    parameters = asdict(jsapi_order(new_trade(), openid=OPENID))
    for change in ({"paySign": "AAAA"}, {"package": "prepay_id=x"}, {"signType": "MD5"}):
        page = Client().get(f"/wechatpay/bridge/?{urlencode({**parameters, **change})}")
        assert page.status_code == 400
        assert "支付验证签名失败" in page.content.decode()


def test_the_same_order_finds_the_same_trade_and_another_kind_does_not(live):
    trade = new_trade()
    assert native_order(trade) == native_order(trade)
    for again in (
        lambda: h5(trade),
        lambda: jsapi_order(trade, openid=OPENID),
        lambda: native_order(new_trade(total_amount=Decimal("0.01"))),
        lambda: native_order(new_trade(description="another")),
    ):
        with pytest.raises(WechatPayRefused, match="商户订单号重复"):
            again()
    assert WechatTrade.objects.count() == 1


def test_an_h5_order_may_come_from_another_address_the_second_time(live):
    trade = new_trade()
    assert h5(trade) == h5(trade, client_ip="198.51.100.1")


def test_a_paid_and_a_late_order_cannot_be_opened_again(live):
    trade = new_trade()
    press(native_order(trade), "pay")
    with pytest.raises(WechatPayRefused, match="ORDER_PAID"):
        native_order(trade)
    with pytest.raises(WechatPayRefused, match="ORDER_CLOSED"):
        native_order(
            new_trade(out_trade_no="LATE01", expires_at=timezone.now() - timedelta(seconds=1))
        )


def test_cancelling_leaves_the_trade_waiting(live):
    url = native_order(new_trade())
    assert "已取消付款" in press(url, "cancel").content.decode()
    assert query_trade(out_trade_no=ORDER).state is TradeState.WAITING


def test_a_late_buyer_finds_the_trade_closed(live, merchant):
    url = native_order(new_trade())
    WechatTrade.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert "已经关闭" in Client().get(path_of(url)).content.decode()
    assert query_trade(out_trade_no=ORDER).state is TradeState.CLOSED
    assert merchant.received == []


def test_simultaneous_clicks_pay_once(live, merchant):
    url = native_order(new_trade())
    pages = [opened(url) for _ in range(4)]
    barrier = Barrier(len(pages))

    def click(page):
        from django.db import connections

        barrier.wait()
        try:
            assert page("pay").status_code == 200
        finally:
            connections.close_all()

    clicks = [Thread(target=click, args=[page]) for page in pages]
    for thread in clicks:
        thread.start()
    for thread in clicks:
        thread.join()
    assert WechatNotification.objects.count() == 1
    wait_for(lambda: WechatNotification.objects.get().delivered_at)
    assert len(merchant.received) == 1


def test_the_form_is_protected_against_forgery_and_tokens_cannot_be_guessed(live):
    url = native_order(new_trade())
    stranger = Client(enforce_csrf_checks=True)
    assert stranger.post(path_of(url), {"action": "pay"}).status_code == 403
    for token in ("x", "", "%00", ORDER):
        assert stranger.get(f"/wechatpay/pay/?prepay_id={token}").status_code == 404


def test_a_shops_page_that_is_no_address_is_not_returned_to(live):
    url = native_order(new_trade())
    page = press(f"{url}&redirect_url=javascript:alert(1)", "pay")
    assert page.status_code == 200
    assert "javascript" not in page.content.decode()
