"""发票 as a student asks for them: whose orders, which orders, which titles."""

from decimal import Decimal

import pytest
from django.utils import timezone

from luffy_api.apps.order import invoices
from luffy_api.apps.order.models import (
    Invoice,
    InvoiceOrder,
    InvoiceState,
    Order,
    RefundStatus,
)
from luffy_api.apps.order.states import OrderStatus
from luffy_api.apps.order.tests.invoicing import URL, ask, paid, refund
from luffy_api.tests.factories import InvoiceFactory, OrderFactory, OrderPaymentFactory

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

COMPANY = {"kind": 2, "title": "路飞学城（北京）有限公司", "tax_number": "91110108551385082Q"}
KEYS = {
    *("id", "kind", "kind_name", "title", "tax_number", "email", "amount", "state", "state_name"),
    *("number", "reason", "has_file", "orders", "created_time", "issued_time", "closed_time"),
}


def test_a_person_asks_for_an_invoice_of_two_orders(student_api, student):
    first, second = paid(student, "99.00"), paid(student, "0.50")

    response = ask(student_api, second, first)

    data = response.json()["data"]
    assert response.status_code == 201
    assert set(data) == KEYS
    assert (data["amount"], data["state"], data["state_name"]) == ("99.50", 0, "申请中")
    assert data["orders"] == [first.out_trade_no, second.out_trade_no]
    assert (data["number"], data["has_file"], data["issued_time"]) == (None, False, None)


def test_a_company_is_entered_with_its_number_as_the_tax_bureau_writes_it(student_api, student):
    typed = {**COMPANY, "tax_number": " 9111 0108-5513 85082q"}

    data = ask(student_api, paid(student), **typed).json()["data"]

    assert (data["kind_name"], data["tax_number"]) == ("企业", COMPANY["tax_number"])


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({**COMPANY, "tax_number": "91110108551385082A"}, "tax_number"),
        ({**COMPANY, "tax_number": ""}, "tax_number"),
        ({**COMPANY, "tax_number": None}, "tax_number"),
        ({**COMPANY, "tax_number": 911101085513850820}, "tax_number"),
        ({"tax_number": COMPANY["tax_number"]}, "tax_number"),
        ({"kind": 3}, "kind"),
        ({"kind": None}, "kind"),
        ({"kind": {}}, "kind"),
        ({"title": ""}, "title"),
        ({"title": " 　 "}, "title"),
        ({"title": "飞"}, "title"),
        ({"title": "长" * 101}, "title"),
        ({"title": ["路小飞"]}, "title"),
        ({"title": "路\u202e飞学城"}, "title"),
        ({"title": "路飞\u200b学城"}, "title"),
        ({"title": "路飞\n学城"}, "title"),
        ({"title": "路飞\0学城"}, "title"),
        ({"email": "fei"}, "email"),
        ({"email": ""}, "email"),
        ({"email": f"{'f' * 300}@example.com"}, "email"),
        ({"orders": []}, "orders"),
        ({"orders": "01JD"}, "orders"),
        ({"orders": None}, "orders"),
        ({"orders": [1.5]}, "orders.0"),
        ({"orders": ["'; --"]}, "orders.0"),
        ({"orders": ["1" * 65]}, "orders.0"),
        ({"orders": ["A", "A"]}, "orders"),
        ({"orders": [f"A{n}" for n in range(51)]}, "orders"),
    ],
)
def test_bad_input_is_refused_under_its_field(student_api, student, changes, field):
    response = ask(student_api, paid(student), **changes)

    assert response.status_code == 400
    assert field in response.json()["errors"]
    assert not Invoice.objects.exists()


@pytest.mark.parametrize("title", ["=cmd|' /C calc'!A0", "<script>alert(1)</script>", "\"'{{x}}😀"])
def test_a_hostile_title_is_kept_as_it_is(student_api, student, title):
    assert ask(student_api, paid(student), title=title).json()["data"]["title"] == title


@pytest.mark.parametrize("status", [0, 2, 3, 4])
def test_only_a_paid_order_can_be_invoiced(student_api, student, status):
    order = OrderFactory(user=student, order_status=status, pay_time=timezone.now())

    response = ask(student_api, paid(student), order)

    assert response.status_code == 409
    assert response.json()["errors"] == {"orders": [order.out_trade_no]}
    assert not Invoice.objects.exists()


@pytest.mark.parametrize("whose", ["stranger", "nobody"])
def test_an_order_of_somebody_else_or_nobody_is_not_found(student_api, student, whose):
    order = OrderPaymentFactory().order if whose == "stranger" else Order()

    response = ask(student_api, paid(student), order)

    assert (response.status_code, response.json()["msg"]) == (404, "订单不存在")
    assert not Invoice.objects.exists()


@pytest.mark.parametrize("state", [s for s in InvoiceState if s.value < 3])
def test_an_order_is_on_one_live_invoice_only(student_api, student, state):
    order, other = paid(student), paid(student)
    InvoiceFactory(user=student, orders=[order], issued=True, state=state)

    response = ask(student_api, order, other)

    assert response.status_code == 409
    assert response.json()["errors"] == {"orders": [order.out_trade_no]}


