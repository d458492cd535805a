"""对账 in the back office: bills by day, their lines, and differences to look into."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from luffy_api.apps.order import tasks
from luffy_api.apps.order.models import Bill, BillDifference, BillLine, BillResult
from luffy_api.apps.order.payment import bills, gateway
from luffy_api.apps.order.payment.bill_store import COUNTERS
from luffy_api.common import dates
from luffy_api.common.admin import NOTHING, ModelAdmin, ReadOnlyAdmin, staff_id
from luffy_api.common.admin_pages import View, form_page

FIRST_DAY = date(2004, 12, 1)  # Alipay began
STARTED = "已开始获取，完成后刷新本页即可看到结果"


class FetchForm(forms.Form):
    """Which bill to fetch."""

    pay_type = forms.TypedChoiceField(label="支付方式", coerce=int)
    day = forms.DateField(
        label="账单日期",
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
        help_text="账单在次日上午 9 点到 10 点生成，只能获取昨天及以前的",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["pay_type"]
        assert isinstance(chosen, forms.TypedChoiceField)
        chosen.choices = [(each.value, each.label) for each in gateway.PROVIDERS]

    def clean_day(self) -> date:
        """A day that is over."""
        day: date = self.cleaned_data["day"]
        if not FIRST_DAY <= day < dates.today():
            raise ValidationError("只能获取昨天及以前的账单")
        return day


@admin.register(Bill)
class BillAdmin(ReadOnlyAdmin):
    """对账单: one row for each day and provider."""

    change_list_template = "admin/order/bill/change_list.html"
    list_display = [
        "day",
        "pay_type",
        "payments",
        "refunds",
        "fee_yuan",
        "net_yuan",
        "matched",
        "difference_counts",
        "open_count",
        "state",
    ]
    list_filter = ["pay_type", "day"]
    actions = ["fetch_again"]
    fieldsets = [
        ("账单", {"fields": ["day", "pay_type", "payments", "refunds", "fee_yuan", "net_yuan"]}),
        ("核对", {"fields": [*COUNTERS.values(), "compared_at", "attempted_at", "problem"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Bill]:
        """With the number of open differences."""
        still_open = Q(differences__resolved_at=None) & ~Q(differences__result=BillResult.MATCHED)
        rows: QuerySet[Bill] = super().get_queryset(request)
        return rows.annotate(open_differences=Count("differences", filter=still_open))

    def own_pages(self) -> dict[str, tuple[View, str]]:
        """The page for a day that is not in the list."""
        return {"fetch/": (self.fetch_view, "fetch")}

    def has_fetch_permission(self, request: HttpRequest) -> bool:
        """Whether the user may fetch bills."""
        return request.user.has_perm("order.fetch_bill")

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The list, with a button for a day that is not in it."""
        context = {"may_fetch": self.has_fetch_permission(request), **(extra_context or {})}
        return super().changelist_view(request, context)

    def fetch_view(self, request: HttpRequest) -> HttpResponse:
        """Choose day and provider; the bill is fetched in the background."""
        if not self.has_fetch_permission(request):
            raise PermissionDenied
        yesterday = {"day": dates.yesterday()}
        form = FetchForm(request.POST if request.method == "POST" else None, initial=yesterday)
        if request.method == "POST" and form.is_valid():
            bill, _ = Bill.objects.get_or_create(**form.cleaned_data)
            self._fetch(request, bill)
            messages.success(request, STARTED)
            return HttpResponseRedirect(reverse("admin:order_bill_changelist"))
        return form_page(request, self, title="获取账单", button="获取并核对", form=form)

    @admin.action(description="重新获取并核对", permissions=["fetch"])
    def fetch_again(self, request: HttpRequest, queryset: QuerySet[Bill]) -> None:
        """Bulk action: fetches the chosen bills in the background."""
        for bill in queryset.order_by("day"):
            self._fetch(request, bill)
        self.message_user(request, STARTED, messages.SUCCESS)

    def _fetch(self, request: HttpRequest, bill: Bill) -> None:
        self.log_change(request, bill, "获取并核对账单")
        tasks.reconcile_bill(bill.pay_type, bill.day.isoformat())

    @admin.display(description="收款")
    def payments(self, bill: Bill) -> str:
        """Number and yuan."""
        return f"{bill.payment_count} 笔 {bill.payment_amount:.2f} 元"

    @admin.display(description="退款")
    def refunds(self, bill: Bill) -> str:
        """Number and yuan."""
        return f"{bill.refund_count} 笔 {bill.refund_amount:.2f} 元"

    @admin.display(description="手续费（元）", ordering="fee")
    def fee_yuan(self, bill: Bill) -> str:
        """Two decimals."""
        return f"{bill.fee:.2f}"

    @admin.display(description="净额（元）", ordering="net")
    def net_yuan(self, bill: Bill) -> str:
        """Two decimals."""
        return f"{bill.net:.2f}"

    @admin.display(description="差异")
    def difference_counts(self, bill: Bill) -> SafeString | str:
        """How many of each kind, each a link to them."""
        address = reverse("admin:order_billdifference_changelist")
        counts = [
            (f"{address}?bill__id__exact={bill.pk}&result__exact={result.value}", result.label, n)
            for result in BillResult
            if result is not BillResult.MATCHED and (n := getattr(bill, COUNTERS[result]))
        ]
        return format_html_join("、", '<a href="{}">{} {}</a>', counts) or NOTHING

    @admin.display(description="待处理", ordering="open_differences")
    def open_count(self, bill: Any) -> int:
        """Differences that nobody has marked as 已处理."""
        count: int = bill.open_differences
        return count

    @admin.display(description="状态")
    def state(self, bill: Bill) -> str:
        """When it was compared, or why it was not."""
        if bill.problem:
            return bill.problem
        if bill.compared_at is None:
            return "正在获取" if bill.attempted_at else "等待获取"
        return f"已核对 {timezone.localtime(bill.compared_at):%m-%d %H:%M}"


