"""The bookkeeper's tables: orders, payments, refunds, differences of the bill, and invoices.

Rows are read in batches by primary key and written one by one, so that memory does not grow with
the span. Each batch sees its own moment: what changes meanwhile may be in its old or its new state.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from luffy_api.apps.order import amounts
from luffy_api.apps.order.models import (
    BillDifference,
    Invoice,
    InvoiceOrder,
    Order,
    OrderDetail,
    OrderPayment,
    Refund,
)
from luffy_api.libs import spreadsheets
from luffy_api.libs.spreadsheets import Column, money, text

MAX_DAYS = 366
BATCH_SIZE = 2000


@dataclass(frozen=True)
class Span:
    """Local days from `first` to `last`, both included."""

    first: date
    last: date

    @property
    def start(self) -> datetime:
        """The first moment of it."""
        return _midnight(self.first)

    @property
    def end(self) -> datetime:
        """The first moment after it."""
        return _midnight(self.last + timedelta(days=1))

    def holds(self, column: str) -> Q:
        """Condition: the moment in this column is within the span."""
        return Q(**{f"{column}__gte": self.start, f"{column}__lt": self.end})

    def holds_first_of(self, column: str, otherwise: str) -> Q:
        """Condition: the moment in `column`, or in `otherwise` where that is NULL, is within it."""
        return self.holds(column) | Q(**{f"{column}__isnull": True}) & self.holds(otherwise)


@dataclass(frozen=True)
class Table:
    """What can be exported; `moment` says in Chinese which of a row's times the span is about."""

    label: str
    moment: str
    columns: Sequence[Column]
    select: Callable[[Span], QuerySet[Any]]

    def rows(self, span: Span) -> Iterator[Any]:
        """The rows of the span by primary key, one query and its prefetches for BATCH_SIZE rows.

        Not QuerySet.iterator(): the drivers of MySQL read a whole result into memory first.
        """
        rows = self.select(span).order_by("pk")
        last = 0
        while batch := list(rows.filter(pk__gt=last)[:BATCH_SIZE]):
            yield from batch
            last = batch[-1].pk


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _orders(span: Span) -> QuerySet[Any]:
    orders = Order.objects.filter(span.holds("created_time")).select_related("user")
    lines = _as_lines("order_courses", OrderDetail.objects.with_course())
    return amounts.with_amounts(orders.prefetch_related(lines))


def _payments(span: Span) -> QuerySet[Any]:
    return OrderPayment.objects.filter(span.holds("paid_at")).select_related("order__user")


def _refunds(span: Span) -> QuerySet[Any]:
    refunds = Refund.objects.filter(span.holds_first_of("finished_at", "created_time"))
    return refunds.select_related("order__user", "payment", "course", "requested_by", "decided_by")


def _differences(span: Span) -> QuerySet[Any]:
    days = Q(bill__day__gte=span.first, bill__day__lte=span.last)
    return BillDifference.objects.filter(days).select_related("bill", "resolved_by")


def _invoices(span: Span) -> QuerySet[Any]:
    orders = InvoiceOrder.objects.select_related("order").order_by("order_id")
    invoices = Invoice.objects.filter(span.holds_first_of("issued_at", "created_time"))
    lines = _as_lines("invoice_orders", orders)
    return invoices.select_related("user", "handled_by").prefetch_related(lines)


def _as_lines(relation: str, rows: QuerySet[Any]) -> "Prefetch[str, QuerySet[Any], str]":
    return Prefetch(relation, queryset=rows, to_attr="lines")


def _is_own(payment: OrderPayment) -> bool:
    order = payment.order
    return (payment.pay_type, payment.trade_no) == (order.pay_type, order.trade_no)


def _name(user: Any) -> str:
    return str(user.username) if user else ""


