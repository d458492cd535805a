"""The back office of orders and payments: to look at, never to edit."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from luffy_api.apps.order.models import Order, OrderDetail, PaymentEvent
from luffy_api.common.admin import ReadOnlyAdmin, TabularInline


class OrderDetailInline(TabularInline):
    """What was ordered, at the prices of that moment."""

    model = OrderDetail
    fields = ["course", "price", "real_price"]
    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False


@admin.register(Order)
class OrderAdmin(ReadOnlyAdmin):
    """订单."""

    list_display = [
        "out_trade_no",
        "subject",
        "user",
        "total_amount",
        "order_status",
        "pay_type",
        "pay_time",
        "created_time",
    ]
    list_filter = ["order_status", "pay_type", "created_time"]
    list_select_related = ["user"]
    search_fields = ["out_trade_no", "trade_no", "user__username", "user__mobile"]
    inlines = [OrderDetailInline]
    fieldsets = [
        ("订单", {"fields": ["out_trade_no", "subject", "user", "total_amount", "order_status"]}),
        ("支付", {"fields": ["pay_type", "trade_no", "pay_time"]}),
        ("时间", {"fields": ["created_time", "expires_at", "updated_time"]}),
    ]


@admin.register(PaymentEvent)
class PaymentEventAdmin(ReadOnlyAdmin):
    """支付消息."""

    list_display = [
        "created_time",
        "source",
        "out_trade_no",
        "trade_no",
        "total_amount",
        "accepted",
        "reason",
    ]
    list_filter = ["accepted", "source", "created_time"]
    search_fields = ["out_trade_no", "trade_no", "reason"]
    fields = [
        "created_time",
        "source",
        "out_trade_no",
        "trade_no",
        "total_amount",
        "accepted",
        "reason",
        "message",
    ]
