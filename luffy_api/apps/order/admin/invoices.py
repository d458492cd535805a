"""发票 in the back office: a list by state, and one page to issue, reject or reverse."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from luffy_api.apps.order import invoice_selectors, invoices
from luffy_api.apps.order.admin.detail_pages import DetailPageAdmin
from luffy_api.apps.order.exceptions import InvoiceNotIssued
from luffy_api.apps.order.models import Invoice, InvoiceOrder, InvoiceState
from luffy_api.apps.order.models.invoices import INVOICE_SOURCES
from luffy_api.common.admin import NOTHING, ReadOnlyInline
from luffy_api.common.admin_pages import View
from luffy_api.common.exceptions import DomainError
from luffy_api.common.file_checks import check_pdf
from luffy_api.common.response import pdf_download
from luffy_api.libs.storage import StorageUnavailable

# A fully digitalised invoice (数电发票) has 20 digits; an older one 8, after its code of 10 or 12.
NUMBER = r"\A(?:[0-9]{18}|[0-9]{20})\Z"
NUMBER_HELP = "数电发票 20 位；其他发票在号码前连写发票代码，共 18 或 20 位"


class NumberField(forms.RegexField):
    """The number of an invoice: ASCII digits, without spaces."""

    def __init__(self, **kwargs: Any) -> None:
        errors = {"invalid": f"发票号码有误：{NUMBER_HELP}"}
        super().__init__(NUMBER, help_text=NUMBER_HELP, error_messages=errors, **kwargs)

    def to_python(self, value: Any) -> str:
        """Numbers are pasted from documents that show them in groups."""
        return "".join(str(super().to_python(value)).split())


class IssueForm(forms.Form):
    """What the tax bureau's system gave out; `amount` is what the page showed."""

    amount = forms.DecimalField(widget=forms.HiddenInput)
    number = NumberField(label="发票号码")
    file = forms.FileField(
        label="发票 PDF",
        validators=[check_pdf],
        widget=forms.FileInput({"accept": "application/pdf,.pdf"}),
    )


class RejectForm(forms.Form):
    """Why the student gets no invoice."""

    reason = forms.CharField(label="拒绝原因", max_length=200, help_text="学员可见")


class ReverseForm(forms.Form):
    """The red-letter invoice; a reason only where no refund gives one."""

    reversal_number = NumberField(label="红字发票号码")
    reason = forms.CharField(
        label="红冲原因", max_length=200, required=False, help_text="学员可见；因退款红冲时可不填"
    )


class Decision:
    """A button of the page: its form, the service behind it, and the state it leads to."""

    def __init__(
        self,
        label: str,
        *,
        to: InvoiceState,
        form: type[forms.Form],
        service: Callable[..., Invoice],
        done: str,
    ) -> None:
        self.label, self.to, self.form, self.service, self.done = label, to, form, service, done

    def is_open_for(self, invoice: Invoice) -> bool:
        """Whether the state of the invoice allows it."""
        return InvoiceState(invoice.state) in INVOICE_SOURCES[self.to]


DECISIONS = {
    "issue": Decision(
        "开具",
        to=InvoiceState.ISSUED,
        form=IssueForm,
        service=invoices.issue,
        done="发票已登记，学员可以下载了",
    ),
    "reject": Decision(
        "拒绝",
        to=InvoiceState.REJECTED,
        form=RejectForm,
        service=invoices.reject,
        done="已拒绝，学员会看到原因",
    ),
    "reverse": Decision(
        "红冲",
        to=InvoiceState.REVERSED,
        form=ReverseForm,
        service=invoices.reverse,
        done="已登记红冲，这些订单可以重新申请发票",
    ),
}