TABLES = {
    "orders": Table(
        label="订单",
        moment="下单时间",
        select=_orders,
        columns=[
            text("订单号", lambda order: order.out_trade_no),
            text("学员", lambda order: _name(order.user)),
            text("课程", lambda order: "、".join(line.course.name for line in order.lines)),
            money("订单总价（元）", lambda order: order.total_amount),
            money("已退款（元）", lambda order: order.refunded_amount),
            money("待退款（元）", lambda order: order.refund_due),
            text("状态", lambda order: order.get_order_status_display()),
            text("支付方式", lambda order: order.get_pay_type_display()),
            text("支付平台流水号", lambda order: order.trade_no),
            spreadsheets.time("下单时间", lambda order: order.created_time),
            spreadsheets.time("支付时间", lambda order: order.pay_time),
        ],
    ),
    "payments": Table(
        label="收款",
        moment="付款时间",
        select=_payments,
        columns=[
            text("订单号", lambda payment: payment.order.out_trade_no),
            text("学员", lambda payment: _name(payment.order.user)),
            text("支付方式", lambda payment: payment.get_pay_type_display()),
            text("支付平台流水号", lambda payment: payment.trade_no),
            money("金额（元）", lambda payment: payment.amount),
            spreadsheets.time("付款时间", lambda payment: payment.paid_at),
            spreadsheets.time("入账时间", lambda payment: payment.created_time),
            text("说明", lambda payment: "" if _is_own(payment) else "重复付款，应退"),
        ],
    ),
    "refunds": Table(
        label="退款",
        moment="完成时间（未完成的按申请时间）",
        select=_refunds,
        columns=[
            text("退款单号", lambda refund: refund.out_request_no),
            text("订单号", lambda refund: refund.order.out_trade_no),
            text("学员", lambda refund: _name(refund.order.user)),
            text("课程", lambda refund: refund.course.name if refund.course else "整单或按金额"),
            text("支付方式", lambda refund: refund.payment.get_pay_type_display()),
            text("原支付平台流水号", lambda refund: refund.payment.trade_no),
            money("退款金额（元）", lambda refund: refund.amount),
            text("状态", lambda refund: refund.get_status_display()),
            text("原因", lambda refund: refund.reason),
            text("给学员的答复", lambda refund: refund.answer),
            text("来源", lambda refund: refund.get_origin_display()),
            text("申请人", lambda refund: _name(refund.requested_by)),
            text("处理人", lambda refund: _name(refund.decided_by)),
            spreadsheets.time("申请时间", lambda refund: refund.created_time),
            spreadsheets.time("处理时间", lambda refund: refund.decided_at),
            spreadsheets.time("完成时间", lambda refund: refund.finished_at),
        ],
    ),
    "differences": Table(
        label="对账差异",
        moment="账单日期",
        select=_differences,
        columns=[
            spreadsheets.day("账单日期", lambda difference: difference.bill.day),
            text("支付方式", lambda difference: difference.bill.get_pay_type_display()),
            text("类型", lambda difference: difference.get_kind_display()),
            text("核对结果", lambda difference: difference.get_result_display()),
            text("支付平台流水号", lambda difference: difference.trade_no),
            text("订单号", lambda difference: difference.out_trade_no),
            text("退款单号", lambda difference: difference.request_no),
            money("我方金额（元）", lambda difference: difference.our_amount),
            money("对方金额（元）", lambda difference: difference.their_amount),
            text("我方状态", lambda difference: difference.our_status),
            text("对方状态", lambda difference: difference.their_status),
            spreadsheets.time("时间", lambda difference: difference.occurred_at),
            text("备注", lambda difference: difference.note),
            text("处理人", lambda difference: _name(difference.resolved_by)),
            spreadsheets.time("处理时间", lambda difference: difference.resolved_at),
        ],
    ),
    "invoices": Table(
        label="发票",
        moment="开具时间（未开具的按申请时间）",
        select=_invoices,
        columns=[
            text("发票号码", lambda invoice: invoice.number),
            text("状态", lambda invoice: invoice.get_state_display()),
            text("抬头类型", lambda invoice: invoice.get_kind_display()),
            text("发票抬头", lambda invoice: invoice.title),
            text("税号", lambda invoice: invoice.tax_number),
            money("开票金额（元）", lambda invoice: invoice.amount),
            text("学员", lambda invoice: _name(invoice.user)),
            text("接收邮箱", lambda invoice: invoice.email),
            text("订单号", lambda invoice: "、".join(invoice.out_trade_nos)),
            text("经手人", lambda invoice: _name(invoice.handled_by)),
            text("说明", lambda invoice: invoice.reason),
            text("红字发票号码", lambda invoice: invoice.reversal_number),
            spreadsheets.time("申请时间", lambda invoice: invoice.created_time),
            spreadsheets.time("开具时间", lambda invoice: invoice.issued_at),
            spreadsheets.time("结束时间", lambda invoice: invoice.closed_at),
        ],
    ),
}
