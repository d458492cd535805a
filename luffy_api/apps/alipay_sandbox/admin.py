from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from luffy_api.apps.alipay_sandbox.delivery import send_again
from luffy_api.apps.alipay_sandbox.models import SandboxNotification, SandboxTrade


class ReadOnly:
    """Rows are written by the gateway only."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(SandboxTrade)
class SandboxTradeAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("out_trade_no", "trade_no", "subject", "total_amount", "status", "created_at")
    list_filter = ("status",)
    search_fields = ("out_trade_no", "trade_no")
    exclude = ("token",)


@admin.register(SandboxNotification)
class SandboxNotificationAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("trade", "attempts", "last_answer", "delivered_at", "next_attempt_at")
    list_select_related = ("trade",)
    search_fields = ("trade__out_trade_no",)
    actions = ("resend",)

    def has_resend_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("alipay_sandbox.change_sandboxnotification")

    @admin.action(description="重新发送通知", permissions=["resend"])
    def resend(self, request: HttpRequest, queryset: QuerySet[SandboxNotification]) -> None:
        chosen = list(queryset.values_list("pk", flat=True))
        for pk in chosen:
            send_again(pk)
        messages.success(request, f"正在重新发送 {len(chosen)} 条通知")
