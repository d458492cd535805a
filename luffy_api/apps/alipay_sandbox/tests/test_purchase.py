"""Page pay, cashier, payment, return and notification, from end to end."""

from decimal import Decimal
from urllib.parse import parse_qsl, urlsplit

import pytest

from luffy_api.apps.alipay_sandbox.models import SandboxNotification, SandboxTrade
from luffy_api.apps.alipay_sandbox.signing import text_of, verify
from luffy_api.apps.alipay_sandbox.tests.merchant import wait_for
from luffy_api.libs.alipay_v1 import TradeState, parse_notification, pay_page_url, query_trade

pytestmark = pytest.mark.django_db(transaction=True)
ORDER = "01JABCDEFGHJKMNPQRSTVWXYZ0"


def pay_url(**changes):
    order = {"out_trade_no": ORDER, "subject": "Python 入门", "total_amount": Decimal("88.00")}
    return pay_page_url(**{**order, **changes})


def test_a_purchase(live, merchant, browser):
    assert query_trade(out_trade_no=ORDER).state is TradeState.NOT_FOUND
    page = browser.enter(pay_url())
    assert page.status == 200
    for words in ("本地测试收银台，不会真实扣款", "Python 入门", "88.00", ORDER, "付款", "取消"):
        assert words in page.text
    assert query_trade(out_trade_no=ORDER).state is TradeState.WAITING

    assert browser.press(page, "pay").status == 302
    wait_for(lambda: merchant.forms)
    notice = parse_notification(merchant.forms[0])
    assert notice.is_paid
    assert notice.out_trade_no == ORDER
    assert notice.total_amount == Decimal("88.00")
    assert merchant.types == ["application/x-www-form-urlencoded; charset=utf-8"]

    status = query_trade(out_trade_no=ORDER)
    assert status.state is TradeState.PAID
    assert status.trade_no == notice.trade_no
    assert len(status.trade_no) == 28
    assert status.paid_at == notice.paid_at
    wait_for(lambda: SandboxNotification.objects.get().delivered_at)


def test_a_purchase_on_a_phone(live, browser):
    page = browser.enter(pay_url(on_phone=True))
    browser.press(page, "pay")
    assert query_trade(out_trade_no=ORDER).state is TradeState.PAID


def test_the_notification_has_alipays_fields(live, merchant, browser):
    browser.press(browser.enter(pay_url()), "pay")
    wait_for(lambda: merchant.forms)
    names = (
        "gmt_create charset gmt_payment notify_time subject sign buyer_id invoice_amount version "
        "notify_id fund_bill_list notify_type out_trade_no total_amount trade_status trade_no "
        "auth_app_id receipt_amount point_amount app_id buyer_pay_amount sign_type seller_id"
    )
    assert {name for name, _ in merchant.forms[0]} == set(names.split())


def test_the_return_url_is_signed(live, browser):
    back = browser.press(browser.enter(pay_url()), "pay").headers["Location"]
    assert back.startswith("http://127.0.0.1:9/pay/success?from=alipay&")
    fields = dict(parse_qsl(urlsplit(back).query))
    assert fields.pop("from") == "alipay"
    assert fields["out_trade_no"] == ORDER
    assert fields["method"] == "alipay.trade.page.pay.return"
    text = text_of(fields, leave_out=("sign", "sign_type"))
    assert verify(text, fields["sign"], live.gateway_public)


def test_the_same_order_finds_the_same_cashier(live, browser):
    first, again = browser.enter(pay_url()), browser.enter(pay_url())
    assert first.url == again.url
    assert SandboxTrade.objects.count() == 1


def test_another_amount_for_the_same_order_is_refused(live, browser):
    browser.enter(pay_url())
    page = browser.open(pay_url(total_amount=Decimal("0.01")))
    assert page.status == 400
    assert "订单金额与之前不一致" in page.text
    assert SandboxTrade.objects.get().total_amount == Decimal("88.00")


def test_a_paid_order_cannot_be_paid_again(live, browser):
    browser.press(browser.enter(pay_url()), "pay")
    page = browser.open(pay_url())
    assert page.status == 400
    assert "已经付过款" in page.text