class InvoiceOrderInline(ReadOnlyInline):
    """Orders of an invoice."""

    model = InvoiceOrder
    fields = ["order", "order_amount", "order_status", "is_live"]
    readonly_fields = ["order_amount", "order_status", "is_live"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[InvoiceOrder]:
        """With the orders."""
        return super().get_queryset(request).select_related("order")

    @admin.display(description="订单总价（元）")
    def order_amount(self, line: InvoiceOrder) -> str:
        """The total of the order, yuan."""
        return f"{line.order.total_amount:.2f}"

    @admin.display(description="订单状态")
    def order_status(self, line: InvoiceOrder) -> str:
        """The label of the order's state."""
        return line.order.get_order_status_display()


@admin.register(Invoice)
class InvoiceAdmin(DetailPageAdmin):
    """发票: no field is typed over; decisions are forms below the page.

    They take the permission to change invoices.
    """

    list_display = [
        "created_time",
        "state",
        "title",
        "kind",
        "amount",
        "user",
        "number",
        "handled_by",
    ]
    list_filter = ["state", "kind", "created_time", "issued_at"]
    list_select_related = ["user", "handled_by"]
    search_fields = [
        "title",
        "tax_number",
        "number",
        "orders__out_trade_no",
        "user__username",
        "user__mobile",
    ]
    inlines = [InvoiceOrderInline]
    fieldsets = [
        (
            "申请",
            {
                "fields": [
                    ("state", "amount", "user"),
                    ("kind", "title", "tax_number"),
                    ("email", "created_time"),
                ]
            },
        ),
        ("发票", {"fields": [("number", "pdf"), ("issued_at", "handled_by")]}),
        ("结束", {"fields": [("reason", "reversal_number"), "closed_at"]}),
    ]
    readonly_fields = ["pdf"]

    @admin.display(description="发票 PDF")
    def pdf(self, invoice: Invoice) -> SafeString | str:
        """A link to the document."""
        if not invoice.file:
            return NOTHING
        url = reverse("admin:order_invoice_file", args=[invoice.pk])
        return format_html('<a href="{}">下载</a>', url)

    def own_pages(self) -> dict[str, tuple[View, str]]:
        """The document, and one address for each decision."""
        return {
            "<int:pk>/file/": (self.file_view, "file"),
            "<int:pk>/decide/<slug:name>/": (self.decide_view, "decide"),
        }

    def detail_context(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        """The forms of those decisions that are possible now."""
        return {"decisions": self._decisions(request, row)}

    def file_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The document."""
        invoice = self.get_object(request, str(pk))
        if invoice is None:
            raise Http404
        if not self.has_view_permission(request, invoice):
            raise PermissionDenied
        try:
            file = invoice_selectors.invoice_file(invoice)
        except InvoiceNotIssued as error:
            raise Http404 from error
        return pdf_download(file.name, file.content)

    def decide_view(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        """Carry out a decision; whatever becomes of it is said on the invoice's page."""
        if not may_decide(request):
            raise PermissionDenied
        if name not in DECISIONS:
            raise Http404
        if request.method == "POST":
            self._decide(request, pk, DECISIONS[name])
        return HttpResponseRedirect(reverse("admin:order_invoice_change", args=[pk]))

    def _decide(self, request: HttpRequest, pk: int, decision: Decision) -> None:
        form = decision.form(request.POST, request.FILES)
        if not form.is_valid():
            for errors in form.errors.values():
                self.message_user(request, str(errors[0]), messages.ERROR)
            return
        try:
            decision.service(invoice_id=pk, staff_id=request.user.pk, **form.cleaned_data)
        except DomainError as error:
            self.message_user(request, error.message, messages.ERROR)
        except StorageUnavailable:
            self.message_user(request, "存储服务暂时不可用，请稍后再试", messages.ERROR)
        else:
            self.message_user(request, decision.done)

    def _decisions(self, request: HttpRequest, invoice: Invoice) -> list[dict[str, Any]]:
        if not may_decide(request):
            return []
        return [
            {
                "label": "更正" if decision.to == invoice.state else decision.label,
                "url": reverse("admin:order_invoice_decide", args=[invoice.pk, name]),
                "form": decision.form(initial={"amount": invoice.amount}, auto_id=f"{name}-%s"),
            }
            for name, decision in DECISIONS.items()
            if decision.is_open_for(invoice)
        ]


def may_decide(request: HttpRequest) -> bool:
    """Whether the request's user may issue, reject and reverse invoices."""
    return request.user.has_perm("order.change_invoice")  # type: ignore[union-attr]
