"""The PDF of an invoice: its student downloads it, and nobody else."""

import pytest

from luffy_api.apps.order.tests.invoicing import URL
from luffy_api.libs.storage import private_storage
from luffy_api.tests.factories import InvoiceFactory

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture
def issued(student, folders):
    """An issued invoice of the student, with its PDF in the private storage."""
    invoice = InvoiceFactory(user=student, issued=True)
    (folders / "private" / "order/invoices/202611").mkdir(parents=True)
    (folders / "private" / invoice.file.name).write_bytes(b"%PDF-1.7 the document")
    return invoice


def test_its_owner_downloads_the_pdf_and_no_cache_keeps_it(student_api, issued):
    response = student_api.get(f"{URL}{issued.pk}/file/", headers={"accept": "application/pdf"})

    assert response.content == b"%PDF-1.7 the document"
    assert response["Content-Type"] == "application/pdf"
    assert response["Cache-Control"] == "private, no-store"
    assert response["Content-Disposition"].startswith("attachment; ")
    assert f"{issued.number}.pdf" in response["Content-Disposition"]
    assert response["X-Content-Type-Options"] == "nosniff"


def test_a_stranger_and_a_visitor_get_no_pdf(stranger_api, api, issued):
    assert stranger_api.get(f"{URL}{issued.pk}/file/").status_code == 404
    assert api.get(f"{URL}{issued.pk}/file/").status_code == 401
    assert stranger_api.get(f"{URL}{issued.pk}/file/").json()["msg"] == "发票不存在"


def test_the_stored_file_has_no_public_address(client, issued):
    assert client.get(f"/media/{issued.file.name}").status_code == 404


@pytest.mark.parametrize("why", ["not issued", "file lost"])
def test_where_there_is_no_document_it_is_not_found(student_api, student, issued, why):
    if why == "not issued":
        issued = InvoiceFactory(user=student)
    else:
        private_storage().delete(issued.file.name)

    response = student_api.get(f"{URL}{issued.pk}/file/")

    assert (response.status_code, response.json()["msg"]) == (404, "发票尚未开具")


@pytest.mark.parametrize("pk", [0, 2**63, 10**30])
def test_an_id_that_no_row_has_is_not_found(student_api, pk):
    assert student_api.get(f"{URL}{pk}/file/").status_code == 404


def test_the_number_of_queries_of_a_download(student_api, issued, django_assert_num_queries):
    with django_assert_num_queries(2):  # token, invoice
        student_api.get(f"{URL}{issued.pk}/file/")
