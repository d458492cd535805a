"""操作日志: who did what, before, after and from where; to be read, filtered and exported only."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import (
    HttpRequest,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.http.response import HttpResponseBase
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.http import content_disposition_header
from django.utils.safestring import SafeString

from luffy_api.apps.dashboard.audit_kinds import KINDS
from luffy_api.apps.dashboard.models import AuditEntry
from luffy_api.apps.user.models import User
from luffy_api.common import audit_log
from luffy_api.common.admin import NOTHING, ReadOnlyAdmin, staff_id
from luffy_api.common.admin_pages import View, form_page
from luffy_api.common.admin_site import menu_name
from luffy_api.libs import spreadsheets
from luffy_api.libs.spreadsheets import text

CHUNK = 1000
ACTIONS = {1: "增加", 2: "修改", 3: "删除"}


class KindFilter(admin.SimpleListFilter):
    """交易与资金, 课程授权 …"""

    title = "类别"
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Hook of Django."""
        return [(name, kind.label) for name, kind in KINDS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Hook of Django; an unknown word finds nothing."""
        chosen = self.value()
        if not chosen:
            return queryset
        kind = KINDS.get(chosen)
        return queryset.filter(kind.condition()) if kind else queryset.none()


class PersonFilter(admin.SimpleListFilter):
    """Who did it: everybody who is or was of the staff and stands in the log."""

    title = "操作人"
    parameter_name = "by"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Hook of Django. One query."""
        ids = AuditEntry.objects.order_by().values("user").distinct()
        people = User.objects.filter(pk__in=ids).order_by("username")
        return [(str(each.pk), f"{each}（{each.username}）") for each in people]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Hook of Django; what is no number finds nothing."""
        chosen = self.value()
        if not chosen:
            return queryset
        return queryset.filter(user=int(chosen)) if _is_id(chosen) else queryset.none()


class TableFilter(admin.SimpleListFilter):
    """What kind of row it was about."""

    title = "对象"
    parameter_name = "table"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Hook of Django. One query."""
        ids = set(AuditEntry.objects.order_by().values_list("content_type", flat=True).distinct())
        kinds = [kind for kind in ContentType.objects.all() if kind.pk in ids]
        return sorted(((str(kind.pk), _name(kind)) for kind in kinds), key=lambda each: each[1])

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Hook of Django."""
        chosen = self.value()
        if not chosen:
            return queryset
        return queryset.filter(content_type=int(chosen)) if _is_id(chosen) else queryset.none()


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 19


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """Whoever may see it sees all of it; superusers, unless somebody was given the right."""

    list_display = ["action_time", "person", "address", "table", "target", "action", "said"]
    list_filter = ["action_time", KindFilter, PersonFilter, TableFilter]
    list_select_related = ["user", "content_type", "origin"]
    search_fields = ["object_repr", "change_message", "=origin__address"]
    search_help_text = "对象名称、内容，或完整的来源地址"
    show_full_result_count = False
    list_per_page = 50
    change_list_template = "admin/dashboard/audit/change_list.html"
    fieldsets = [
        (
            "操作",
            {"fields": ["action_time", "person", "address", "table", "target", "action", "said"]},
        ),
        ("改动", {"fields": ["changes"]}),
    ]
    readonly_fields = ["person", "address", "table", "target", "action", "said", "changes"]

    @admin.display(description="操作人", ordering="user")
    def person(self, entry: AuditEntry) -> str:
        """Who did it."""
        return f"{entry.user}（{entry.user.username}）"

    @admin.display(description="来源地址")
    def address(self, entry: AuditEntry) -> str:
        """The IP address, where it is known."""
        return address_of(entry)

    @admin.display(description="对象类型")
    def table(self, entry: AuditEntry) -> str:
        """订单, 课程 …"""
        return table_of(entry)

    @admin.display(description="对象")
    def target(self, entry: AuditEntry) -> SafeString | str:
        """The row it was about, with the way to its page."""
        url = _page_of(entry)
        return (
            format_html('<a href="{}">{}</a>', url, entry.object_repr)
            if url
            else str(entry.object_repr)
        )

    @admin.display(description="操作", ordering="action_flag")
    def action(self, entry: AuditEntry) -> str:
        """增加, 修改, 删除."""
        return ACTIONS.get(entry.action_flag, NOTHING)

    @admin.display(description="内容")
    def said(self, entry: AuditEntry) -> str:
        """What was done, with the values before and after."""
        return told(entry)

    @admin.display(description="修改前后")
    def changes(self, entry: AuditEntry) -> SafeString | str:
        """The values, a line each."""
        lines = ((f"{row} {label}".strip(), old, new) for row, (label, old, new) in entry.values)
        return format_html_join("", "<div><b>{}</b>：{} → {}</div>", lines) or NOTHING

    def own_pages(self) -> dict[str, tuple[View, str]]:
        """The export."""
        return {"export/": (self.export_view, "export")}

    def export_view(self, request: HttpRequest) -> HttpResponseBase:
        """What the list shows, as CSV. That somebody has taken it stands in the log."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            rows = self.get_changelist_instance(request).queryset
        except IncorrectLookupParameters:
            return HttpResponseRedirect(reverse("admin:dashboard_auditentry_changelist"))
        if request.method == "POST":
            return _csv(rows, user_id=staff_id(request))
        title = f"导出操作日志（{rows.count()} 条）"
        return form_page(request, self, title=title, button="下载")


def address_of(entry: AuditEntry) -> str:
    """The IP address, NOTHING for what no request has done or is older than addresses are kept."""
    origin = getattr(entry, "origin", None)
    return origin.address if origin else NOTHING


def table_of(entry: AuditEntry) -> str:
    """What kind of row it was about; NOTHING for a table that is gone."""
    return _name(entry.content_type) if entry.content_type else NOTHING


def _name(kind: ContentType) -> str:
    """As the menu calls the table."""
    model = kind.model_class()
    return (menu_name(model._meta.label) if model else None) or str(kind.name)


def told(entry: AuditEntry) -> str:
    """The message in one line, then each value before and after."""
    values = [f"{row} {label}：{old} → {new}".strip() for row, (label, old, new) in entry.values]
    said = entry.get_change_message() or ACTIONS.get(entry.action_flag, "")
    return "；".join([said.removesuffix("。"), *values]) if values else said


def _page_of(entry: AuditEntry) -> str:
    """The address of the row's page; "" where there is none."""
    kind = entry.content_type
    if kind is None or not entry.object_id or entry.action_flag == 3:
        return ""
    try:
        return reverse(f"admin:{kind.app_label}_{kind.model}_change", args=[entry.object_id])
    except NoReverseMatch:
        return ""


COLUMNS = [
    spreadsheets.time("时间", lambda entry: entry.action_time),
    text("操作人", lambda entry: entry.user.username),
    text("来源地址", address_of),
    text("对象类型", table_of),
    text("对象编号", lambda entry: entry.object_id),
    text("对象", lambda entry: entry.object_repr),
    text("操作", lambda entry: ACTIONS.get(entry.action_flag, "")),
    text("内容", told),
]


def _csv(rows: QuerySet[Any], *, user_id: int) -> StreamingHttpResponse:
    name = f"操作日志_{timezone.localtime():%Y%m%d-%H%M%S}.csv"
    newest = rows.order_by("-pk").values_list("pk", flat=True).first() or 0
    audit_log.log_export(AuditEntry, user_id=user_id, name=name)
    return StreamingHttpResponse(
        spreadsheets.csv_lines(COLUMNS, _chunks(rows, newest)),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": content_disposition_header(True, name),
            "Cache-Control": "private, no-store",
        },
    )


def _chunks(rows: QuerySet[Any], newest: int) -> Iterator[AuditEntry]:
    """From the newest down; what is logged meanwhile is left out."""
    below = Q(pk__lte=newest)
    ordered = rows.order_by("-pk")
    while chunk := list(ordered.filter(below)[:CHUNK]):
        yield from chunk
        below = Q(pk__lt=chunk[-1].pk)
