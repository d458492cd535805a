"""Files as Excel, WPS and programs make them, and what the back office does with them."""

import io
from typing import Any

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from luffy_api.apps.dashboard.imports import staging
from luffy_api.apps.dashboard.imports.kinds import KINDS
from luffy_api.apps.dashboard.imports.running import run
from luffy_api.apps.dashboard.models import Import
from luffy_api.apps.dashboard.services import apply_import
from luffy_api.tests.people import staff

UPLOAD = reverse("admin:dashboard_import_add")
EXPORT = reverse("admin:dashboard_import_export")
# The heading of a sheet of courses.
COURSE = ["课程名称", "分类", "讲师", "价格", "发布日期"]


def xlsx(*rows: list[Any], **sheets: list[list[Any]]) -> bytes:
    """A workbook by openpyxl: one sheet of these rows, or several by title."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, lines in (sheets or {"Sheet1": [*rows]}).items():
        sheet = book.create_sheet(title)
        for line in lines:
            sheet.append(line)
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def csv(*lines: str, encoding: str = "utf-8") -> bytes:
    return "\r\n".join(lines).encode(encoding)


def staged(kind: str, content: bytes, user: Any = None) -> Import:
    """The file, read; its rows wait to be checked."""
    user = user or staff(is_superuser=True)
    return staging.stage(
        kind=KINDS[kind], file=io.BytesIO(content), file_name="表.xlsx", user_id=user.pk
    )


def checked(kind: str, content: bytes, user: Any = None) -> Import:
    """The file, read and checked."""
    job = staged(kind, content, user)
    run(job.pk, seconds=60)
    job.refresh_from_db()
    return job


def applied(kind: str, content: bytes, user: Any = None) -> Import:
    """The file, read, checked and applied."""
    job = checked(kind, content, user)
    assert job.state == Import.State.READY, errors(job)
    apply_import(job, user_id=job.created_by_id)
    run(job.pk, seconds=60)
    job.refresh_from_db()
    return job


def errors(job: Import) -> dict[int, dict[str, list[str]]]:
    """Sentences by field, by the number of the row."""
    return {row.number: row.errors for row in job.rows.order_by("position") if row.errors}


def changes(job: Import) -> dict[int, list[list[str]]]:
    """[heading, before, after] by the number of the row."""
    return {row.number: row.changes for row in job.rows.order_by("position") if row.changes}


def upload(browser: Any, kind: str, content: bytes, name: str = "表.xlsx") -> Any:
    """The answer to the form of the back office."""
    return browser.post(UPLOAD, {"kind": kind, "file": SimpleUploadedFile(name, content)})


def export(browser: Any, kind: str, format: str = "xlsx") -> bytes:
    """The bytes of an exported file."""
    answer = browser.post(EXPORT, {"kind": kind, "format": format})
    assert answer.status_code == 200, answer.status_code
    return b"".join(answer.streaming_content)
