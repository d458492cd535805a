"""Draws a certificate as a PDF: one page of A4, lying, with the font inside.

The page to verify it is printed as an address and as a QR code.
"""

import io
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import segno

from luffy_api.apps.learning import certificate_font
from luffy_api.apps.learning.certificate_font import printable

if TYPE_CHECKING:
    from fpdf import FPDF

# Millimetres, and points for sizes of letters.
WIDTH, HEIGHT = 297.0, 210.0
EDGE, INNER_EDGE = 9.0, 12.0
MARGIN = 36.0
TEXT = WIDTH - 2 * MARGIN
FOOT = 158.0
QR_SIDE, QR_BORDER = 30.0, 2
INK, SOFT, ACCENT, GOLD, PAPER = "#2b2520", "#736859", "#b93a1d", "#c9a86a", "#fffdf8"
FONT = "Noto Serif SC"
# Of the name of a course: the largest size at which it takes no more than so many lines.
NAME_SIZES, NAME_LINES = (30, 26, 22, 18, 15), 2


@dataclass(frozen=True)
class CertificateFacts:
    """What is printed; `issued_at` in the time zone of the school."""

    number: str
    name: str
    course: str
    teacher: str
    school: str
    sections: int
    issued_at: datetime
    address: str


def draw(facts: CertificateFacts) -> bytes:
    """The PDF. Takes most of a second of processor time, for reading the font."""
    pdf = _page(facts)
    _frame(pdf)
    _title(pdf, facts)
    _body(pdf, facts)
    _check(pdf, facts)
    _issuer(pdf, facts)
    return _output(pdf)


def _output(pdf: "FPDF") -> bytes:
    from luffy_api.apps.learning.certificate_codes import IdentityOutput

    return bytes(pdf.output(output_producer_class=IdentityOutput))


def _page(facts: CertificateFacts) -> "FPDF":
    # It takes seconds to import, and only those who download a certificate need it.
    from fpdf import FPDF

    from luffy_api.apps.learning.certificate_codes import use_cids

    pdf = FPDF(orientation="landscape", unit="mm", format="A4")
    pdf.set_auto_page_break(False)
    pdf.set_margin(0)
    pdf.c_margin = 0
    # No text of a course is taken for the number of pages.
    pdf.alias_nb_pages("")
    pdf.set_title(f"结课证书：{facts.course}")
    pdf.set_author(facts.school)
    pdf.set_lang("zh-CN")
    pdf.set_creation_date(facts.issued_at)
    pdf.add_font(FONT, fname=certificate_font.path())
    use_cids(pdf, FONT)
    pdf.add_page()
    return pdf


def _frame(pdf: "FPDF") -> None:
    pdf.set_fill_color(PAPER)
    pdf.rect(0, 0, WIDTH, HEIGHT, style="F")
    for edge, width, colour in ((EDGE, 1.4, ACCENT), (INNER_EDGE, 0.4, GOLD)):
        pdf.set_draw_color(colour)
        pdf.set_line_width(width)
        pdf.rect(edge, edge, WIDTH - 2 * edge, HEIGHT - 2 * edge)
    pdf.set_line_width(0.8)
    corner, length = INNER_EDGE + 3, 9.0
    for x, right in ((corner, length), (WIDTH - corner, -length)):
        for y, down in ((corner, length), (HEIGHT - corner, -length)):
            pdf.line(x, y, x + right, y)
            pdf.line(x, y, x, y + down)


def _title(pdf: "FPDF", facts: CertificateFacts) -> None:
    _line(pdf, facts.school, top=25, size=17, colour=SOFT)
    _line(pdf, "结 课 证 书", top=37, size=44, colour=ACCENT, bold=0.5)
    pdf.set_char_spacing(2)
    _line(pdf, "CERTIFICATE OF COMPLETION", top=58, size=11, colour=GOLD)
    pdf.set_char_spacing(0)


