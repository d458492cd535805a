"""优惠券."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.safestring import SafeString

from luffy_api.apps.promotion import selectors, wording
from luffy_api.apps.promotion.admin.coupon_form import CouponForm, price_table
from luffy_api.apps.promotion.coupon_rules import PROMISED
from luffy_api.apps.promotion.models import Coupon
from luffy_api.common.admin import CatalogueAdmin


@admin.register(Coupon)
class CouponAdmin(CatalogueAdmin):
    """优惠券."""

    form = CouponForm
    list_display = [
        *("name", "spoken_offer", "scope", "starts_at", "ends_at"),
        *("claimed_count", "total_limit", "claimable", "is_show"),
    ]
    list_filter = ["kind", "scope", "claimable", "is_show", "ends_at"]
    search_fields = ["name"]
    autocomplete_fields = ["courses", "categories"]
    readonly_fields = ["price_preview", "figures"]
    fieldsets = [
        (
            "优惠",
            {"fields": ["name", ("kind", "value"), "threshold", "stacking"]},
        ),
        (
            "适用课程",
            {
                "fields": [
                    *("scope", "course_type", "course_kind"),
                    *("categories", "courses", "price_preview"),
                ]
            },
        ),
        ("有效期", {"fields": [("starts_at", "ends_at")]}),
        ("领取", {"fields": ["claimable", ("total_limit", "per_student"), "figures"]}),
        ("展示", {"fields": [("orders", "is_show")]}),
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Hook of Django: students have it already, and rely on what it says.

        A form that was opened before the first of them is refused by its own rules.
        """
        fields = super().get_readonly_fields(request, obj)
        is_older = any(name in request.POST for name in PROMISED)
        return [*fields, *PROMISED] if obj and obj.claims.exists() and not is_older else fields

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Hook of Django: what students take meanwhile is not written over."""
        if not change:
            super().save_model(request, obj, form, change)
            return
        columns = {field.name for field in obj._meta.concrete_fields if not field.primary_key}
        obj.save(update_fields=columns - {"claimed_count"})

    @admin.display(description="优惠", ordering="value")
    def spoken_offer(self, coupon: Coupon) -> str:
        """Column: 满 100 元可用，减 20 元."""
        return f"{wording.condition(coupon)}，{wording.offer(coupon)}"

    @admin.display(description="价格预览")
    def price_preview(self, coupon: Coupon) -> SafeString:
        """Field: prices as it was saved last."""
        return price_table(coupon) if coupon.pk else SafeString("保存后显示")

    @admin.display(description="使用情况")
    def figures(self, coupon: Coupon) -> str:
        """Field: taken, on open orders, spent."""
        if not coupon.pk:
            return "保存后显示"
        found = selectors.usage(coupon)
        return (
            f"共领取 {found.claimed} 张（其中兑换码 {found.by_code} 张），"
            f"待付款订单占用 {found.held} 张，已使用 {found.used} 张，共优惠 {found.amount} 元"
        )
