"""退款 in the back office: a list by state, and one page on which a request is decided."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from luffy_api.apps.order import member_savings, refund_selectors
from luffy_api.apps.order.admin.course_filter import RefundCourseFilter
from luffy_api.apps.order.admin.detail_pages import DetailPageAdmin
from luffy_api.apps.order.exceptions import RefundDecided
from luffy_api.apps.order.models import Refund, RefundStatus
from luffy_api.apps.order.payment import refund_requests, refunds
from luffy_api.common.admin import ReadOnlyAdmin
from luffy_api.common.admin_pages import View, form_page
from luffy_api.common.exceptions import DomainError

LEVELS = {
    RefundStatus.REFUNDED: messages.SUCCESS,
    RefundStatus.FAILED: messages.ERROR,
}
SENTENCES = {
    RefundStatus.REJECTED: "已拒绝，学员会看到您的答复",
    RefundStatus.PROCESSING: "处理中：支付平台还没有给出明确的答复，系统会自动继续查询",
    RefundStatus.REFUNDED: "已退款",
}


class ApproveForm(forms.Form):
    """A text to the student, if any."""

    answer = forms.CharField(
        label="给学员的答复", max_length=200, required=False, help_text="学员可见，可以不填"
    )


class ApproveByDaysForm(ApproveForm):
    """With another amount than what is proposed for a membership, if staff decide so."""

    amount = forms.DecimalField(
        label="退款金额（元）",
        required=False,
        max_digits=10,
        decimal_places=2,
        min_value=Decimal("0.01"),
        help_text="不填则退上面的“应退金额”；可以另填，不能超过这笔付款的余额",
    )
    field_order = ["amount", "answer"]


class RejectForm(forms.Form):
    """Why the student gets no money back."""

    answer = forms.CharField(label="拒绝原因", max_length=200, help_text="学员可见")


class ByHandForm(forms.Form):
    """How money that was paid by hand went back."""

    answer = forms.CharField(
        label="退款方式与凭证号", max_length=200, help_text="例如：招商银行转账，流水号 …"
    )


@dataclass(frozen=True)
class Decision:
    """A button of the page: the form that it leads to, and the service behind it."""

    label: str
    form: type[forms.Form]
    service: Callable[..., Refund]
    warning: str
    by_hand: bool = False
    form_by_days: type[forms.Form] | None = None

    def form_for(self, refund: Refund) -> type[forms.Form]:
        """The form that it leads to."""
        return self.form_by_days if self.form_by_days and refund.ends_membership else self.form

    def is_open_for(self, refund: Refund) -> bool:
        """Whether the state of the refund allows it."""
        if self.by_hand:
            under_way = refund.status == RefundStatus.PROCESSING
            return under_way and refunds.is_by_hand(refund.payment)
        return refund.status == RefundStatus.REQUESTED


DECISIONS = {
    "approve": Decision(
        "同意退款",
        ApproveForm,
        refund_requests.approve,
        "同意后款项原路退回，不能撤销；退款成功后相应的课程停止开放，会员按天退款的随之终止。",
        form_by_days=ApproveByDaysForm,
    ),
    "reject": Decision("拒绝退款", RejectForm, refund_requests.reject, "拒绝后学员可以再次申请。"),
    "pay_back": Decision(
        "登记已退款",
        ByHandForm,
        refunds.record_by_hand,
        "只在款项确实退给学员之后登记；登记后相应的课程停止开放。",
        by_hand=True,
    ),
}


class RefundStatusFilter(admin.SimpleListFilter):
    """By state, each with the number of its refunds."""

    title = "退款状态"
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Every state, also an empty one. One query."""
        counts = refund_selectors.refund_counts()
        return [(str(s.value), f"{s.label}（{counts.get(s.value, 0)}）") for s in RefundStatus]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Refund]) -> QuerySet[Refund]:
        """The refunds of the chosen state."""
        chosen = {str(each.value): each.value for each in RefundStatus}.get(self.value() or "")
        return queryset if chosen is None else queryset.filter(status=chosen)


