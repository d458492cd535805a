"""兑换码: made in batches, exported, made void."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import content_disposition_header
from django.utils.safestring import SafeString

from luffy_api.apps.promotion import batches
from luffy_api.apps.promotion.models import CodeBatch
from luffy_api.common import audit_log
from luffy_api.common.admin import NOTHING, ModelAdmin, staff_id
from luffy_api.common.admin_pages import OwnPages, View, form_page
from luffy_api.common.exceptions import DomainError
from luffy_api.libs import spreadsheets

COLUMNS = [
    spreadsheets.text("兑换码", lambda row: row[0]),
    spreadsheets.text("状态", lambda row: row[1]),
    spreadsheets.time("使用时间", lambda row: row[2]),
]


@admin.register(CodeBatch)
class CodeBatchAdmin(OwnPages, ModelAdmin):
    """兑换码."""

    list_display = ["note", "target", "count", "used", "expires_at", "voided_at", "created_time"]
    list_filter = ["created_time"]
    list_select_related = ["coupon", "course"]
    list_per_page = 20
    empty_value_display = NOTHING
    search_fields = ["note", "coupon__name", "course__name"]
    autocomplete_fields = ["coupon", "course"]
    fields = ["note", ("coupon", "course"), "count", "expires_at"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Hook of Django."""
        made = ["used", "voided_at", "created_by", "created_time", "tools"]
        return [*self.fields, *made] if obj else self.fields  # type: ignore[misc]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Hook of Django."""
        made = ["used", "voided_at", "created_by", "created_time", "tools"]
        return [*made, "note", "coupon", "course", "count", "expires_at"] if obj else made

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With how many were used."""
        rows: QuerySet[Any] = super().get_queryset(request).annotate(used=Count("codes__used_at"))
        return rows

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Hook of Django: a batch is what it was made as."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Hook of Django: it is made void instead."""
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Hook of Django, in the transaction of the page: the codes are made with the batch."""
        obj.created_by_id = staff_id(request)
        super().save_model(request, obj, form, change)
        batches.add_codes(obj)

    def own_pages(self) -> dict[str, tuple[View, str]]:
        """The file with the codes, and the question before they are made void."""
        return {
            "<int:pk>/export/": (self.export_view, "export"),
            "<int:pk>/void/": (self.void_view, "void"),
        }

    def export_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """All codes of a batch as CSV; who has taken them stands in the audit log."""
        batch = self._batch(request, pk)
        name = f"兑换码-{batch.pk}-{batch.note}.csv"
        audit_log.log_export(CodeBatch, user_id=staff_id(request), name=name)
        return StreamingHttpResponse(
            spreadsheets.csv_lines(COLUMNS, batches.exported(batch)),
            content_type="text/csv; charset=utf-8",
            headers={
                "Content-Disposition": content_disposition_header(True, name) or "",
                "Cache-Control": "private, no-store",
            },
        )

    def void_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The question, and what became of it."""
        batch = self._batch(request, pk)
        if request.method == "POST":
            self._void(request, pk)
            return HttpResponseRedirect(_address(pk))
        return form_page(
            request,
            self,
            title="作废兑换码",
            facts=[("用途", batch.note), ("数量", f"{batch.count} 个")],
            warning="还没有使用的兑换码立即失效，不能恢复；已经兑换的优惠券和课程不受影响。",
            form=None,
            back=_address(pk),
        )

    def _void(self, request: HttpRequest, pk: int) -> None:
        try:
            batches.void(batch_id=pk, staff_id=staff_id(request))
        except DomainError as error:
            self.message_user(request, error.message, messages.ERROR)
            return
        self.message_user(request, "已作废")

    def _batch(self, request: HttpRequest, pk: int) -> CodeBatch:
        """Codes are worth money: to see them takes the right to make or to end them."""
        if not may_manage(request):
            raise PermissionDenied
        batch: CodeBatch | None = CodeBatch.objects.filter(pk=pk).first()
        if batch is None:
            raise Http404
        return batch

    @admin.display(description="兑换内容")
    def target(self, batch: CodeBatch) -> str:
        """Column: the coupon or the course."""
        return f"优惠券：{batch.coupon}" if batch.coupon else f"课程：{batch.course}"

    @admin.display(description="已使用", ordering="used")
    def used(self, batch: Any) -> int:
        """Column."""
        return int(batch.used)

    @admin.display(description="操作")
    def tools(self, batch: CodeBatch) -> SafeString | str:
        """Field: ways to the pages of a batch."""
        if not batch.pk:
            return NOTHING
        export, void = (
            reverse(f"admin:promotion_codebatch_{name}", args=[batch.pk])
            for name in ("export", "void")
        )
        links = format_html('<a href="{}">导出兑换码（CSV）</a>', export)
        if batch.voided_at:
            return links
        return format_html('{} <a href="{}">作废未使用的兑换码</a>', links, void)


def may_manage(request: HttpRequest) -> bool:
    """Whether the request's user may take codes out and make them void."""
    return bool(request.user.has_perm("promotion.change_codebatch"))


def _address(batch_id: int) -> str:
    return reverse("admin:promotion_codebatch_change", args=[batch_id])
