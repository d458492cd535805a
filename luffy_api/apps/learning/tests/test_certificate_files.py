"""The file of a 结课证书: for whom it is, what it says, how many are drawn at a time."""

import re
import zlib

import pytest

from luffy_api.apps.learning import certificate_files
from luffy_api.tests.factories import (
    CertificateFactory,
)

pytestmark = pytest.mark.django_db
API = "/api/v1/course/"


@pytest.mark.any_database
def test_the_file_is_a_pdf_of_its_student_alone(student, student_api, stranger_api, api):
    row = CertificateFactory(user=student, course__name="爬虫 100%：入门/进阶 🐍")
    address = f"{API}certificate/{row.number}/file/"

    answer = student_api.get(address, headers={"accept": "application/pdf"})

    body = answer.content
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer["Cache-Control"] == "private, no-store"
    assert "attachment" in answer["Content-Disposition"]
    assert body.startswith(b"%PDF-")
    assert len(body) < 200_000
    # The letters come along: a machine without Chinese fonts shows them.
    assert b"/FontFile3" in body
    assert b"/Count 1" in body
    assert api.get(address).status_code == 401
    assert stranger_api.get(address).status_code == 404
    assert student_api.get(f"{API}certificate/{row.number[::-1]}/file/").status_code == 404


def text_of(pdf):
    """What programs read that extract texts: codes of two bytes, which its table names."""
    assert re.search(rb"/Encoding /Identity-H\b", pdf)
    streams = [
        zlib.decompress(part) if part[:1] == b"x" else part
        for part in re.findall(rb"stream\n(.*?)\nendstream", pdf, re.DOTALL)
    ]
    table = next(part for part in streams if b"beginbfchar" in part).decode()
    names = {
        int(code, 16): bytes.fromhex(name).decode("utf-16-be")
        for code, name in re.findall(r"<([0-9A-F]{4})> <([0-9A-F]+)>\n", table)
    }
    page = next(part for part in streams if b") Tj" in part)
    lines = re.findall(rb"\(((?:[^\\)]|\\.)*)\) Tj", page, re.DOTALL)
    plain = (re.sub(rb"\\(.)", lambda m: b"\r" if m[1] == b"r" else m[1], each) for each in lines)
    codes = ((line[at : at + 2] for at in range(0, len(line), 2)) for line in plain)
    return "\n".join("".join(names[int.from_bytes(code)] for code in line) for line in codes)


@pytest.mark.any_database
def test_the_text_of_the_file_can_be_read_by_programs(student, student_api):
    names = {
        "name": "王小明·Ōe",
        "course_name": "一⼀二 (Python\\爬虫) 𠀀",
        "teacher_name": "李老师",
    }
    row = CertificateFactory(user=student, **names)

    text = text_of(student_api.get(f"{API}certificate/{row.number}/file/").content)

    # Of two characters of one shape the first that is used is read.
    assert "《一一二 (Python\\爬虫)" in text
    for said in (
        "结 课 证 书",
        row.name,
        row.number,
        "李老师讲授的课程",
        "CERTIFICATE OF COMPLETION",
    ):
        assert said in text


@pytest.mark.any_database
def test_drawing_waits_for_its_turn(student, student_api, monkeypatch):
    row = CertificateFactory(user=student)
    monkeypatch.setattr(certificate_files, "QUEUE_TIMEOUT", 0.01)
    address = f"{API}certificate/{row.number}/file/"
    with certificate_files._drawing:
        late = student_api.get(address)
    places = [certificate_files._places.acquire() for _ in range(certificate_files.PLACES)]
    full = student_api.get(address)
    for _ in places:
        certificate_files._places.release()
    for answer in (late, full):
        assert (answer.status_code, answer.json()["msg"]) == (
            503,
            "正在生成的证书较多，请稍后再试",
        )
    assert student_api.get(address).status_code == 200
