"""What a completed refund does to the invoice of its order."""

from decimal import Decimal

import pytest

from luffy_api.apps.order import invoices
from luffy_api.apps.order.models import Invoice, InvoiceState
from luffy_api.apps.order.tests.invoicing import paid, refund
from luffy_api.tests.factories import InvoiceFactory, OrderFactory, OrderPaymentFactory

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def test_an_issued_invoice_has_to_be_reversed(student):
    order = paid(student)
    invoice = InvoiceFactory(user=student, orders=[order], issued=True)
    refund(order, Decimal("0.01"))

    invoices.mark_for_reversal(order)

    invoice.refresh_from_db()
    assert (invoice.state, invoice.amount) == (InvoiceState.TO_REVERSE, Decimal("99.00"))
    assert order.out_trade_no in invoice.reason
    assert invoice.invoice_orders.get().is_live


def test_one_that_is_asked_for_gets_what_is_left(student):
    order, other = paid(student), paid(student)
    invoice = InvoiceFactory(user=student, orders=[order, other], amount="198.00")
    refund(order, Decimal("99.00"))

    invoices.mark_for_reversal(order)

    invoice.refresh_from_db()
    assert (invoice.state, invoice.amount) == (InvoiceState.REQUESTED, Decimal("99.00"))


def test_one_that_is_asked_for_ends_when_nothing_is_left(student):
    order = paid(student)
    invoice = InvoiceFactory(user=student, orders=[order])
    refund(order, Decimal("99.00"))

    invoices.mark_for_reversal(order)

    invoice.refresh_from_db()
    assert (invoice.state, invoice.invoice_orders.get().is_live) == (
        InvoiceState.REJECTED,
        False,
    )
    assert "退回" in invoice.reason


def test_an_issued_invoice_outlives_the_refund_of_a_second_payment(student):
    order = paid(student)
    second = OrderPaymentFactory(order=order, trade_no="second")
    invoice = InvoiceFactory(user=student, orders=[order], issued=True)
    refund(order, Decimal("99.00"), payment=second)

    invoices.mark_for_reversal(order)

    invoice.refresh_from_db()
    assert (invoice.state, invoice.amount) == (InvoiceState.ISSUED, Decimal("99.00"))


@pytest.mark.parametrize(
    "state", [InvoiceState.TO_REVERSE, InvoiceState.REVERSED, InvoiceState.REJECTED]
)
def test_any_other_stays_as_it_is(student, state):
    order = paid(student)
    invoice = InvoiceFactory(user=student, orders=[order], issued=True, state=state)
    refund(order, Decimal("99.00"))

    invoices.mark_for_reversal(order)

    invoice.refresh_from_db()
    assert invoice.state == state


def test_an_order_without_an_invoice_is_no_error(student):
    order = OrderFactory(user=student)

    invoices.mark_for_reversal(order)

    assert not Invoice.objects.exists()
