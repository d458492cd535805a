"""运行状态 in the back office: open alerts and what was, read-only."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from luffy_api.apps.monitoring.job_titles import title_of
from luffy_api.apps.monitoring.models import Alert, JobRun
from luffy_api.common.admin import ReadOnlyAdmin


class OpenFilter(admin.SimpleListFilter):
    """未恢复, by default, or 全部."""

    title = "状态"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """What stands beside 未恢复."""
        return [("all", "全部")]

    def choices(self, changelist: Any) -> Any:
        """Django's own first choice is called 全部."""
        first, *others = super().choices(changelist)
        return [{**first, "display": "未恢复"}, *others]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Open ones, or every one."""
        return queryset if self.value() == "all" else queryset.filter(resolved_at=None)


@admin.register(Alert)
class AlertAdmin(ReadOnlyAdmin):
    """告警."""

    list_display = ["title", "text", "opened_at", "seen_at", "count", "told_at", "resolved_at"]
    list_filter = [OpenFilter]
    fields = ["title", "text", "opened_at", "seen_at", "count", "told_at", "resolved_at"]

    def waiting_count(self) -> int:
        """Open alerts, for the menu."""
        return Alert.objects.open().count()


@admin.register(JobRun)
class JobRunAdmin(ReadOnlyAdmin):
    """定时任务."""

    list_display = ["title", "code", "succeeded_at", "failed_at", "failures"]
    fields = ["title", "code", "succeeded_at", "failed_at", "failures"]

    @admin.display(description="任务", ordering="name")
    def title(self, run: JobRun) -> str:
        """For people."""
        return title_of(run.name)

    @admin.display(description="代号", ordering="name")
    def code(self, run: JobRun) -> str:
        """As logs and metrics have it."""
        return run.name
