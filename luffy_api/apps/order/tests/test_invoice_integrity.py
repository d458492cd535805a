"""check_integrity over invoices, and refunds that are carried out end to end."""

from decimal import Decimal

import pytest

from luffy_api.apps.order import integrity, invoice_integrity
from luffy_api.apps.order.models import Invoice, InvoiceOrder, InvoiceState, RefundStatus
from luffy_api.apps.order.payment import refund_records
from luffy_api.apps.order.payment.interface import RefundResult, RefundState
from luffy_api.apps.order.tests.invoicing import paid, refund
from luffy_api.tests.factories import InvoiceFactory, OrderFactory, OrderPaymentFactory, UserFactory

pytestmark = pytest.mark.django_db

NOT_MARKED = "订单有退款，发票却没有标为需红冲"
WITHOUT_ORDER = "发票没有订单，或订单不是该学员的"
WRONGLY_LIVE = "发票的状态与它占用的订单不符"
UNPAID = "发票的订单没有付款"


def found() -> dict[str, list[str]]:
    """The rows that each rule of invoices names, without the rules that hold."""
    rows = {rule: list(check()) for rule, check in invoice_integrity.RULES.items()}
    return {rule: names for rule, names in rows.items() if names}


@pytest.fixture
def order(student):
    """A paid order for 99 yuan."""
    return paid(student)


@pytest.fixture
def invoice(student, order):
    """Its issued invoice."""
    return InvoiceFactory(user=student, orders=[order], issued=True)


def test_invoices_in_every_state_are_consistent(student, invoice):
    InvoiceFactory()
    for state in (InvoiceState.REVERSED, InvoiceState.REJECTED):
        InvoiceFactory(issued=True, state=state).invoice_orders.update(is_live=False)

    assert found() == {}
    assert set(invoice_integrity.RULES) < set(integrity.RULES)


def test_every_rule_of_invoices_is_broken_by_a_test():
    assert set(invoice_integrity.RULES) == {NOT_MARKED, WITHOUT_ORDER, WRONGLY_LIVE, UNPAID}


@pytest.mark.parametrize("issued", [True, False])
def test_a_refund_that_no_invoice_heard_of_is_found(student, order, issued):
    invoice = InvoiceFactory(user=student, orders=[order], issued=issued)
    refund(order, Decimal("9.00"))

    [row] = found()[NOT_MARKED]

    assert row == f"发票 {invoice.pk}（金额 99.00，实收 90.00）"


@pytest.mark.parametrize(
    "state", [InvoiceState.TO_REVERSE, InvoiceState.REVERSED, InvoiceState.REJECTED]
)
def test_a_marked_or_ended_invoice_is_no_violation(order, invoice, state):
    refund(order, Decimal("9.00"))
    Invoice.objects.update(state=state)
    InvoiceOrder.objects.update(is_live=state == InvoiceState.TO_REVERSE)

    assert found() == {}


def test_the_refund_of_a_second_payment_is_no_violation(order, invoice):
    second = OrderPaymentFactory(order=order, trade_no="second")
    refund(order, second.amount, payment=second)

    assert found() == {}


@pytest.mark.parametrize("status", [RefundStatus.PROCESSING, RefundStatus.FAILED])
def test_money_that_did_not_go_back_is_no_violation(order, invoice, status):
    refund(order, Decimal("9.00"), status=status, finished_at=None)

    assert found() == {}


def test_an_invoice_without_orders_or_with_those_of_others_is_found(order, invoice):
    empty, foreign = InvoiceFactory(), InvoiceFactory()
    empty.invoice_orders.all().delete()
    Invoice.objects.filter(pk=foreign.pk).update(user=UserFactory())
    InvoiceOrder.objects.filter(invoice=invoice).update(order_id=order.pk + 999)

    assert found()[WITHOUT_ORDER] == [f"发票 {each.pk}" for each in (invoice, empty, foreign)]


def test_a_line_without_its_invoice_is_found(invoice):
    line = invoice.invoice_orders.get()
    InvoiceOrder.objects.filter(pk=line.pk).update(invoice_id=invoice.pk + 999)

    assert f"发票的订单 {line.pk}" in found()[WITHOUT_ORDER]


@pytest.mark.parametrize(("state", "live"), [(InvoiceState.REVERSED, True), (1, False)])
def test_lines_that_do_not_follow_the_state_are_found(invoice, state, live):
    Invoice.objects.update(state=state)
    InvoiceOrder.objects.update(is_live=live)

    assert found() == {WRONGLY_LIVE: [f"发票 {invoice.pk}"]}


def test_an_invoice_of_an_order_without_payment_is_found(student):
    invoice = InvoiceFactory(user=student, orders=[OrderFactory(user=student)])

    assert found()[UNPAID] == [f"发票 {invoice.pk}"]


def test_a_refund_that_is_carried_out_marks_the_invoice(order, invoice):
    open_refund = refund(order, Decimal("9.00"), status=RefundStatus.PROCESSING, finished_at=None)

    refund_records.record_refunded(open_refund, RefundResult(state=RefundState.SUCCEEDED))

    invoice.refresh_from_db()
    assert invoice.state == InvoiceState.TO_REVERSE
    assert found() == {}


def test_a_refund_by_the_providers_own_pages_marks_the_invoice(order, invoice):
    payment = order.payments.get()

    refund_records.record_reported(payment, refunded_total=payment.amount, request_no="theirs")

    invoice.refresh_from_db()
    assert invoice.state == InvoiceState.TO_REVERSE
    assert found() == {}