@admin.register(BillLine)
class BillLineAdmin(ReadOnlyAdmin):
    """账单明细: what the providers list."""

    list_display = [
        *("finished_at", "kind", "out_trade_no", "trade_no", "request_no"),
        *("amount", "fee", "status", "result"),
    ]
    list_filter = ["bill__pay_type", "kind", "result", "bill__day"]
    search_fields = ["=trade_no", "=out_trade_no", "=request_no"]
    show_full_result_count = False
    fields = [
        *("bill", "number", "finished_at", "kind", "out_trade_no", "trade_no", "request_no"),
        *("amount", "fee", "net", "status", "result"),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[BillLine]:
        """Only what the bills consist of now."""
        rows: QuerySet[BillLine] = super().get_queryset(request)
        return rows.filter(pk__in=BillLine.objects.current().values("pk"))


class ResolvedFilter(admin.SimpleListFilter):
    """处理情况: what is left to do."""

    title = "处理情况"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Open and resolved ones."""
        return [("open", "待处理"), ("resolved", "已处理")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Another value filters nothing."""
        if self.value() == "open":
            return queryset.open()
        return queryset.exclude(resolved_at=None) if self.value() == "resolved" else queryset


class DifferenceForm(forms.ModelForm):  # type: ignore[type-arg]
    """Note and mark; `seen_note` is the note that the page showed."""

    resolved = forms.BooleanField(label="已处理", required=False)
    seen_note = forms.CharField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = BillDifference
        fields = ["note"]
        widgets = {"note": forms.Textarea({"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["resolved"].initial = self.instance.resolved_at is not None
        self.fields["seen_note"].initial = self.instance.note

    def clean(self) -> dict[str, Any]:
        """Refuses to overwrite what somebody else wrote meanwhile."""
        data = super().clean() or {}
        if data.get("seen_note", "") != self.instance.note:
            raise ValidationError("备注已被他人修改，请刷新页面后再改")
        return data


@admin.register(BillDifference)
class BillDifferenceAdmin(ModelAdmin):
    """对账差异: compared by the program; people add a note and 已处理."""

    form = DifferenceForm
    list_display = [
        "bill",
        "result",
        "kind",
        "out_trade_no",
        "trade_no",
        "our_amount",
        "their_amount",
        "our_status",
        "their_status",
        "occurred_at",
        "is_resolved",
        "note",
    ]
    list_filter = [ResolvedFilter, "result", "kind", "bill__pay_type", "bill__day"]
    list_select_related = ["bill"]
    list_per_page = 20
    empty_value_display = NOTHING
    search_fields = ["trade_no", "out_trade_no", "request_no", "note"]
    actions = ["mark_resolved", "mark_open"]
    compared = [
        *("bill", "result", "kind", "orders", "trade_no", "request_no"),
        *("our_amount", "their_amount", "our_status", "their_status", "occurred_at"),
    ]
    readonly_fields = [*compared, "resolved_by", "resolved_at", "created_time"]
    fieldsets = [
        ("差异", {"fields": [*compared, "created_time"]}),
        ("处理", {"fields": ["note", "seen_note", "resolved", "resolved_by", "resolved_at"]}),
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Django's hook: writes the note and the mark alone, whatever was compared meanwhile."""
        data, user_id = form.cleaned_data, staff_id(request)
        bills.write_note(obj, user_id=user_id, seen=data["seen_note"], note=data["note"])
        bills.resolve(obj, user_id=user_id, resolved=data["resolved"])

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> None:  # type: ignore[override]
        """Django's hook after `save_model`: the services have logged what was changed."""

    @admin.action(description="标为已处理", permissions=["change"])
    def mark_resolved(self, request: HttpRequest, queryset: QuerySet[BillDifference]) -> None:
        """Bulk action."""
        self._mark(request, queryset, resolved=True)

    @admin.action(description="改回待处理", permissions=["change"])
    def mark_open(self, request: HttpRequest, queryset: QuerySet[BillDifference]) -> None:
        """Bulk action."""
        self._mark(request, queryset, resolved=False)

    def _mark(
        self, request: HttpRequest, queryset: QuerySet[BillDifference], *, resolved: bool
    ) -> None:
        user_id = staff_id(request)
        marked = [bills.resolve(row, user_id=user_id, resolved=resolved) for row in queryset]
        changed = sum(marked)
        self.message_user(request, f"已更新 {changed} 条", messages.SUCCESS)

    @admin.display(description="已处理", boolean=True, ordering="resolved_at")
    def is_resolved(self, row: BillDifference) -> bool:
        """Whether somebody has marked it."""
        return row.resolved_at is not None

    @admin.display(description="订单号")
    def orders(self, row: BillDifference) -> SafeString | str:
        """The number, as a link to our orders with it."""
        if not row.out_trade_no:
            return NOTHING
        address = f"{reverse('admin:order_order_changelist')}?q={row.out_trade_no}"
        return format_html('<a href="{}">{}</a>', address, row.out_trade_no)
