"""Invoices under concurrent calls with real threads, with a control for the guard."""

from collections import Counter
from decimal import Decimal

import pytest
from django.db import transaction

from luffy_api.apps.order import invoice_integrity, invoices, locks
from luffy_api.apps.order.exceptions import InvoiceAmountChanged, InvoiceClosed, NotInvoiceable
from luffy_api.apps.order.models import Invoice, InvoiceOrder, InvoiceState
from luffy_api.apps.order.payment import refund_records
from luffy_api.apps.order.tests.invoicing import paid
from luffy_api.apps.order.tests.test_races import at_once
from luffy_api.tests.factories import InvoiceFactory

pytestmark = pytest.mark.django_db(transaction=True)


def ask(student, order):
    """Ask for an invoice; whether it was accepted."""
    person = {"kind": 1, "title": "路小飞", "tax_number": "", "email": "fei@example.com"}
    try:
        invoices.request_invoice(user_id=student.pk, out_trade_nos=[order.out_trade_no], **person)
    except NotInvoiceable:
        return False
    return True


@transaction.atomic
def refund_by_console(order, amount):
    """The provider reports money that went back by its own pages."""
    locked = locks.lock_order(order.out_trade_no)
    refund_records.record_reported(
        locked.payments.get(), refunded_total=amount, request_no="theirs"
    )


def test_equal_concurrent_requests_make_one_invoice(student):
    order = paid(student)

    accepted = at_once(lambda: ask(student, order))

    assert Counter(accepted)[True] == 1
    assert Invoice.objects.count() == InvoiceOrder.objects.count() == 1


def test_control_without_live_lines_there_are_many(student, monkeypatch):
    order = paid(student)
    build = invoices.InvoiceOrder
    monkeypatch.setattr(invoices, "InvoiceOrder", lambda **fields: build(**fields, is_live=False))
    monkeypatch.setattr(invoices.InvoiceOrder, "objects", build.objects, raising=False)

    assert Counter(at_once(lambda: ask(student, order)))[True] > 1


def test_a_refund_and_an_issue_at_once_never_leave_a_wrong_invoice_unmarked(student):
    order = paid(student)
    invoice = InvoiceFactory(user=student, orders=[order])
    turns = iter(range(12))

    def act():
        turn = next(turns)
        try:
            if turn % 2:
                refund_by_console(order, Decimal("9.00"))
            else:
                fields = {"number": f"{turn:020d}", "file": "order/invoices/one.pdf"}
                invoices._issue(invoice.pk, student.pk, Decimal("99.00"), **fields)
        except (InvoiceClosed, InvoiceAmountChanged):
            return "refused"
        return "done"

    at_once(act)

    invoice.refresh_from_db()
    assert (invoice.state, invoice.amount) in {
        (InvoiceState.TO_REVERSE, Decimal("99.00")),
        (InvoiceState.REQUESTED, Decimal("90.00")),
    }
    assert {rule: list(rows()) for rule, rows in invoice_integrity.RULES.items() if [*rows()]} == {}
