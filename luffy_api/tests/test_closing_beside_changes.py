"""Orders that close while, or after, their student has chosen another way to pay."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from luffy_api.apps.order import cancellation
from luffy_api.apps.order.exceptions import OrderClosed
from luffy_api.apps.order.models import Order, PayType
from luffy_api.apps.order.payment.cashier import Choice, open_cashier
from luffy_api.apps.order.states import OrderStatus
from luffy_api.libs.alipay_v1 import wire
from luffy_api.tests.factories import CourseFactory, OrderFactory
from luffy_api.tests.fake_gateway import CLOSED, during_the_question

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("no_violations")]
TO_WECHAT = Choice(PayType.WECHAT)


@pytest.fixture
def order(fake_alipay, fake_wechatpay):
    """Unpaid, for 99 yuan, to be paid by Alipay."""
    return OrderFactory(courses=[CourseFactory(price="99.00")], open_cart_key="cart")


def open_page(alipay, order) -> None:
    """The buyer opens the address of Alipay that was handed out."""
    expires_at = wire.format_time(order.expires_at)
    content = {"out_trade_no": order.out_trade_no, "total_amount": "99.00"}
    assert alipay.open_cashier({**content, "time_expire": expires_at})


def choose_wechat(order) -> None:
    """The student clicks 改用微信支付 in another window."""
    open_cashier(Order.objects.get(pk=order.pk), TO_WECHAT)


def reconcile_later() -> None:
    """The batches run when everything that is scheduled has become due."""
    past = timezone.now() - timedelta(minutes=6)
    Order.objects.filter(next_query_at__isnull=False).update(
        next_query_at=timezone.now(), expires_at=past
    )
    call_command("reconcile_payments")
    call_command("close_expired_orders")


def cancel(order) -> None:
    cancellation.cancel(user_id=order.user_id, out_trade_no=order.out_trade_no)


def test_cancelling_beside_a_change_of_the_way_to_pay(fake_alipay, fake_wechatpay, order):
    open_page(fake_alipay, order)
    during_the_question(fake_alipay, lambda: choose_wechat(order))

    with pytest.raises(OrderClosed, match="刚刚发生了变化"):
        cancel(order)

    order.refresh_from_db()
    assert (order.order_status, order.pay_type) == (OrderStatus.UNPAID, PayType.WECHAT)
    assert fake_alipay.trades[order.out_trade_no].status == CLOSED
    assert fake_wechatpay.pay(order.trade_number)  # and no notification of it
    assert order.next_query_at
    reconcile_later()
    order.refresh_from_db()
    assert order.order_status == OrderStatus.PAID


def test_control_an_order_that_is_closed_with_an_earlier_trade_loses_the_present_one(
    fake_alipay, fake_wechatpay, order
):
    open_page(fake_alipay, order)
    choose_wechat(order)
    Order.objects.filter(pk=order.pk).transition(to=OrderStatus.CANCELLED, next_query_at=None)
    order.refresh_from_db()

    assert fake_wechatpay.pay(order.trade_number)
    reconcile_later()

    order.refresh_from_db()
    assert order.order_status == OrderStatus.CANCELLED


def test_a_cashier_that_nobody_has_opened_outlives_the_order_that_closes_with_its_trade(
    fake_alipay, fake_wechatpay, order
):
    choose_wechat(order)
    order.refresh_from_db()
    fake_wechatpay.trades[order.trade_number].status = CLOSED
    Order.objects.update(next_query_at=timezone.now())
    call_command("reconcile_payments")
    order.refresh_from_db()
    assert order.order_status == OrderStatus.CANCELLED

    open_page(fake_alipay, order)
    assert fake_alipay.pay(order.out_trade_no)  # and no notification of it
    reconcile_later()

    order.refresh_from_db()
    assert (order.order_status, order.pay_type) == (OrderStatus.PAID, PayType.ALIPAY)