def test_the_database_itself_refuses_a_second_live_invoice(student):
    order = paid(student)
    InvoiceFactory(user=student, orders=[order])

    with pytest.raises(invoices.IntegrityError):
        InvoiceFactory(user=student, orders=[order])


def test_two_equal_requests_that_pass_each_other_make_one_invoice(student, monkeypatch):
    order = paid(student)
    InvoiceFactory(user=student, orders=[order])
    # As on two nodes of a cluster: each reads before the other has committed.
    monkeypatch.setattr(invoices.invoice_selectors, "on_live_invoice", lambda orders: [])

    with pytest.raises(invoices.NotInvoiceable):
        invoices.request_invoice(
            user_id=student.pk,
            out_trade_nos=[order.out_trade_no],
            kind=1,
            title="路小飞",
            tax_number="",
            email="fei@example.com",
        )

    assert Invoice.objects.count() == 1


@pytest.mark.parametrize("close", ["reject", "reverse"])
def test_after_the_end_of_an_invoice_its_orders_can_be_invoiced_again(student_api, student, close):
    order = paid(student)
    invoice = InvoiceFactory(user=student, orders=[order], issued=close == "reverse")
    reason = {"reversal_number": "1" * 20} if close == "reverse" else {"reason": "抬头有误"}
    getattr(invoices, close)(invoice_id=invoice.pk, staff_id=student.pk, **reason)

    assert ask(student_api, order).status_code == 201
    assert InvoiceOrder.objects.filter(order=order).count() == 2


def test_the_amount_is_what_the_orders_still_hold(student_api, student):
    order = paid(student, "99.00")
    refund(order, Decimal("9.99"))

    assert ask(student_api, order).json()["data"]["amount"] == "89.01"


def test_a_second_payment_is_owed_back_and_not_invoiced(student_api, student):
    order = paid(student, "99.00")
    OrderPaymentFactory(order=order, trade_no="second")

    assert ask(student_api, order).json()["data"]["amount"] == "99.00"


def test_an_order_without_money_is_refused(student_api, student):
    order = paid(student)
    order.order_courses.update(owned_before=True)
    refund(order, Decimal("99.00"))

    response = ask(student_api, order)

    assert response.status_code == 409
    assert response.json()["errors"] == {"orders": [order.out_trade_no]}


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (RefundStatus.REQUESTED, 409),
        (RefundStatus.PROCESSING, 409),
        (RefundStatus.REJECTED, 201),
        (RefundStatus.FAILED, 201),
    ],
)
def test_an_order_that_is_being_refunded_waits_for_that(student_api, student, status, answer):
    order = paid(student)
    refund(order, Decimal("1.00"), status=status, finished_at=None)

    assert ask(student_api, order).status_code == answer


def test_my_invoices_the_newest_first_and_nobody_elses(student_api, student):
    mine = [InvoiceFactory(user=student), InvoiceFactory(user=student, issued=True)]
    InvoiceFactory()

    data = student_api.get(URL).json()["data"]

    assert [row["id"] for row in data["results"]] == [mine[1].pk, mine[0].pk]
    assert data["count"] == 2
    assert set(data["results"][0]) == KEYS
    assert data["results"][0]["has_file"]


def test_the_list_can_be_narrowed_to_a_state_and_to_an_order(student_api, student):
    order = paid(student)
    requested = InvoiceFactory(user=student, orders=[order])
    issued = InvoiceFactory(user=student, issued=True)

    for query, found in [
        ({"state": 1}, issued),
        ({"order": order.out_trade_no}, requested),
        ({"order": order.out_trade_no, "state": 0}, requested),
    ]:
        rows = student_api.get(URL, query).json()["data"]["results"]
        assert [row["id"] for row in rows] == [found.pk], query


@pytest.mark.parametrize("query", ["state=9", "state=", "order=", "order=%00", "title=x"])
def test_an_odd_filter_is_refused(student_api, query):
    assert student_api.get(f"{URL}?{query}").status_code == 400


@pytest.mark.parametrize("size", [1, 8])
def test_the_number_of_queries_of_the_list(student_api, student, size, django_assert_num_queries):
    for _ in range(size):
        InvoiceFactory(user=student)

    with django_assert_num_queries(4):  # token, count, invoices, their orders
        student_api.get(URL)


@pytest.mark.parametrize("size", [1, 8])
def test_the_number_of_queries_of_a_request(
    student_api, student, size, django_assert_max_num_queries
):
    orders = [paid(student) for _ in range(size)]

    with django_assert_max_num_queries(13):
        assert ask(student_api, *orders).status_code == 201


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_visitor_is_asked_to_log_in(api, method):
    assert getattr(api, method)(URL).status_code == 401


def test_a_refunded_order_keeps_its_reversed_invoice_in_the_list(student_api, student):
    order = paid(student)
    InvoiceFactory(user=student, orders=[order], issued=True, state=InvoiceState.REVERSED)
    order.order_status = OrderStatus.REFUNDED
    order.save()

    [row] = student_api.get(URL, {"order": order.out_trade_no}).json()["data"]["results"]

    assert (row["state_name"], row["orders"]) == ("已红冲", [order.out_trade_no])
