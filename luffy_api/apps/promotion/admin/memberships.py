"""会员套餐, and what students have bought of them."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString

from luffy_api.apps.promotion.admin.money import MoneyAdmin
from luffy_api.apps.promotion.membership import lengths
from luffy_api.apps.promotion.models import MembershipPeriod, MembershipTerm
from luffy_api.apps.user import student_pages
from luffy_api.common.admin import CatalogueAdmin


@admin.register(MembershipTerm)
class MembershipTermAdmin(CatalogueAdmin):
    """会员套餐; orders keep the price that they were placed with, and a length never changes."""

    list_display = ["name", "length", "price", "orders", "is_show"]
    list_filter = ["is_show"]
    search_fields = ["name"]
    fieldsets = [
        ("会员", {"fields": ["name", "brief", ("months", "days"), "price"]}),
        ("展示", {"fields": [("orders", "is_show")]}),
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Who has the page of memberships open sees the price that changes, not the length."""
        return ["months", "days"] if obj else []

    @admin.display(description="时长")
    def length(self, term: MembershipTerm) -> str:
        """Column."""
        return term.length


class StateFilter(admin.SimpleListFilter):
    """Whether a period counts now."""

    title = "状态"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        """Hook of Django."""
        return [("live", "有效"), ("over", "已到期"), ("refunded", "已退款")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Hook of Django."""
        now = timezone.now()
        found: dict[str, dict[str, Any]] = {
            "live": {"ended_at__isnull": True, "ends_at__gt": now},
            "over": {"ended_at__isnull": True, "ends_at__lte": now},
            "refunded": {"ended_at__isnull": False},
        }
        return queryset.filter(**found.get(self.value() or "", {}))


@admin.register(MembershipPeriod)
class MembershipPeriodAdmin(MoneyAdmin):
    """会员记录: one row for each paid order."""

    money = frozenset({"price", "unused"})

    list_display = ["student", "name", "price", "starts_at", "ends_at", "state", "reference"]
    list_filter = [StateFilter, "ends_at"]
    list_select_related = ["user"]
    search_fields = ["reference", "user__username", "user__mobile"]
    fields = [
        *("student", "name", "price", "days", "starts_at", "ends_at", "state", "unused"),
        *("reference", "ended_at", "reminded_at", "created_time"),
    ]
    readonly_fields = ["student", "state", "unused", "created_time"]

    @admin.display(description="学员", ordering="user")
    def student(self, period: MembershipPeriod) -> SafeString | str:
        """Whose it is, as the way to the student's page."""
        return student_pages.link(period.user)

    @admin.display(description="状态")
    def state(self, period: MembershipPeriod) -> str:
        """Column."""
        return period.state_now

    @admin.display(description="现在按天退款")
    def unused(self, period: MembershipPeriod) -> str:
        """Field: what a refund by days would give back now."""
        return lengths.unused_words(period, timezone.now())
