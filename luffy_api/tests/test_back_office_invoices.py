"""发票 in the back office: who may decide, what is accepted, what happens to files and orders."""

from decimal import Decimal

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile

from luffy_api.apps.order.models import Invoice, InvoiceState, RefundStatus
from luffy_api.apps.order.tests.invoicing import paid, refund
from luffy_api.common import roles
from luffy_api.libs.storage import StorageUnavailable, private_storage
from luffy_api.tests.back_office import page
from luffy_api.tests.factories import InvoiceFactory
from luffy_api.tests.people import staff
from luffy_api.tests.test_check_pdf import PDF

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folders"), pytest.mark.any_database]

NUMBER = "25112000000012345678"


def decide(browser, invoice, action, **data):
    """Press the button of a decision; return the answer and what the page then says."""
    url = f"/admin/order/invoice/{invoice.pk}/decide/{action}/"
    answer = browser.post(url, data)
    said = []
    if answer.status_code == 302:
        said = [str(message) for message in browser.get(answer["Location"]).context["messages"]]
    invoice.refresh_from_db()
    return answer.status_code, "".join(said)


def issue(browser, invoice, **changes):
    """Enter a number and a PDF."""
    file = SimpleUploadedFile("数电发票.pdf", changes.pop("content", PDF))
    data = {"amount": invoice.amount, "number": NUMBER, "file": file, **changes}
    return decide(browser, invoice, "issue", **data)


def stored():
    """The names of all documents in the private storage."""
    return [info.name for info in private_storage().list_names("order/invoices/")]


def test_finance_issues_an_invoice_and_its_student_downloads_it(finance, student, student_api):
    invoice = InvoiceFactory(user=student)

    status, said = issue(finance, invoice, number="2511 2000 0000 1234 5678")

    assert (status, said) == (302, "发票已登记，学员可以下载了")
    assert (invoice.state, invoice.number) == (InvoiceState.ISSUED, NUMBER)
    assert invoice.handled_by.groups.get().name == roles.FINANCE
    assert invoice.issued_at
    assert stored() == [invoice.file.name]
    assert student_api.get(f"/api/v1/order/invoice/{invoice.pk}/file/").content == PDF
    assert finance.get(f"/admin/order/invoice/{invoice.pk}/file/").content == PDF


def test_the_name_of_the_stored_file_tells_nothing(finance):
    invoice = InvoiceFactory(title="路小飞")
    issue(finance, invoice)

    assert NUMBER not in invoice.file.name
    assert "数电" not in invoice.file.name
    assert len(invoice.file.name.rpartition("/")[2]) == len("0" * 32 + ".pdf")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"content": b"%PDF-1.7 broken off"}, "完整的 PDF"),
        ({"content": b"<html>"}, "完整的 PDF"),
        ({"content": b""}, "空"),
        ({"file": ""}, "必填"),
        ({"number": ""}, "必填"),
        ({"number": "123"}, "发票号码有误"),
        ({"number": "１" * 20}, "发票号码有误"),
        ({"number": "1" * 20 + "\n1"}, "发票号码有误"),
        ({"amount": "98.99"}, "开票金额已变为 99.00 元"),
        ({"amount": "NaN"}, "输入"),
        ({"amount": "x"}, "输入"),
    ],
)
def test_what_cannot_be_an_invoice_changes_nothing(finance, changes, sentence):
    invoice = InvoiceFactory()

    status, said = issue(finance, invoice, **changes)

    assert status == 302
    assert sentence in said
    assert invoice.state == InvoiceState.REQUESTED
    assert stored() == []


def test_a_number_is_entered_once(finance):
    first, second = InvoiceFactory(), InvoiceFactory()
    issue(finance, first)

    assert issue(finance, second)[1] == "这个发票号码已登记在另一张发票上"
    assert second.state == InvoiceState.REQUESTED
    assert stored() == [first.file.name]


