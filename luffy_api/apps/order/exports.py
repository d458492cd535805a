"""The bookkeeper's tables: orders, payments, refunds, differences of the bill, and invoices.

Rows are read in chunks by primary key and written one by one, so that memory does not grow with
the span. Each chunk sees its own moment: what changes meanwhile may be in its old or its new state.
A row is a named tuple: instances of the models took half of an export's time.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import (
    BooleanField,
    CharField,
    Choices,
    ExpressionWrapper,
    F,
    Q,
    QuerySet,
    Value,
)
from django.utils import timezone

from luffy_api.apps.order import amounts
from luffy_api.apps.order.models import (
    BillDifference,
    BillLine,
    BillResult,
    Invoice,
    InvoiceOrder,
    InvoiceState,
    MembershipLine,
    Order,
    OrderDetail,
    OrderPayment,
    PayType,
    Refund,
    RefundStatus,
)
from luffy_api.apps.order.models.payments import is_own_payment
from luffy_api.apps.order.states import OrderStatus
from luffy_api.libs import spreadsheets
from luffy_api.libs.spreadsheets import Column, money, text

MAX_DAYS = 366
CHUNK = 2000


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
    """What can be exported; `moment` says in Chinese which of a row's times the span is about.

    `fields` are what the columns use of a row, beside `pk`. `complete` adds to the rows of a chunk
    what belongs to several of them.
    """

    label: str
    moment: str
    select: Callable[[Span], QuerySet[Any]]
    fields: Sequence[str]
    columns: Sequence[Column]
    complete: Callable[[list[Any]], Iterable[Any]] = iter

    def rows(self, span: Span) -> Iterator[Any]:
        """The rows of the span by primary key, one or two queries for CHUNK rows.

        Not QuerySet.iterator(): the drivers of MySQL read a whole result into memory first.
        """
        rows = self.select(span).order_by("pk").values_list("pk", *self.fields, named=True)
        last = 0
        while chunk := list(rows.filter(pk__gt=last)[:CHUNK]):
            yield from self.complete(chunk)
            last = chunk[-1].pk


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _orders(span: Span) -> QuerySet[Any]:
    orders = amounts.with_amounts(Order.objects.filter(span.holds("created_time")))
    return orders.annotate(courses=_blank(), packages=_blank(), vip_amount=_blank())


def _with_courses(orders: list[Any]) -> Iterator[Any]:
    details = OrderDetail.objects.filter(order__in=[order.pk for order in orders]).order_by("pk")
    lines = [*details.values_list("order_id", "course__name", "vip_amount", "package_name")]
    pairs = [(pk, name) for pk, name, *_ in lines]
    saved: defaultdict[int, Decimal] = defaultdict(Decimal)
    for pk, _, amount, _ in lines:
        saved[pk] += amount
    # An order has lines of one package, or of none.
    packages = {pk: package for pk, *_, package in lines}
    of_courses = {pk for pk, _ in pairs}
    others = [order.pk for order in orders if order.pk not in of_courses]
    if others:
        terms = MembershipLine.objects.filter(order__in=others)
        pairs += [(pk, f"会员：{name}") for pk, name in terms.values_list("order_id", "name")]
    names = _joined(pairs)
    return (
        order._replace(
            courses=names.get(order.pk),
            packages=packages.get(order.pk, ""),
            vip_amount=saved[order.pk],
        )
        for order in orders
    )


def _payments(span: Span) -> QuerySet[Any]:
    own = is_own_payment(order=lambda name: F(f"order__{name}"))
    payments = OrderPayment.objects.filter(span.holds("paid_at"))
    return payments.annotate(own=ExpressionWrapper(own, BooleanField()))


def _refunds(span: Span) -> QuerySet[Any]:
    return Refund.objects.filter(span.holds_first_of("finished_at", "created_time"))


def _differences(span: Span) -> QuerySet[Any]:
    days = Q(bill__day__gte=span.first, bill__day__lte=span.last)
    return BillDifference.objects.filter(days)


def _invoices(span: Span) -> QuerySet[Any]:
    invoices = Invoice.objects.filter(span.holds_first_of("issued_at", "created_time"))
    return invoices.annotate(order_numbers=_blank())


def _with_orders(invoices: list[Any]) -> Iterator[Any]:
    lines = InvoiceOrder.objects.filter(invoice__in=[invoice.pk for invoice in invoices])
    pairs = lines.order_by("order_id").values_list("invoice_id", "order__out_trade_no")
    numbers = _joined(pairs)
    return (invoice._replace(order_numbers=numbers.get(invoice.pk)) for invoice in invoices)


def _blank() -> Value:
    """For what is filled in by `complete`."""
    return Value("", output_field=CharField())


def _joined(pairs: Iterable[tuple[int, str]]) -> dict[int, str]:
    """The texts of each number, in their order, as one."""
    texts: defaultdict[int, list[str]] = defaultdict(list)
    for number, part in pairs:
        texts[number].append(part)
    return {number: "、".join(parts) for number, parts in texts.items()}


def _choice(heading: str, field: str, choices: type[Choices]) -> Column:
    """A column with the labels of a field's values."""
    labels = dict(choices.choices)

    def label(row: Any) -> str:
        value = getattr(row, field)
        return str(labels.get(value, value))

    return text(heading, label)


