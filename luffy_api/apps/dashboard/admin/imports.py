"""导入与导出: upload, dry run, apply, progress, result; templates and exports."""

from collections.abc import Callable, Iterable
from tempfile import TemporaryFile
from typing import IO, Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import QuerySet
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    JsonResponse,
    StreamingHttpResponse,
)
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.timezone import localdate

from luffy_api.apps.dashboard import services, tasks
from luffy_api.apps.dashboard.exceptions import ImportMoved, ImportRefused
from luffy_api.apps.dashboard.imports import exports, staging
from luffy_api.apps.dashboard.imports.kinds import KINDS, Kind
from luffy_api.apps.dashboard.imports.running import summary_of
from luffy_api.apps.dashboard.models import Import, ImportRow
from luffy_api.common import audit_log
from luffy_api.common.admin import ReadOnlyAdmin, staff_id
from luffy_api.common.admin_pages import RowPage, View, form_page, own_page
from luffy_api.libs.spreadsheets import column_name

FORMATS = {"xlsx": "Excel 工作簿（XLSX）", "csv": "CSV（Excel、WPS 可直接打开）"}
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV_TYPE = "text/csv; charset=utf-8"
ROWS_PER_PAGE = 50
# From so many rows on the page has a progress bar.
PROGRESS_ROWS = 500
ACTIONS = {
    "apply": services.apply_import,
    "cancel": services.cancel_import,
    "resume": services.resume_import,
}
# What the page lists, by the word in its address.
VIEWS: dict[str, tuple[str, dict[str, Any]]] = {
    "all": ("全部", {}),
    "wrong": ("有错误", {"state__in": [ImportRow.State.INVALID, ImportRow.State.FAILED]}),
    "added": ("新增", {"action": ImportRow.Action.ADD}),
    "changed": ("修改", {"action": ImportRow.Action.CHANGE}),
}


