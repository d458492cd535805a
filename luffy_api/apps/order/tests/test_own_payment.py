"""Which payment made an order paid: one rule, in Python and in SQL."""

import pytest
from django.db.models import F, OuterRef, Subquery
from django.utils import timezone

from luffy_api.apps.order.models import Order, OrderPayment, PayType, Refund
from luffy_api.apps.order.models.payments import is_own_payment
from luffy_api.tests.factories import OrderFactory, OrderPaymentFactory, RefundFactory

pytestmark = pytest.mark.django_db


def test_every_form_of_the_rule_finds_the_same_payment():
    order = OrderFactory(order_status=1, trade_no="T1", pay_time=timezone.now())
    own = OrderPaymentFactory(order=order, trade_no="T1")
    others = [
        OrderPaymentFactory(order=order, trade_no="T2"),
        OrderPaymentFactory(order=order, trade_no="T1", pay_type=PayType.WECHAT),
    ]
    refunds = {RefundFactory(payment=each).pk: each for each in (own, *others)}

    loaded = [each for each in OrderPayment.objects.all() if each.is_own]
    by_join = OrderPayment.objects.filter(is_own_payment(order=lambda name: F(f"order__{name}")))
    payments = OrderPayment.objects.filter(is_own_payment(), order=OuterRef("pk"))
    of_refunds = Refund.objects.filter(is_own_payment("payment__"), order=OuterRef("pk"))
    found = Order.objects.annotate(
        by_payment=Subquery(payments.values("pk")), by_refund=Subquery(of_refunds.values("pk"))
    ).get()

    assert loaded == list(by_join) == [own]
    assert found.by_payment == own.pk
    assert refunds[found.by_refund] == own
