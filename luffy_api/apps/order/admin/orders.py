"""The back office of orders: read-only."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from luffy_api.apps.order import amounts
from luffy_api.apps.order.amounts import OrderWithAmounts
from luffy_api.apps.order.models import Order, OrderDetail, RefundDueOrder
from luffy_api.common.admin import ReadOnlyAdmin, ReadOnlyInline


class OrderDetailInline(ReadOnlyInline):
    """Courses of an order, read-only."""

    model = OrderDetail
    fields = ["course", "price", "real_price"]


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
        ("支付", {"fields": ["pay_type", "trade_no", "pay_time", "refunded", "due"]}),
        ("时间", {"fields": ["created_time", "expires_at", "updated_time"]}),
        ("向支付宝查询", {"fields": ["queried_at", "next_query_at", "query_failures"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Orders with what went back and what is due back."""
        return amounts.with_amounts(super().get_queryset(request))

    @admin.display(description="已退款(元)")
    def refunded(self, order: OrderWithAmounts) -> str:
        """What went back, yuan."""
        return f"{order.refunded_amount:.2f}"

    @admin.display(description="待退款(元)", ordering="refund_due")
    def due(self, order: OrderWithAmounts) -> str:
        """What the school still owes, yuan."""
        return f"{order.refund_due:.2f}"


@admin.register(RefundDueOrder)
class RefundDueOrderAdmin(OrderAdmin):
    """待退款: orders whose student is due a refund."""

    list_display = [
        "out_trade_no",
        "trade_no",
        "user",
        "subject",
        "total_amount",
        "due",
        "pay_time",
    ]
    list_filter = ["pay_time"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Orders with a refund due."""
        return amounts.owing(admin.ModelAdmin.get_queryset(self, request))
