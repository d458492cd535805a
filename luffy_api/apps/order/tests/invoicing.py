"""What tests of invoices do: paid orders, refunds of them, requests."""

from django.utils import timezone

from luffy_api.apps.order.models import (
    Refund,
    RefundStatus,
)
from luffy_api.tests.factories import OrderPaymentFactory

URL = "/api/v1/order/invoice/"


def paid(student, amount="99.00", **fields):
    """A paid order of the student."""
    return OrderPaymentFactory(order__user=student, order__total_amount=amount, **fields).order


def refund(order, amount, **fields):
    """Money that went back on the order's own payment."""
    values = {
        "order": order,
        "payment": order.payments.get(trade_no=order.trade_no),
        "amount": amount,
        "reason": "不想学了",
        "origin": Refund.Origin.STAFF,
        "status": RefundStatus.REFUNDED,
        "finished_at": timezone.now(),
    }
    return Refund.objects.create(**{**values, **fields})


def body_for(*orders, **changes):
    """What the page sends."""
    numbers = [order.out_trade_no for order in orders]
    person = {"kind": 1, "title": "路小飞", "tax_number": "", "email": "fei@example.com"}
    return {"orders": numbers, **person, **changes}


def ask(client, *orders, **changes):
    """Ask for an invoice of these orders."""
    return client.post(URL, body_for(*orders, **changes), format="json")