def _body(pdf: "FPDF", facts: CertificateFacts) -> None:
    _line(pdf, "兹证明", top=72, size=15, colour=SOFT)
    _line(pdf, facts.name, top=82, size=_fitting(pdf, facts.name, 34), colour=INK, bold=0.3)
    pdf.set_draw_color(GOLD)
    pdf.set_line_width(0.4)
    pdf.line(WIDTH / 2 - 55, 98, WIDTH / 2 + 55, 98)
    teacher = printable(facts.teacher)
    by = f"{teacher}讲授的" if teacher else ""
    text = f"学完了{by}课程，共 {facts.sections} 课时"
    _line(pdf, text, top=104, size=15, colour=SOFT)
    _course(pdf, f"《{printable(facts.course)}》")
    _line(pdf, "特发此证", top=143, size=15, colour=SOFT)


def _course(pdf: "FPDF", name: str) -> None:
    """Around the middle of its place, in as many lines as it needs."""
    for size in NAME_SIZES:
        _pen(pdf, size, INK)
        height = size * 0.5
        lines: Any = pdf.multi_cell(TEXT, height, name, dry_run=True, output="LINES", align="C")
        if len(lines) <= NAME_LINES:
            break
    pdf.set_xy(MARGIN, 127 - len(lines) * height / 2)
    with pdf.local_context(text_mode="FILL_STROKE", line_width=0.2, draw_color=INK):
        pdf.multi_cell(TEXT, height, name, align="C")


def _check(pdf: "FPDF", facts: CertificateFacts) -> None:
    """How to find out that it is genuine: the code, the number, the address."""
    code = segno.make(facts.address, error="m", micro=False, encoding="utf-8")
    file = io.BytesIO()
    code.save(file, kind="png", scale=8, border=QR_BORDER, dark=INK, light=PAPER)
    file.seek(0)
    top = FOOT - 4
    pdf.image(file, MARGIN - 8, top, QR_SIDE, QR_SIDE, alt_text="查验证书的二维码")
    left = MARGIN - 8 + QR_SIDE + 3
    rows = ("扫码查验证书真伪", f"编号 {facts.number}", facts.address)
    for row, text in enumerate(rows):
        _pen(pdf, 9 if row < 2 else 7, SOFT)
        pdf.set_xy(left, top + 9 + row * 6)
        pdf.cell(120, 5, printable(text), align="L", link=facts.address if row == 2 else "")


def _issuer(pdf: "FPDF", facts: CertificateFacts) -> None:
    day = facts.issued_at
    rows = ((facts.school, 17, INK), (f"{day.year} 年 {day.month} 月 {day.day} 日", 13, SOFT))
    for row, (text, size, colour) in enumerate(rows):
        _pen(pdf, _fitting(pdf, text, size, width=95), colour)
        pdf.set_xy(WIDTH - MARGIN - 95, FOOT + 4 + row * 11)
        pdf.cell(95, 9, printable(text), align="R")


def _line(pdf: "FPDF", text: str, *, top: float, size: float, colour: str, bold: float = 0) -> None:
    """One line in the middle; `bold` is the width of the stroke around each letter."""
    _pen(pdf, size, colour)
    pdf.set_xy(0, top)
    mode = "FILL_STROKE" if bold else "FILL"
    with pdf.local_context(text_mode=mode, line_width=bold or 0.1, draw_color=colour):
        pdf.cell(WIDTH, size * 0.4, printable(text), align="C")


def _fitting(pdf: "FPDF", text: str, size: float, *, width: float = TEXT) -> float:
    """The size, or a smaller one at which the text fits on its line."""
    pdf.set_font(FONT, size=size)
    found = pdf.get_string_width(printable(text))
    return size if found <= width else size * width / found


def _pen(pdf: "FPDF", size: float, colour: str) -> None:
    pdf.set_font(FONT, size=size)
    pdf.set_text_color(colour)
