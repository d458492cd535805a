"""The back office of orders and payments: read-only."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from luffy_api.apps.order.models import (
    GatewayCounter,
    Order,
    OrderDetail,
    PaymentEvent,
    RefundDueOrder,
)
from luffy_api.common.admin import ReadOnlyAdmin, TabularInline


class OrderDetailInline(TabularInline):
    """Courses of an order, read-only."""

    model = OrderDetail
    fields = ["course", "price", "real_price"]
    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
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
        "refund_due",
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
        ("支付", {"fields": ["pay_type", "trade_no", "pay_time", "refund_due"]}),
        ("时间", {"fields": ["created_time", "expires_at", "updated_time"]}),
        ("向支付宝查询", {"fields": ["queried_at", "next_query_at", "query_failures"]}),
    ]


@admin.register(RefundDueOrder)
class RefundDueOrderAdmin(OrderAdmin):
    """待退款: orders whose student is due a refund."""

    list_display = [
        "out_trade_no",
        "trade_no",
        "user",
        "subject",
        "total_amount",
        "refund_due",
        "pay_time",
    ]
    list_filter = ["pay_time"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Order]:
        """Orders with a refund due."""
        return super().get_queryset(request).filter(refund_due__gt=0)


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


@admin.register(GatewayCounter)
class GatewayCounterAdmin(ReadOnlyAdmin):
    """Daily counts of Alipay's answers: many 未得到可信答复 point to the network or a wrong key."""

    list_display = ["day", "outcome", "count"]
    list_filter = ["outcome", "day"]
