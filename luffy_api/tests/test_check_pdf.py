"""Which files are taken for a PDF."""

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile

from luffy_api.common.file_checks import check_pdf

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\nxref\n0 1\ntrailer\n<<>>\nstartxref\n31\n%%EOF\n"


@pytest.mark.parametrize("data", [PDF, PDF + b"\0" * 1000, PDF.replace(b"1.7", b"2.0")])
def test_a_whole_pdf_is_accepted_and_left_at_its_beginning(data):
    file = ContentFile(data, name="发票.PDF")

    check_pdf(file)

    assert file.read() == data


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "空"),
        (b"%PDF-1.7", "完整"),
        (PDF[:-10], "完整"),
        (b"\xff\xd8\xff\xe0" + PDF, "完整"),
        (b"PK\x03\x04 OFD.xml" + PDF, "完整"),
        (b"<html><script>alert(1)</script>" + PDF, "完整"),
    ],
)
def test_anything_else_is_refused(data, sentence):
    with pytest.raises(ValidationError, match=sentence):
        check_pdf(ContentFile(data, name="invoice.pdf"))


def test_the_size_is_limited(settings):
    settings.INVOICE_MAX_BYTES = 2 * 1024**2
    data = PDF.replace(b"xref\n0", b" " * settings.INVOICE_MAX_BYTES + b"xref\n0")

    with pytest.raises(ValidationError, match="不能超过 2 MB"):
        check_pdf(ContentFile(data, name="invoice.pdf"))