TABLES = {
    "orders": Table(
        label="订单",
        moment="下单时间",
        select=_orders,
        fields=[
            *("out_trade_no", "user__username", "courses", "packages", "total_amount"),
            "refunded_amount",
            *("refund_due", "order_status", "pay_type", "trade_no", "created_time", "pay_time"),
            *("coupon_name", "coupon_claim__code__code", "coupon_amount", "vip_amount"),
        ],
        complete=_with_courses,
        columns=[
            text("订单号", lambda order: order.out_trade_no),
            text("学员", lambda order: order.user__username),
            text("课程", lambda order: order.courses),
            text("套餐", lambda order: order.packages),
            money("订单总价（元）", lambda order: order.total_amount),
            text("优惠券", lambda order: order.coupon_name),
            text("兑换码", lambda order: order.coupon_claim__code__code),
            money("优惠券减（元）", lambda order: order.coupon_amount),
            money("会员价减（元）", lambda order: order.vip_amount),
            money("已退款（元）", lambda order: order.refunded_amount),
            money("待退款（元）", lambda order: order.refund_due),
            _choice("状态", "order_status", OrderStatus),
            _choice("支付方式", "pay_type", PayType),
            text("支付平台流水号", lambda order: order.trade_no),
            spreadsheets.time("下单时间", lambda order: order.created_time),
            spreadsheets.time("支付时间", lambda order: order.pay_time),
        ],
    ),
    "payments": Table(
        label="收款",
        moment="付款时间",
        select=_payments,
        fields=[
            *("order__out_trade_no", "order__user__username", "pay_type", "trade_no"),
            *("amount", "paid_at", "created_time", "own"),
        ],
        columns=[
            text("订单号", lambda payment: payment.order__out_trade_no),
            text("学员", lambda payment: payment.order__user__username),
            _choice("支付方式", "pay_type", PayType),
            text("支付平台流水号", lambda payment: payment.trade_no),
            money("金额（元）", lambda payment: payment.amount),
            spreadsheets.time("付款时间", lambda payment: payment.paid_at),
            spreadsheets.time("入账时间", lambda payment: payment.created_time),
            text("说明", lambda payment: "" if payment.own else "重复付款，应退"),
        ],
    ),
    "refunds": Table(
        label="退款",
        moment="完成时间（未完成的按申请时间）",
        select=_refunds,
        fields=[
            *("out_request_no", "order__out_trade_no", "order__user__username", "course__name"),
            *("payment__pay_type", "payment__trade_no", "amount", "status", "reason", "answer"),
            *("origin", "requested_by__username", "decided_by__username"),
            *("created_time", "decided_at", "finished_at"),
        ],
        columns=[
            text("退款单号", lambda refund: refund.out_request_no),
            text("订单号", lambda refund: refund.order__out_trade_no),
            text("学员", lambda refund: refund.order__user__username),
            text("课程", lambda refund: refund.course__name or "整单或按金额"),
            _choice("支付方式", "payment__pay_type", PayType),
            text("原支付平台流水号", lambda refund: refund.payment__trade_no),
            money("退款金额（元）", lambda refund: refund.amount),
            _choice("状态", "status", RefundStatus),
            text("原因", lambda refund: refund.reason),
            text("给学员的答复", lambda refund: refund.answer),
            _choice("来源", "origin", Refund.Origin),
            text("申请人", lambda refund: refund.requested_by__username),
            text("处理人", lambda refund: refund.decided_by__username),
            spreadsheets.time("申请时间", lambda refund: refund.created_time),
            spreadsheets.time("处理时间", lambda refund: refund.decided_at),
            spreadsheets.time("完成时间", lambda refund: refund.finished_at),
        ],
    ),
    "differences": Table(
        label="对账差异",
        moment="账单日期",
        select=_differences,
        fields=[
            *("bill__day", "bill__pay_type", "kind", "result", "trade_no", "out_trade_no"),
            *("request_no", "our_amount", "their_amount", "our_status", "their_status"),
            *("occurred_at", "note", "resolved_by__username", "resolved_at"),
        ],
        columns=[
            spreadsheets.day("账单日期", lambda difference: difference.bill__day),
            _choice("支付方式", "bill__pay_type", PayType),
            _choice("类型", "kind", BillLine.Kind),
            _choice("核对结果", "result", BillResult),
            text("支付平台流水号", lambda difference: difference.trade_no),
            text("订单号", lambda difference: difference.out_trade_no),
            text("退款单号", lambda difference: difference.request_no),
            money("我方金额（元）", lambda difference: difference.our_amount),
            money("对方金额（元）", lambda difference: difference.their_amount),
            text("我方状态", lambda difference: difference.our_status),
            text("对方状态", lambda difference: difference.their_status),
            spreadsheets.time("时间", lambda difference: difference.occurred_at),
            text("备注", lambda difference: difference.note),
            text("处理人", lambda difference: difference.resolved_by__username),
            spreadsheets.time("处理时间", lambda difference: difference.resolved_at),
        ],
    ),
    "invoices": Table(
        label="发票",
        moment="开具时间（未开具的按申请时间）",
        select=_invoices,
        fields=[
            *("number", "state", "kind", "title", "tax_number", "amount", "user__username"),
            *("email", "order_numbers", "handled_by__username", "reason", "reversal_number"),
            *("created_time", "issued_at", "closed_at"),
        ],
        complete=_with_orders,
        columns=[
            text("发票号码", lambda invoice: invoice.number),
            _choice("状态", "state", InvoiceState),
            _choice("抬头类型", "kind", Invoice.Kind),
            text("发票抬头", lambda invoice: invoice.title),
            text("税号", lambda invoice: invoice.tax_number),
            money("开票金额（元）", lambda invoice: invoice.amount),
            text("学员", lambda invoice: invoice.user__username),
            text("接收邮箱", lambda invoice: invoice.email),
            text("订单号", lambda invoice: invoice.order_numbers),
            text("经手人", lambda invoice: invoice.handled_by__username),
            text("说明", lambda invoice: invoice.reason),
            text("红字发票号码", lambda invoice: invoice.reversal_number),
            spreadsheets.time("申请时间", lambda invoice: invoice.created_time),
            spreadsheets.time("开具时间", lambda invoice: invoice.issued_at),
            spreadsheets.time("结束时间", lambda invoice: invoice.closed_at),
        ],
    ),
}
