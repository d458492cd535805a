"""An order whose student changes the way to pay, over real HTTP."""

from datetime import timedelta
from decimal import Decimal
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from luffy_api.apps.order.amounts import with_amounts
from luffy_api.apps.order.models import (
    EarlierTrade,
    Order,
    OrderPayment,
    PayType,
)
from luffy_api.apps.order.states import OrderStatus
from luffy_api.apps.wechatpay_sandbox.models import WechatTrade
from luffy_api.tests.buyer import pay_at_cashier, wait_until
from luffy_api.tests.cashier import press
from luffy_api.tests.paying import ALIPAY, WECHAT, paid, pay_again, place
from luffy_api.tests.violations import violations

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("local_gateways")]


def test_the_other_trade_is_closed_before_the_way_is_changed(student_api):
    answer = place(student_api)
    first = answer["qr_code"]

    again = pay_again(student_api, answer["out_trade_no"], {"pay_type": ALIPAY}).json()

    assert (again["pay_method"], again["data"]["pay_type"]) == ("page", ALIPAY)
    assert WechatTrade.objects.get().state == "CLOSED"
    assert (
        "已经关闭"
        in Client().get(urlsplit(first).path + "?" + urlsplit(first).query).content.decode()
    )
    assert not EarlierTrade.objects.get().is_open
    pay_at_cashier(again["pay_url"])
    order = paid(answer["out_trade_no"])
    assert (order.pay_type, order.trade_count) == (PayType.ALIPAY, 2)


def test_back_and_forth_every_cashier_works_and_the_last_one_is_paid(student_api):
    number = place(student_api)["out_trade_no"]
    for body in ({"pay_type": ALIPAY}, {"pay_type": WECHAT}, {"device": "phone"}):
        answer = pay_again(student_api, number, body)
        assert answer.status_code == 200, answer.json()

    press(answer.json()["pay_url"])

    assert paid(number).trade_number == f"{number}_4"
    assert OrderPayment.objects.count() == 1


def test_the_same_way_again_is_the_same_trade(student_api):
    answer = place(student_api)
    again = pay_again(student_api, answer["out_trade_no"]).json()
    assert again["qr_code"] == answer["qr_code"]
    assert WechatTrade.objects.count() == 1
    assert not EarlierTrade.objects.exists()


def test_what_was_paid_meanwhile_is_recorded_instead_of_changed(student_api, settings):
    settings.WECHATPAY = {**settings.WECHATPAY, "NOTIFY_URL": "http://127.0.0.1:9/"}
    answer = place(student_api)
    press(answer["qr_code"])
    Order.objects.update(queried_at=timezone.now())

    again = pay_again(student_api, answer["out_trade_no"], {"pay_type": ALIPAY})

    assert again.status_code == 409
    assert Order.objects.get().order_status == OrderStatus.PAID
    assert Order.objects.get().pay_type == PayType.WECHAT


def test_nothing_is_changed_while_the_first_provider_is_silent(student_api, settings):
    answer = place(student_api)
    whole = settings.WECHATPAY
    settings.WECHATPAY = {**whole, "GATEWAY_URL": "http://127.0.0.1:9/wechatpay"}

    assert pay_again(student_api, answer["out_trade_no"], {"pay_type": ALIPAY}).status_code == 503

    settings.WECHATPAY = whole
    again = pay_again(student_api, answer["out_trade_no"], {"pay_type": ALIPAY})
    assert again.status_code == 200
    assert WechatTrade.objects.get().state == "CLOSED"


def test_both_trades_paid_is_a_second_payment_that_is_due_back(student_api):
    """A cashier of Alipay that nobody had opened yet cannot be closed: its address still works."""
    answer = place(student_api, ALIPAY)
    again = pay_again(student_api, answer["out_trade_no"], {"pay_type": WECHAT}).json()
    assert EarlierTrade.objects.get().is_open
    press(again["qr_code"])
    paid(answer["out_trade_no"])

    pay_at_cashier(answer["pay_url"])

    wait_until(lambda: OrderPayment.objects.count() == 2)
    assert Order.objects.get().pay_type == PayType.WECHAT
    assert with_amounts(Order.objects.all()).get().refund_due == Decimal("99.00")
    assert violations() == []


def test_a_lost_second_payment_is_found_when_the_time_limit_is_over(student_api, settings):
    settings.ALIPAY = {**settings.ALIPAY, "NOTIFY_URL": "http://127.0.0.1:9/"}
    answer = place(student_api, ALIPAY)
    again = pay_again(student_api, answer["out_trade_no"], {"pay_type": WECHAT}).json()
    press(again["qr_code"])
    paid(answer["out_trade_no"])
    pay_at_cashier(answer["pay_url"])
    assert OrderPayment.objects.count() == 1
    Order.objects.update(
        expires_at=timezone.now() - timedelta(minutes=6), next_query_at=timezone.now()
    )

    call_command("reconcile_payments")

    assert OrderPayment.objects.count() == 2
    assert not EarlierTrade.objects.get().is_open
    assert Order.objects.get().next_query_at is None
