"""The back office of orders: read-only, with the way to refunds."""

from functools import partial
from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString

from luffy_api.apps.order import amounts, selectors
from luffy_api.apps.order.admin.course_filter import OrderCourseFilter
from luffy_api.apps.order.admin.detail_pages import DetailPageAdmin
from luffy_api.apps.order.admin.offline_payments import may_record, record_view
from luffy_api.apps.order.admin.refund_start import start_view
from luffy_api.apps.order.admin.refunds import may_refund
from luffy_api.apps.order.amounts import OrderWithAmounts
from luffy_api.apps.order.models import (
    MembershipLine,
    Order,
    OrderDetail,
    OrderPayment,
    Refund,
    RefundDueOrder,
)
from luffy_api.apps.order.payment import offline
from luffy_api.apps.user import student_pages
from luffy_api.common.admin import NOTHING, ReadOnlyInline
from luffy_api.common.admin_pages import View

# Of events and of log entries on the page of an order.
MAX_ROWS = 20


class OrderDetailInline(ReadOnlyInline):
    """Courses of an order, read-only."""

    model = OrderDetail
    fields = [
        "course",
        "package_name",
        "price",
        "vip_amount",
        "coupon_amount",
        "real_price",
        "study_months",
    ]


class MembershipLineInline(ReadOnlyInline):
    """The term of an order that is for a membership, read-only."""

    model = MembershipLine
    fields = ["name", "months", "days", "price"]


class OrderPaymentInline(ReadOnlyInline):
    """Payments of an order: its own, and any second one."""

    model = OrderPayment
    fields = ["paid_at", "pay_type", "trade_no", "amount"]


class RefundInline(ReadOnlyInline):
    """Refunds of an order; each links to its page."""

    model = Refund
    fields = ["created_time", "status", "amount", "course", "reason", "origin"]
    readonly_fields = ["created_time"]
    show_change_link = True


class GoodsFilter(admin.SimpleListFilter):
    """By what was bought."""

    title = "内容"
    parameter_name = "goods"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """An order is of one of them."""
        return [("courses", "单独的课程"), ("package", "套餐"), ("membership", "会员")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The orders of the chosen kind."""
        lines = OrderDetail.objects.filter(order=OuterRef("pk"))
        chosen = {
            "courses": Exists(lines.filter(package__isnull=True)),
            "package": Exists(lines.filter(package__isnull=False)),
            "membership": Exists(MembershipLine.objects.filter(order=OuterRef("pk"))),
        }.get(self.value() or "")
        return queryset if chosen is None else queryset.filter(chosen)


@admin.register(Order)
class OrderAdmin(DetailPageAdmin):
    """订单."""

    list_display = [
        "out_trade_no",
        "subject",
        "student",
        "total_amount",
        "order_status",
        "pay_type",
        "pay_time",
        "created_time",
    ]
    list_filter = ["order_status", "pay_type", GoodsFilter, OrderCourseFilter, "created_time"]
    list_select_related = ["user"]
    search_fields = ["out_trade_no", "trade_no", "user__username", "user__mobile"]
    inlines = [OrderDetailInline, OrderPaymentInline, RefundInline]
    change_form_template = "admin/order/order/change_form.html"
    readonly_fields = ["refund_terms", "student"]
    fieldsets = [
        (
            "订单",
            {"fields": ["out_trade_no", "subject", "student", "total_amount", "order_status"]},
        ),
        ("优惠", {"fields": [("coupon_name", "coupon_amount")]}),
        ("支付", {"fields": ["pay_type", "trade_no", "pay_time", "refunded", "due"]}),
        ("时间", {"fields": ["created_time", "expires_at", "updated_time", "refund_terms"]}),
        ("向支付平台查询", {"fields": ["queried_at", "next_query_at", "query_failures"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Orders with what went back and what is due back."""
        return amounts.with_amounts(super().get_queryset(request))

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        """Of an order without courses what it is for."""
        inlines = super().get_inlines(request, obj)
        if obj is None or obj.order_courses.exists():
            return inlines
        return [MembershipLineInline, *inlines[1:]]

    def own_pages(self) -> dict[str, tuple[View, str]]:
        """The pages that start a refund, and that record a payment by hand."""
        return {
            "<int:pk>/refund/": (partial(start_view, self), "refund"),
            "<int:pk>/offline/": (partial(record_view, self), "offline"),
        }

    def detail_context(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        """What may be done about the order's money now, and what was done before."""
        return {
            "money_actions": self._money_actions(request, row),
            "events": selectors.events_of(row)[:MAX_ROWS],
            "entries": selectors.log_entries_of(row)[:MAX_ROWS],
        }

    @admin.display(description="学员", ordering="user")
    def student(self, order: Order) -> SafeString | str:
        """Whose order it is, as the way to the student's page."""
        return student_pages.link(order.user)

    @admin.display(description="退款规则")
    def refund_terms(self, order: Order) -> str:
        """The version that was in force when the order was placed."""
        version = selectors.refund_terms(order)
        return f"第 {version} 版" if version else NOTHING

    def _money_actions(self, request: HttpRequest, order: Order) -> list[dict[str, str]]:
        open_ = {
            ("发起退款", "refund"): may_refund(request) and order.payments.exists(),
            ("登记线下收款", "offline"): may_record(request) and offline.takes_money(order),
        }
        return [
            {"label": label, "url": reverse(f"admin:order_order_{name}", args=[order.pk])}
            for (label, name), is_open in open_.items()
            if is_open
        ]

    @admin.display(description="已退款（元）")
    def refunded(self, order: OrderWithAmounts) -> str:
        """What went back, yuan."""
        return f"{order.refunded_amount:.2f}"

    @admin.display(description="待退款（元）", ordering="refund_due")
    def due(self, order: OrderWithAmounts) -> str:
        """What the school still owes, yuan."""
        return f"{order.refund_due:.2f}"


@admin.register(RefundDueOrder)
class RefundDueOrderAdmin(OrderAdmin):
    """待退款: orders whose student is due a refund."""

    list_display = [
        "out_trade_no",
        "trade_no",
        "student",
        "subject",
        "total_amount",
        "due",
        "pay_time",
    ]
    list_filter = ["pay_time"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Orders with a refund due."""
        return amounts.owing(admin.ModelAdmin.get_queryset(self, request))