def test_a_correction_replaces_number_and_file(finance, django_capture_on_commit_callbacks):
    invoice = InvoiceFactory()
    issue(finance, invoice)
    before = invoice.issued_at
    with django_capture_on_commit_callbacks(execute=True):
        issue(finance, invoice, number="1" * 20, content=PDF + b"\n")

    assert (invoice.number, invoice.issued_at) == ("1" * 20, before)
    assert stored() == [invoice.file.name]


def test_an_invoice_of_an_order_that_is_being_refunded_waits(finance, student):
    order = paid(student)
    invoice = InvoiceFactory(user=student, orders=[order])
    refund(order, Decimal("1.00"), status=RefundStatus.PROCESSING, finished_at=None)

    assert "退款" in issue(finance, invoice)[1]
    assert invoice.state == InvoiceState.REQUESTED


def test_a_storage_that_is_down_is_said_and_nothing_is_written(finance, monkeypatch):
    def down(*args):
        raise StorageUnavailable

    monkeypatch.setattr(type(private_storage()), "save", down)
    invoice = InvoiceFactory()

    assert "存储服务" in issue(finance, invoice)[1]
    assert invoice.state == InvoiceState.REQUESTED


def test_finance_rejects_with_a_reason_that_the_student_sees(finance, student, student_api):
    invoice = InvoiceFactory(user=student)

    assert decide(finance, invoice, "reject", reason="抬头与税号不符")[0] == 302

    [row] = student_api.get("/api/v1/order/invoice/").json()["data"]["results"]
    assert (row["state_name"], row["reason"]) == ("已拒绝", "抬头与税号不符")
    assert row["closed_time"]


@pytest.mark.parametrize("reason", ["", "x" * 201])
def test_a_rejection_needs_a_reason(finance, reason):
    invoice = InvoiceFactory()

    assert decide(finance, invoice, "reject", reason=reason)[0] == 302
    assert invoice.state == InvoiceState.REQUESTED


def test_finance_records_the_reversal(finance):
    invoice = InvoiceFactory(issued=True, state=InvoiceState.TO_REVERSE, reason="订单有退款")

    decide(finance, invoice, "reverse", reversal_number="2" * 20)

    assert (invoice.state, invoice.reversal_number) == (InvoiceState.REVERSED, "2" * 20)
    assert invoice.reason == "订单有退款"
    assert not invoice.invoice_orders.get().is_live


@pytest.mark.parametrize(
    ("state", "possible"),
    [
        (InvoiceState.REQUESTED, {"issue", "reject"}),
        (InvoiceState.ISSUED, {"issue", "reverse"}),
        (InvoiceState.TO_REVERSE, {"reverse"}),
        (InvoiceState.REVERSED, set()),
        (InvoiceState.REJECTED, set()),
    ],
)
def test_only_what_its_state_allows_can_be_done(finance, state, possible):
    decisions = {
        "issue": lambda invoice: issue(finance, invoice),
        "reject": lambda invoice: decide(finance, invoice, "reject", reason="抬头有误"),
        "reverse": lambda invoice: decide(finance, invoice, "reverse", reversal_number="2" * 20),
    }
    for name, carry_out in decisions.items():
        Invoice.objects.all().delete()
        invoice = InvoiceFactory(issued=True, state=state)
        shown = finance.get(page(Invoice, "change", invoice.pk)).context["decisions"]
        assert (f"/{name}/" in str([each["url"] for each in shown])) == (name in possible)

        _, said = carry_out(invoice)

        assert ("当前状态不能" in said) == (name not in possible), name
        assert (invoice.state != state) == (name in possible - ({"issue"} if state else set()))


