"""线下收款 in the back office: recorded from an order's page, confirmed or voided on its own."""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
)
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from luffy_api.apps.order import attention_selectors
from luffy_api.apps.order.admin.detail_pages import DetailPageAdmin
from luffy_api.apps.order.exceptions import OfflinePaymentDecided
from luffy_api.apps.order.models import OfflinePayment, OfflineStatus, Order
from luffy_api.apps.order.payment import offline
from luffy_api.apps.order.states import OrderStatus
from luffy_api.common.admin import ReadOnlyAdmin
from luffy_api.common.admin_pages import View, form_page
from luffy_api.common.exceptions import DomainError
from luffy_api.common.file_checks import check_receipt
from luffy_api.libs.storage import ObjectMissing, StorageUnavailable, private_storage


class RecordForm(forms.Form):
    """What the bank or the receipt says."""

    payer = forms.CharField(label="付款人", max_length=100)
    reference = forms.CharField(
        label="凭证号", max_length=64, help_text="银行流水号或收据编号，每笔收款各不相同"
    )
    paid_at = forms.DateTimeField(
        label="到账时间",
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    receipt = forms.FileField(
        label="凭证",
        validators=[check_receipt],
        widget=forms.FileInput({"accept": "image/*,.pdf"}),
        help_text="回单或收据的图片或 PDF，只有财务能看到",
    )

    def clean_paid_at(self) -> Any:
        """Refuse a time that has not come."""
        paid_at = self.cleaned_data["paid_at"]
        if paid_at > timezone.now():
            raise ValidationError("到账时间还没有到")
        return paid_at


@dataclass(frozen=True)
class Decision:
    """A button of the page and the service behind it."""

    label: str
    service: Callable[..., OfflinePayment]
    warning: str
    done: str


DECISIONS = {
    "confirm": Decision(
        "确认入账",
        offline.confirm,
        "请先核对凭证与银行流水；入账后订单变为已支付，课程随即开通。",
        "已入账，课程已开通",
    ),
    "void": Decision("作废", offline.void, "作废后可以重新登记。", "已作废"),
}

DUE_BACK = (
    "已入账；其中 {:.2f} 元是重复付款，或者学员已经另外拥有所付的课程，应退给学员，"
    "请到“待退款订单”处理"
)
# Above the form for an order that is over.
WARNINGS = {
    OrderStatus.UNPAID: "只登记全额到账的款项。",
    **dict.fromkeys(
        [OrderStatus.CANCELLED, OrderStatus.EXPIRED],
        "只登记全额到账的款项。这笔订单已经关闭，入账后变为已支付，课程照常开通；"
        "如果学员又下了新的订单，请登记在新订单上。",
    ),
}


@admin.register(OfflinePayment)
class OfflinePaymentAdmin(DetailPageAdmin):
    """线下收款: nothing is typed over.

    Recording takes the permission to add them, deciding the one to change them.
    """

    list_display = [
        "created_time",
        "status",
        "amount",
        "order",
        "payer",
        "reference",
        "paid_at",
        "recorded_by",
        "decided_by",
    ]
    list_filter = ["status", "created_time"]
    list_select_related = ["order", "recorded_by", "decided_by"]
    search_fields = ["order__out_trade_no", "reference", "payer"]
    change_form_template = "admin/order/order/change_form.html"
    fieldsets = [
        (
            "收款",
            {"fields": ["status", "order", "amount", "payer", "reference", "paid_at", "document"]},
        ),
        ("处理", {"fields": ["recorded_by", "created_time", "decided_by", "decided_at"]}),
    ]
    readonly_fields = ["document"]

    @admin.display(description="凭证")
    def document(self, row: OfflinePayment) -> SafeString:
        """A link to the receipt."""
        url = reverse("admin:order_offlinepayment_receipt", args=[row.pk])
        return format_html('<a href="{}">下载</a>', url)

    def waiting_count(self) -> int:
        """For the menu: how many wait for their confirmation. One query."""
        return attention_selectors.waiting_offline_payments()

    def own_pages(self) -> dict[str, tuple[View, str]]:
        """The receipt, and one address for each decision."""
        return {
            "<int:pk>/receipt/": (self.receipt_view, "receipt"),
            "<int:pk>/decide/<slug:name>/": (self.decide_view, "decide"),
        }

    def detail_context(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        """The decisions that are open."""
        return {"money_actions": self._decisions(request, row)}

    def _decisions(self, request: HttpRequest, row: OfflinePayment) -> list[dict[str, str]]:
        if row.status != OfflineStatus.WAITING or not may_confirm(request):
            return []
        return [
            {"label": each.label, "url": decision_url(row.pk, name)}
            for name, each in DECISIONS.items()
        ]

    def receipt_view(self, request: HttpRequest, pk: int) -> FileResponse:
        """The receipt, as a download."""
        row = self.get_object(request, str(pk))
        if row is None:
            raise Http404
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        limit = max(settings.IMAGE_MAX_BYTES, settings.INVOICE_MAX_BYTES)
        try:
            content = private_storage().read_range(str(row.receipt), 0, limit)
        except ObjectMissing as error:
            raise Http404 from error
        name = f"凭证-{row.pk}{PurePosixPath(str(row.receipt)).suffix}"
        return FileResponse(BytesIO(content), as_attachment=True, filename=name)

    def decide_view(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        """The question; whatever becomes of it is said on the payment's page."""
        if not may_confirm(request):
            raise PermissionDenied
        row, decision = self.get_object(request, str(pk)), DECISIONS.get(name)
        if row is None or decision is None:
            raise Http404
        back = reverse("admin:order_offlinepayment_change", args=[pk])
        if request.method == "POST":
            self.decide(request, row, decision)
            return HttpResponseRedirect(back)
        return form_page(
            request,
            self,
            title=decision.label,
            facts=_facts(row),
            warning=decision.warning,
            form=forms.Form(),
            back=back,
        )

    def decide(self, request: HttpRequest, row: OfflinePayment, decision: Decision) -> None:
        """Carry out a decision; a refused one stands in the audit log as well."""
        try:
            decided = decision.service(offline_id=row.pk, staff=request.user)
        except DomainError as error:
            text = error.message
            if isinstance(error, OfflinePaymentDecided):
                row.refresh_from_db()
                text = f"{row.decided_by} 已经处理了这笔收款，现在是“{row.get_status_display()}”"
            self.log_change(request, row, f"{decision.label}，未成功：{text}")
            self.message_user(request, text, messages.ERROR)
        else:
            due = offline.due_back(decided)
            text, level = (
                (DUE_BACK.format(due), messages.WARNING)
                if due
                else (decision.done, messages.SUCCESS)
            )
            self.message_user(request, text, level)


def _facts(row: OfflinePayment) -> list[tuple[str, str]]:
    return [
        ("订单", f"{row.order.out_trade_no}，{row.order.get_order_status_display()}"),
        ("金额", f"{row.amount:.2f} 元"),
        ("付款人", row.payer),
        ("凭证号", row.reference),
        ("登记人", str(row.recorded_by)),
    ]


def record_view(model_admin: ReadOnlyAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """登记线下收款 of an order: the form, and what became of it."""
    if not may_record(request):
        raise PermissionDenied
    order = Order.objects.filter(pk=pk).first()
    if order is None:
        raise Http404
    posted = request.method == "POST"
    form = RecordForm(request.POST, request.FILES) if posted else RecordForm()
    back = reverse("admin:order_order_change", args=[order.pk])
    if posted and form.is_valid():
        row = _record(model_admin, request, order, form.cleaned_data)
        url = reverse("admin:order_offlinepayment_change", args=[row.pk]) if row else back
        return HttpResponseRedirect(url)
    return form_page(
        request,
        model_admin,
        title="登记线下收款",
        facts=[
            ("订单", f"{order.out_trade_no}，{order.get_order_status_display()}"),
            ("学员", str(order.user)),
            ("应收金额", f"{order.total_amount:.2f} 元"),
        ],
        warning=WARNINGS.get(OrderStatus(order.order_status), ""),
        form=form,
        back=back,
    )


def _record(
    model_admin: ReadOnlyAdmin, request: HttpRequest, order: Order, data: dict[str, Any]
) -> OfflinePayment | None:
    """The row, confirmed at once where one person is enough; None when it is refused."""
    try:
        row = offline.record(out_trade_no=order.out_trade_no, staff=request.user, **data)  # type: ignore[arg-type]
    except (DomainError, StorageUnavailable) as error:
        text = getattr(error, "message", "存储服务暂时不可用，请稍后再试")
        model_admin.log_change(request, order, f"登记线下收款，未成功：{text}")
        model_admin.message_user(request, text, messages.ERROR)
        return None
    if offline.needs_second_person(row):
        model_admin.message_user(request, "已登记，须由另一位同事确认后入账")
    else:
        own: Any = model_admin.admin_site.get_model_admin(OfflinePayment)
        own.decide(request, row, DECISIONS["confirm"])
    return row


def decision_url(pk: int, name: str) -> str:
    """The page of a decision."""
    return reverse("admin:order_offlinepayment_decide", args=[pk, name])


def may_record(request: HttpRequest) -> bool:
    """Whether the request's user may record payments by hand."""
    return request.user.has_perm("order.add_offlinepayment")  # type: ignore[union-attr]


def may_confirm(request: HttpRequest) -> bool:
    """Whether the request's user may confirm and void payments by hand."""
    return request.user.has_perm("order.change_offlinepayment")  # type: ignore[union-attr]
