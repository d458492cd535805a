"""发起退款: a refund that staff start from an order's page, without a request."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from luffy_api.apps.order import member_savings, selectors
from luffy_api.apps.order.admin.refunds import may_refund, refund_url, tell
from luffy_api.apps.order.models import Order, OrderPayment, Refund
from luffy_api.apps.order.numbers import new_request_no
from luffy_api.apps.order.payment import refund_amounts, refunds
from luffy_api.common.admin import ReadOnlyAdmin
from luffy_api.common.admin_pages import form_page
from luffy_api.common.exceptions import DomainError

PAYMENT, COURSE, MEMBERSHIP = "payment", "course", "membership"


class StartForm(forms.Form):
    """What goes back and why; `request_no` makes a second click the same refund."""

    request_no = forms.RegexField(r"\A[0-9A-Z]{26}\Z", widget=forms.HiddenInput)
    target = forms.ChoiceField(label="退款范围", widget=forms.RadioSelect)
    amount = forms.DecimalField(
        label="退款金额（元）",
        required=False,
        max_digits=10,
        decimal_places=2,
        min_value=Decimal("0.01"),
        help_text=(
            "只退一部分时填写；不填则退所选付款的全部余额。不能与课程同时填写；"
            "选会员时不填则退上面算出的应退金额"
        ),
    )
    reason = forms.CharField(label="退款原因", max_length=200, help_text="学员可见")

    def __init__(self, *args: Any, order: Order, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        target: Any = self.fields["target"]
        target.choices = list(targets(order))
        self.initial.setdefault("target", next((key for key, _ in target.choices), ""))

    def chosen(self) -> dict[str, Any]:
        """The target as an argument of `refunds.start`."""
        kind, _, pk = self.cleaned_data["target"].partition(":")
        return {"by_days": True} if kind == MEMBERSHIP else {f"{kind}_id": int(pk)}


def targets(order: Order) -> list[tuple[str, str]]:
    """The payments of an order with what is left of each, and its courses."""
    found = [(f"{PAYMENT}:{each.pk}", _payment_label(each)) for each in order.payments.all()]
    lines = [
        (f"{COURSE}:{line.course_id}", f"课程《{line.course.name}》{line.real_price:.2f} 元")
        for line in order.lines
    ]
    return [*_by_days(order), *found, *(lines if len(lines) > 1 else [])]


def _by_days(order: Order) -> list[tuple[str, str]]:
    """The unused days of a membership, while there are any, as far as they are paid still."""
    own = None if order.lines else next((p for p in order.payments.all() if p.is_own), None)
    left = refund_amounts.left_amount(own) if own else Decimal(0)
    found = member_savings.by_days(order) if left else None
    if found is None or not found.value:
        return []
    amount = min(left, found.amount)
    label = f"会员按剩余整天退 {amount:.2f} 元，会员随之终止（{found.words}）"
    if not amount:
        label += "，要退款请填写金额"
    return [(f"{MEMBERSHIP}:{order.pk}", label)]


def _payment_label(payment: OrderPayment) -> str:
    name = "付款" if payment.is_own else "重复的付款"
    left = refund_amounts.left_amount(payment)
    return f"{name} {payment.get_pay_type_display()} {payment.trade_no}，余额 {left:.2f} 元"


def start_view(model_admin: ReadOnlyAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """The form, and what became of it."""
    if not may_refund(request):
        raise PermissionDenied
    order = Order.objects.filter(pk=pk).first()
    if order is None:
        raise Http404
    selectors.with_lines(order)
    data = request.POST if request.method == "POST" else None
    form = StartForm(data, order=order, initial={"request_no": new_request_no()})
    if request.method == "POST" and form.is_valid():
        refund = _start(model_admin, request, order, form)
        return HttpResponseRedirect(refund_url(refund) if refund else _order_url(order))
    return form_page(
        request,
        model_admin,
        title="发起退款",
        facts=[
            ("订单", order.out_trade_no),
            ("学员", str(order.user)),
            ("订单总价", f"{order.total_amount:.2f} 元，{order.get_order_status_display()}"),
        ],
        warning="款项原路退回，不能撤销；退款成功后相应的课程停止开放。会员订单整笔退回后会员终止；只按金额退一部分，会员不变。",
        form=form,
        back=_order_url(order),
    )


def _start(
    model_admin: ReadOnlyAdmin, request: HttpRequest, order: Order, form: StartForm
) -> Refund | None:
    """The refund, also when an earlier click has started it; None when it is refused."""
    data = form.cleaned_data
    earlier = order.refunds.filter(out_request_no=data["request_no"]).first()
    if earlier is not None:
        model_admin.message_user(request, "这笔退款已经发起过，没有再退一次", messages.WARNING)
        return earlier
    try:
        refund = refunds.start(
            out_trade_no=order.out_trade_no,
            reason=data["reason"],
            origin=Refund.Origin.STAFF,
            amount=data["amount"],
            staff=request.user,  # type: ignore[arg-type]
            request_no=data["request_no"],
            **form.chosen(),
        )
    except DomainError as error:
        model_admin.log_change(request, order, f"发起退款，未成功：{error.message}")
        model_admin.message_user(request, error.message, messages.ERROR)
        return None
    tell(request, model_admin, refund)
    return refund


def _order_url(order: Order) -> str:
    return reverse("admin:order_order_change", args=[order.pk])