@admin.register(Refund)
class RefundAdmin(DetailPageAdmin):
    """退款: nothing is typed over; a request is decided on a page of its own.

    Decisions take the permission to change refunds.
    """

    list_display = [
        "asked_at",
        "status",
        "amount",
        "order",
        "student",
        "target",
        "reason",
        "origin",
        "decided_by",
    ]
    list_filter = [RefundStatusFilter, "origin", RefundCourseFilter, "created_time"]
    list_select_related = ["order__user", "course", "payment", "decided_by"]
    search_fields = [
        "order__out_trade_no",
        "out_request_no",
        "payment__trade_no",
        "order__user__username",
        "order__user__mobile",
    ]
    fieldsets = [
        (
            "退款",
            {"fields": ["status", "amount", "target", "payment", "reason", "answer", "origin"]},
        ),
        (
            "处理",
            {
                "fields": [
                    "requested_by",
                    "created_time",
                    "decided_by",
                    "decided_at",
                    "finished_at",
                ]
            },
        ),
        ("支付平台", {"fields": ["out_request_no", "gateway_answer", "query_failures"]}),
    ]

    @admin.display(description="申请时间", ordering="created_time")
    def asked_at(self, refund: Refund) -> datetime:
        """When it was asked for, or started without a request."""
        return refund.created_time

    @admin.display(description="退款范围", ordering="course")
    def target(self, refund: Refund) -> str:
        """A course of the order, or any of the payment's money."""
        return refund.scope

    @admin.display(description="学员")
    def student(self, refund: Refund) -> str:
        """Whose order it is."""
        return str(refund.order.user)

    def waiting_count(self) -> str:
        """For the menu: how many refunds wait for a person. One query."""
        counts = refund_selectors.refund_counts()
        found = [(s.label, counts[s.value]) for s in refund_selectors.WAITING if s.value in counts]
        return "，".join(f"{label} {count}" for label, count in found)

    def own_pages(self) -> dict[str, tuple[View, str]]:
        """One address for each decision."""
        return {"<int:pk>/decide/<slug:name>/": (self.decide_view, "decide")}

    def detail_context(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        """The order, what the student has watched, other refunds, and the decisions."""
        return {
            "case": refund_selectors.refund_case(row),
            "decisions": self._decisions(request, row),
        }

    def _decisions(self, request: HttpRequest, refund: Refund) -> list[dict[str, str]]:
        if not may_refund(request):
            return []
        return [
            {
                "label": each.label,
                "url": reverse("admin:order_refund_decide", args=[refund.pk, name]),
            }
            for name, each in DECISIONS.items()
            if each.is_open_for(refund)
        ]

    def decide_view(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        """The question and its form; whatever becomes of it is said on the refund's page."""
        if not may_refund(request):
            raise PermissionDenied
        refund, decision = self.get_object(request, str(pk)), DECISIONS.get(name)
        if decision is None:
            raise Http404
        if refund is None:
            self.message_user(request, "学员已经撤回了这笔申请", messages.ERROR)
            return HttpResponseRedirect(reverse("admin:order_refund_changelist"))
        form = decision.form_for(refund)(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            self._decide(request, refund, decision, form.cleaned_data)
            return HttpResponseRedirect(refund_url(refund))
        return form_page(
            request,
            self,
            title=decision.label,
            facts=refund_facts(refund),
            warning=decision.warning,
            form=form,
            back=refund_url(refund),
        )

    def _decide(
        self, request: HttpRequest, refund: Refund, decision: Decision, data: dict[str, Any]
    ) -> None:
        try:
            decided = decision.service(refund_id=refund.pk, staff=request.user, **data)
        except RefundDecided as error:
            text = self._what_came_first(refund) or error.message
            self._refuse(request, refund, decision, text)
        except DomainError as error:
            self._refuse(request, refund, decision, error.message)
        else:
            tell(request, self, decided)

    def _refuse(self, request: HttpRequest, refund: Refund, decision: Decision, text: str) -> None:
        self.log_change(request, refund, f"{decision.label}，未成功：{text}")
        self.message_user(request, text, messages.ERROR)

    def _what_came_first(self, refund: Refund) -> str:
        """Who or what ended it meanwhile; empty when its student has withdrawn it."""
        now = Refund.objects.select_related("decided_by").filter(pk=refund.pk).first()
        if now is None or now.decided_at is None:
            return ""
        if now.decided_by is None:
            return now.answer
        return f"{now.decided_by} 已经处理了这笔退款，现在是“{now.get_status_display()}”"


def may_refund(request: HttpRequest) -> bool:
    """Whether the request's user may decide about refunds and start them."""
    return request.user.has_perm("order.change_refund")  # type: ignore[union-attr]


def refund_url(refund: Refund) -> str:
    """The page of a refund."""
    return reverse("admin:order_refund_change", args=[refund.pk])


def refund_facts(refund: Refund) -> list[tuple[str, str]]:
    """What a question about a refund shows: names and values."""
    order = refund.order
    return [
        ("退款金额", f"{refund.amount:.2f} 元{_unused_note(refund)}"),
        *_proposal(refund),
        ("退款范围", refund.scope),
        ("订单", f"{order.out_trade_no}，共 {order.total_amount:.2f} 元"),
        ("学员", str(order.user)),
        ("申请原因", refund.reason),
    ]


def _unused_note(refund: Refund) -> str:
    """What the days are worth now: the amount is that of when it was asked for."""
    if not refund.ends_membership:
        return ""
    return f"（按申请时的剩余天数；此刻{refund_selectors.unused_words(refund.order)}）"


def _proposal(refund: Refund) -> list[tuple[str, str]]:
    """What of a membership goes back unless staff decide otherwise, while it is asked for."""
    if not refund.ends_membership or refund.status != RefundStatus.REQUESTED:
        return []
    found = member_savings.by_days_of(refund)
    if found is None:
        return []
    amount = min(refund.amount, found.amount)
    return [("应退金额", f"{amount:.2f} 元{'：' if found.savings else ''}{found.deduction}")]


def tell(request: HttpRequest, model_admin: ReadOnlyAdmin, refund: Refund) -> None:
    """Say what became of a refund, with the provider's own reason when it failed."""
    status = RefundStatus(refund.status)
    if status == RefundStatus.PROCESSING and refunds.is_by_hand(refund.payment):
        model_admin.message_user(request, "请把款项退给学员，然后在这里登记已退款")
        return
    failed = f"退款失败，支付平台的原因：{refund.gateway_answer or '未说明'}"
    level = LEVELS.get(status, messages.INFO)
    model_admin.message_user(request, SENTENCES.get(status, failed), level)
