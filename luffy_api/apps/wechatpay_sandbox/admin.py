from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from luffy_api.apps.wechatpay_sandbox.delivery import send_again
from luffy_api.apps.wechatpay_sandbox.models import WechatNotification, WechatRefund, WechatTrade


class ReadOnly:
    """Rows are written by the gateway only."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(WechatTrade)
class WechatTradeAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("out_trade_no", "transaction_id", "trade_type", "total", "state", "created_at")
    list_filter = ("state", "trade_type")
    search_fields = ("out_trade_no", "transaction_id")
    exclude = ("token",)


@admin.register(WechatRefund)
class WechatRefundAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("out_refund_no", "refund_id", "trade", "amount", "state", "created_at")
    list_select_related = ("trade",)
    search_fields = ("out_refund_no", "trade__out_trade_no")


@admin.register(WechatNotification)
class WechatNotificationAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("trade", "event_type", "attempts", "last_answer", "delivered_at")
    list_select_related = ("trade",)
    search_fields = ("trade__out_trade_no",)
    actions = ("resend",)

    def has_resend_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("wechatpay_sandbox.change_wechatnotification")

    @admin.action(description="重新发送通知", permissions=["resend"])
    def resend(self, request: HttpRequest, queryset: QuerySet[WechatNotification]) -> None:
        chosen = list(queryset.values_list("pk", flat=True))
        for pk in chosen:
            send_again(pk)
        messages.success(request, f"正在重新发送 {len(chosen)} 条通知")