def test_each_decision_is_in_the_log_once(finance):
    invoice = InvoiceFactory()
    issue(finance, invoice)
    issue(finance, invoice, amount="1.00")
    decide(finance, invoice, "reverse", reversal_number="2" * 20)
    decide(finance, invoice, "reverse", reversal_number="2" * 20)

    entries = LogEntry.objects.filter(object_id=str(invoice.pk)).order_by("id")

    texts = [entry.get_change_message() for entry in entries]
    assert texts == [
        f"开具发票，号码 {NUMBER}，金额 99.00 元",
        f"红冲发票，红字发票号码 {'2' * 20}",
    ]
    assert {entry.user for entry in entries} == {invoice.handled_by}


@pytest.mark.parametrize("action", ["issue", "reject", "reverse"])
@pytest.mark.parametrize("role", [roles.OPERATIONS, "", "view"])
def test_nobody_but_finance_decides(client, role, action):
    user = staff("" if role == "view" else role)
    if role == "view":
        user.user_permissions.add(Permission.objects.get(codename="view_invoice"))
    client.force_login(user)
    invoice = InvoiceFactory()

    assert decide(client, invoice, action, reason="x")[0] == 403
    assert invoice.state == InvoiceState.REQUESTED
    if role == "view":
        assert client.get(page(Invoice, "change", invoice.pk)).context["decisions"] == []
    else:
        assert client.get(f"/admin/order/invoice/{invoice.pk}/file/").status_code == 403


def test_a_student_and_a_visitor_reach_nothing(client, student):
    invoice = InvoiceFactory(issued=True)
    for url in ("file/", "decide/reject/"):
        assert client.get(f"/admin/order/invoice/{invoice.pk}/{url}").status_code == 302
    client.force_login(student)
    assert client.post(f"/admin/order/invoice/{invoice.pk}/decide/reject/").status_code == 302
    invoice.refresh_from_db()
    assert invoice.state == InvoiceState.ISSUED


@pytest.mark.parametrize("url", ["999/file/", f"{10**30}/file/", "1/decide/nothing/"])
def test_what_is_not_there_is_not_found(finance, url):
    assert finance.get(f"/admin/order/invoice/{url}").status_code == 404


def test_a_decision_about_an_invoice_that_is_not_there_leads_back(finance):
    answer = finance.post("/admin/order/invoice/999/decide/reject/", {"reason": "x"}, follow=True)

    assert answer.status_code == 200
    assert "发票不存在" in [str(message) for message in answer.context["messages"]]


def test_a_look_at_the_address_of_a_decision_decides_nothing(finance):
    invoice = InvoiceFactory()

    assert finance.get(f"/admin/order/invoice/{invoice.pk}/decide/reject/").status_code == 302
    invoice.refresh_from_db()
    assert invoice.state == InvoiceState.REQUESTED


@pytest.mark.parametrize("by", ["title", "tax_number", "number", "order", "mobile"])
def test_an_invoice_is_found_by_its_own_words(finance, student, by):
    order = paid(student)
    invoice = InvoiceFactory(
        user=student,
        orders=[order],
        issued=True,
        kind=2,
        title="路飞学城",
        tax_number="91110108551385082Q",
    )
    InvoiceFactory()
    word = {"order": order.out_trade_no, "mobile": student.mobile}.get(by)

    rows = (
        finance.get(page(Invoice, "changelist"), {"q": word or getattr(invoice, by)})
        .context["cl"]
        .result_list
    )

    assert list(rows) == [invoice]


def test_a_hostile_title_is_shown_as_text(finance):
    invoice = InvoiceFactory(title="<script>alert(1)</script>{{7*7}}")

    for url in (page(Invoice, "changelist"), page(Invoice, "change", invoice.pk)):
        text = finance.get(url).content.decode()
        assert "<script>alert(1)" not in text
        assert "&lt;script&gt;" in text


def test_the_document_of_a_failed_write_is_removed(finance):
    first, second = InvoiceFactory(), InvoiceFactory()
    issue(finance, first)
    [kept] = stored()

    assert "已登记在另一张发票上" in issue(finance, second)[1]
    assert stored() == [kept]
