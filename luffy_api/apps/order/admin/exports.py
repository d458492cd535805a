"""导出: the bookkeeper's tables as XLSX or CSV."""

from collections.abc import Iterable, Iterator
from datetime import date
from tempfile import TemporaryFile
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.http import content_disposition_header

from luffy_api.apps.order.admin.orders import OrderAdmin
from luffy_api.apps.order.exports import MAX_DAYS, TABLES, Span, Table
from luffy_api.apps.order.models import OrderExport
from luffy_api.common import audit_log
from luffy_api.common.admin import staff_id
from luffy_api.common.admin_pages import form_page
from luffy_api.libs import spreadsheets

FORMATS = {"xlsx": "Excel 工作簿（XLSX）", "csv": "CSV（Excel、WPS 可直接打开）"}
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BLOCK_BYTES = 64 * 1024
FIRST_YEAR, LAST_YEAR = 2000, 2100


class ExportForm(forms.Form):
    """What, of which days, and in which format."""

    table = forms.ChoiceField(
        label="内容",
        choices=[(name, f"{table.label}：按{table.moment}") for name, table in TABLES.items()],
    )
    first = forms.DateField(label="开始日期", widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    last = forms.DateField(
        label="结束日期",
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
        help_text=f"含当天，按北京时间；一次最多 {MAX_DAYS} 天",
    )
    format = forms.ChoiceField(label="格式", choices=list(FORMATS.items()))

    def clean(self) -> dict[str, Any]:
        """Refuses a span that is reversed, too long, or beyond what the clock of a shop shows."""
        data = super().clean() or {}
        first, last = data.get("first"), data.get("last")
        if first is None or last is None:
            return data
        if not FIRST_YEAR <= first.year <= last.year <= LAST_YEAR or first > last:
            raise ValidationError("结束日期不能早于开始日期")
        if (last - first).days >= MAX_DAYS:
            raise ValidationError(f"一次最多导出 {MAX_DAYS} 天，请分几次导出")
        return data


@admin.register(OrderExport)
class OrderExportAdmin(OrderAdmin):
    """导出: instead of a list a form; the answer to it is a file. Each export is in the log."""

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The form, or the file."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = ExportForm(request.POST if request.method == "POST" else None, initial=_this_month())
        if request.method == "POST" and form.is_valid():
            return self._export(request, **form.cleaned_data)  # type: ignore[return-value]
        return form_page(request, self, title="导出", button="下载", form=form)

    def _export(
        self, request: HttpRequest, *, table: str, first: date, last: date, format: str
    ) -> HttpResponseBase:
        chosen, span = TABLES[table], Span(first, last)
        name = f"{chosen.label}_{first:%Y%m%d}-{last:%Y%m%d}.{format}"
        audit_log.log_export(OrderExport, user_id=staff_id(request), name=name)
        return _csv(chosen, span, name) if format == "csv" else _xlsx(chosen, span, name)


def _this_month() -> dict[str, date]:
    today = timezone.localdate()
    return {"first": today.replace(day=1), "last": today}


def _csv(table: Table, span: Span, name: str) -> StreamingHttpResponse:
    lines = spreadsheets.csv_lines(table.columns, table.rows(span))
    return StreamingHttpResponse(
        _blocks(lines),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": content_disposition_header(True, name),
            "Cache-Control": "private, no-store",
        },
    )


def _blocks(lines: Iterable[bytes]) -> Iterator[bytes]:
    """The lines in blocks of about BLOCK_BYTES, each of which is one write to the socket."""
    block: list[bytes] = []
    size = 0
    for line in lines:
        block.append(line)
        size += len(line)
        if size >= BLOCK_BYTES:
            yield b"".join(block)
            block, size = [], 0
    yield b"".join(block)


def _xlsx(table: Table, span: Span, name: str) -> FileResponse:
    # A workbook is a ZIP archive whose parts are only known at its end.
    file = TemporaryFile()  # noqa: SIM115  (the response closes it)
    try:
        spreadsheets.write_xlsx(
            file, title=table.label, columns=table.columns, rows=table.rows(span)
        )
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return FileResponse(
        file,
        as_attachment=True,
        filename=name,
        content_type=XLSX_TYPE,
        headers={"Cache-Control": "private, no-store"},
    )