class UploadForm(forms.Form):
    """What, and the file."""

    kind = forms.ChoiceField(label="内容")
    file = forms.FileField(
        label="文件",
        widget=forms.ClearableFileInput({"accept": ".xlsx,.csv"}),
        help_text=(
            f"XLSX，或 UTF-8、GB18030 编码的 CSV；最多 {settings.IMPORT_MAX_ROWS} 行、"
            f"{settings.IMPORT_MAX_BYTES // 1024**2} MB。上传后先预检，确认后才写入"
        ),
    )

    def __init__(self, *args: Any, kinds: Iterable[Kind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self.fields["kind"], kinds)

    def clean_file(self) -> "UploadedFile[Any]":
        """Refuses a file that is too large."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > settings.IMPORT_MAX_BYTES:
            raise ValidationError(f"文件超过 {settings.IMPORT_MAX_BYTES // 1024**2} MB")
        return file


class ExportForm(forms.Form):
    """What, and in which format."""

    kind = forms.ChoiceField(label="内容")
    format = forms.ChoiceField(label="格式", choices=list(FORMATS.items()))

    def __init__(self, *args: Any, kinds: Iterable[Kind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self.fields["kind"], kinds)
        notes = "；".join(filter(None, (kind.csv_note for kind in kinds)))
        self.fields["format"].help_text = notes and f"一个 CSV 文件只有一张表：{notes}"


def _offer(field: forms.Field, kinds: Iterable[Kind]) -> None:
    assert isinstance(field, forms.ChoiceField)
    field.choices = [(kind.name, kind.label) for kind in kinds]


@admin.register(Import)
class ImportAdmin(RowPage, ReadOnlyAdmin):
    """One import on each page; whoever may not write a kind does not see its imports."""

    change_list_template = "admin/dashboard/import/change_list.html"
    list_display = ["file_name", "kind_label", "state", "result", "created_by", "created_time"]
    list_filter = ["state", "created_time"]
    list_select_related = ["created_by"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Import]:
        """Of the kinds that the user may import."""
        jobs: QuerySet[Import] = super().get_queryset(request)
        return jobs.filter(kind__in=[kind.name for kind in _importable(request)])

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may import something."""
        return bool(_importable(request))

    def own_pages(self) -> dict[str, tuple[View, str]]:
        """Templates, exports, and what a page of an import asks for."""
        return {
            "export/": (self.export_view, "export"),
            "template/<str:kind>.<str:format>": (self.template_view, "template"),
            "<int:pk>/progress/": (self.progress_view, "progress"),
            "<int:pk>/<str:action>/do/": (self.action_view, "action"),
        }

    # --- The list -----------------------------------------------------------------------------

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The list, with the way to exports."""
        context = {
            "may_export": bool(_exportable(request)),
            **(extra_context or {}),
        }
        return super().changelist_view(request, context)

    @admin.display(description="内容", ordering="kind")
    def kind_label(self, job: Import) -> str:
        """分类, 课程 …"""
        return KINDS[job.kind].label

    @admin.display(description="结果")
    def result(self, job: Import) -> str:
        """Numbers of rows, once they are known."""
        if not job.summary:
            return job.problem or "-"
        return _result_text(job, job.summary)

    # --- Upload -------------------------------------------------------------------------------

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The form; the file is read at once, its rows are checked in the background."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        kinds = _importable(request)
        data = (request.POST, request.FILES) if request.method == "POST" else (None, None)
        form = UploadForm(*data, kinds=kinds)
        if request.method == "POST" and form.is_valid():
            try:
                job = self._stage(request, form)
            except ImportRefused as error:
                form.add_error("file", str(error))
            else:
                return HttpResponseRedirect(_page(job))
        context = {"title": "导入", "button": "上传并预检", "form": form, "kinds": kinds}
        return own_page(request, self, "admin/dashboard/import/upload.html", context)

    def _stage(self, request: HttpRequest, form: UploadForm) -> Import:
        file = form.cleaned_data["file"]
        job = staging.stage(
            kind=KINDS[form.cleaned_data["kind"]],
            file=file,
            file_name=file.name,
            user_id=staff_id(request),
        )
        tasks.work_on_import(job.pk)
        return job

    def template_view(self, request: HttpRequest, kind: str, format: str) -> HttpResponseBase:
        """An empty table with its headings."""
        chosen = next((each for each in _importable(request) if each.name == kind), None)
        if chosen is None or format not in FORMATS:
            raise Http404
        if format == "csv":
            return _csv(exports.template_lines(chosen), f"{chosen.csv_label}导入模板.csv")
        name = f"{chosen.label}导入模板.xlsx"
        return _xlsx(lambda file: exports.write_template(file, chosen), name)

    # --- One import ---------------------------------------------------------------------------

    def row_page(self, request: HttpRequest, job: Import, /) -> HttpResponse:
        """What each row of the file would do or has done."""
        chosen = request.GET.get("show", "all")
        label, condition = VIEWS.get(chosen, VIEWS["all"])
        rows = job.rows.filter(**condition).order_by("position")
        page = Paginator(rows, ROWS_PER_PAGE).get_page(request.GET.get("page"))
        summary = job.summary or summary_of(job)
        context = {
            "title": f"{KINDS[job.kind].label}：{job.file_name}",
            "original": job,
            "object_id": job.pk,
            "job": job,
            "result": _result_text(job, summary),
            "summary": summary,
            "is_working": job.state in Import.WORKING,
            "has_bar": summary["total"] >= PROGRESS_ROWS,
            "views": [(name, each[0], name == chosen) for name, each in VIEWS.items()],
            "show": chosen,
            "label": label,
            "page": page,
            "rows": [_shown(job, row) for row in page],
            "may_resume": job.state in {Import.State.FAILED, Import.State.CANCELLED}
            and job.applied_by_id is not None,
        }
        return own_page(request, self, "admin/dashboard/import/detail.html", context)

    def progress_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """How far it is, for the script of the page: `{state, done, total, working}`."""
        job = self._job(request, pk)
        done = job.rows.exclude(state=ImportRow.State.STAGED)
        total = job.rows.all()
        if job.state == Import.State.APPLYING:
            total = job.rows.exclude(action=ImportRow.Action.NONE)
            done = total.exclude(state=ImportRow.State.CHECKED)
        working = job.state in Import.WORKING
        answer = {
            "state": job.get_state_display(),
            "done": done.count() if working else 0,
            "total": total.count() if working else 0,
            "working": working,
        }
        return JsonResponse(answer, headers={"Cache-Control": "private, no-store"})

    def action_view(self, request: HttpRequest, pk: int, action: str) -> HttpResponse:
        """开始导入, 取消, 继续."""
        job = self._job(request, pk)
        if request.method != "POST" or action not in ACTIONS:
            raise Http404
        try:
            ACTIONS[action](job, user_id=staff_id(request))
        except ImportMoved as error:
            self.message_user(request, str(error), messages.ERROR)
        else:
            transaction.on_commit(lambda: tasks.work_on_import(job.pk))
        return HttpResponseRedirect(_page(job))

    def _job(self, request: HttpRequest, pk: int) -> Import:
        """Raises Http404 for one of a kind that the user may not import."""
        job = self.get_queryset(request).filter(pk=pk).first()
        if job is None or not self.has_view_permission(request, job):
            raise Http404
        return job

    # --- Export -------------------------------------------------------------------------------

    def export_view(self, request: HttpRequest) -> HttpResponseBase:
        """The form, or the file; each export is in the log."""
        kinds = _exportable(request)
        if not kinds:
            raise PermissionDenied
        form = ExportForm(request.POST if request.method == "POST" else None, kinds=kinds)
        if request.method == "POST" and form.is_valid():
            return self._export(request, **form.cleaned_data)
        return form_page(request, self, title="导出数据", button="下载", form=form)

    def _export(self, request: HttpRequest, kind: str, format: str) -> HttpResponseBase:
        chosen = KINDS[kind]
        label = chosen.csv_label if format == "csv" else chosen.label
        name = f"{label}_{localdate():%Y%m%d}.{format}"
        audit_log.log_export(Import, user_id=staff_id(request), name=name)
        if format == "csv":
            return _csv(exports.csv_lines(chosen), name)
        return _xlsx(lambda file: exports.write_xlsx(file, chosen), name)


def _importable(request: HttpRequest) -> list[Kind]:
    return [kind for kind in KINDS.values() if kind.may_import(request.user)]  # type: ignore[arg-type]


def _exportable(request: HttpRequest) -> list[Kind]:
    return [kind for kind in KINDS.values() if kind.may_export(request.user)]  # type: ignore[arg-type]


def _page(job: Import) -> str:
    return reverse("admin:dashboard_import_change", args=[job.pk])


def _result_text(job: Import, summary: dict[str, int]) -> str:
    parts = [
        f"共 {summary['total']} 行",
        f"新增 {summary['added']}",
        f"修改 {summary['changed']}",
        f"不变 {summary['same']}",
    ]
    if summary["wrong"]:
        parts.append(f"有错误 {summary['wrong']}")
    if summary["failed"]:
        parts.append(f"未写入 {summary['failed']}")
    if job.applied_by_id is not None:
        parts.append(f"已写入 {summary['applied']}")
    return "，".join(parts)


def _shown(job: Import, row: ImportRow) -> dict[str, Any]:
    """A row as the page lists it: errors with the names of their cells."""
    columns, kind = job.headings.get(row.part, {}), KINDS[job.kind]
    errors = []
    for field, texts in row.errors.items():
        place, heading = columns.get(field) or (0, kind.part(row.part).heading_of(field))
        cell = f"{column_name(place)}{row.number}（{heading}）：" if place else ""
        if heading and not place:
            cell = f"{heading}（文件中没有这一列）："
        errors += [f"{cell}{text}" for text in texts]
    sheet = f"{kind.part(row.part).label} " if len(kind.parts) > 1 else ""
    return {
        "row": row,
        "place": f"{sheet}第 {row.number} 行",
        "errors": errors,
        "what": row.get_state_display()
        if row.state == ImportRow.State.STAGED
        else row.get_action_display(),
    }


def _csv(lines: Iterable[bytes], name: str) -> StreamingHttpResponse:
    return StreamingHttpResponse(lines, content_type=CSV_TYPE, headers=_headers(name))


def _xlsx(write: Callable[[IO[bytes]], None], name: str) -> FileResponse:
    file = TemporaryFile()  # noqa: SIM115  (the response closes it)
    try:
        write(file)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return FileResponse(file, content_type=XLSX_TYPE, headers=_headers(name))


def _headers(name: str) -> dict[str, str]:
    disposition = content_disposition_header(True, name)
    assert disposition is not None
    return {"Content-Disposition": disposition, "Cache-Control": "private, no-store"}
