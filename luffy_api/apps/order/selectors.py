"""Reads of orders."""

from typing import TYPE_CHECKING, TypeAlias, TypedDict, cast

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, Prefetch, Q, QuerySet, prefetch_related_objects
from django.utils import timezone

from luffy_api.apps.order import waiting_money
from luffy_api.apps.order.exceptions import OrderNotFound
from luffy_api.apps.order.models import (
    OfflinePayment,
    Order,
    OrderDetail,
    OrderDetailQuerySet,
    OrderQuerySet,
    PaymentEvent,
    Refund,
    RefundQuerySet,
)
from luffy_api.apps.order.states import OrderStatus
from luffy_api.apps.school import selectors as school
from luffy_api.apps.school.models import AgreementKind

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class _AwaitsOffline(TypedDict):
        awaits_offline_payment: bool

    ListedOrder: TypeAlias = WithAnnotations[Order, _AwaitsOffline]
else:
    ListedOrder = Order


def my_orders(*, user_id: int) -> "QuerySet[ListedOrder]":
    """A student's orders, the newest first; three queries for a page, and one to count.

    Annotated with `awaits_offline_payment`, see `waiting_money`.
    """
    waits = Exists(waiting_money.of_outer("pk"))
    orders = Order.objects.of(user_id).annotate(awaits_offline_payment=waits)
    orders = orders.select_related("membership_line")
    return cast("QuerySet[ListedOrder]", orders.prefetch_related(_lines(), _refunds()))


def my_order(*, user_id: int, out_trade_no: str) -> Order:
    """One of the student's orders. Raises OrderNotFound for anyone else's.

    Refunds are read before the order: whoever reads while one ends sees it under way, and looks
    again, and not an order that is paid with all its money back, a state that never was.
    """
    refunds = list(
        Refund.objects.filter(order__user_id=user_id, order__out_trade_no=out_trade_no).order_by(
            "-id"
        )
    )
    orders = Order.objects.of(user_id).select_related("membership_line")
    order = orders.filter(out_trade_no=out_trade_no).first()
    if order is None:
        raise OrderNotFound
    order.refund_rows = refunds
    prefetch_related_objects([order], _lines())
    return order


def my_order_page(*, user_id: int, out_trade_no: str) -> Order:
    """The same with its `payments`, for the page of the order. One query more."""
    order = my_order(user_id=user_id, out_trade_no=out_trade_no)
    prefetch_related_objects([order], "payments")
    return order


def with_lines(order: Order) -> Order:
    """The same order with its `lines` and `refund_rows`.

    Two queries, none for an order that was just created.
    """
    if not (hasattr(order, "lines") and hasattr(order, "refund_rows")):
        prefetch_related_objects([order], _lines(), _refunds())
    return order


def any_order(*, out_trade_no: str) -> Order:
    """An order by its number, whoever owns it. Raises OrderNotFound."""
    order = Order.objects.filter(out_trade_no=out_trade_no).first()
    if order is None:
        raise OrderNotFound
    return with_lines(order)


def my_refunds(*, user_id: int) -> RefundQuerySet:
    """What a student asked back or got back, the newest first; one query, and one to count."""
    return Refund.objects.filter(order__user_id=user_id).select_related("order")


def events_of(order: Order) -> QuerySet[PaymentEvent]:
    """The messages about an order's payments and refunds, the newest first. One query."""
    return PaymentEvent.objects.filter(out_trade_no=order.out_trade_no)


def log_entries_of(order: Order) -> QuerySet[LogEntry]:
    """What people did about an order, its refunds and payments by hand; the newest first.

    Two queries for their ids, and one for the entries.
    """
    kinds = {
        Order: [order.pk],
        Refund: order.refunds.values_list("pk", flat=True),
        OfflinePayment: order.offline_payments.values_list("pk", flat=True),
    }
    wanted = Q()
    for model, ids in kinds.items():
        kind = ContentType.objects.get_for_model(model)
        wanted |= Q(content_type=kind, object_id__in=[str(pk) for pk in ids])
    entries = LogEntry.objects.filter(wanted).select_related("user", "content_type")
    return entries.order_by("-pk")


def expired_orders() -> OrderQuerySet:
    """Unpaid orders whose time limit has passed and whose query is due, the longest due first."""
    unpaid = _due_for_query().filter(order_status=OrderStatus.UNPAID)
    return unpaid.filter(expires_at__lte=timezone.now())


def open_orders_due() -> OrderQuerySet:
    """Unpaid orders with time left whose query is due, the longest due first."""
    unpaid = _due_for_query().filter(order_status=OrderStatus.UNPAID)
    return unpaid.filter(expires_at__gt=timezone.now())


def settled_orders_due() -> OrderQuerySet:
    """Other orders whose query is due, the longest due first.

    Closed with a final query, or paid while another of their trades may still be paid.
    """
    return _due_for_query().exclude(order_status=OrderStatus.UNPAID)


def _due_for_query() -> OrderQuerySet:
    due = Order.objects.filter(next_query_at__lte=timezone.now())
    return due.order_by("next_query_at")


def _lines() -> "Prefetch[str, OrderDetailQuerySet, str]":
    return Prefetch("order_courses", queryset=OrderDetail.objects.with_course(), to_attr="lines")


def _refunds() -> "Prefetch[str, RefundQuerySet, str]":
    return Prefetch("refunds", queryset=Refund.objects.order_by("-id"), to_attr="refund_rows")


def refund_terms(order: Order) -> int | None:
    """Which version of 退款规则 was in force when the order was placed, if any. One query.

    Versions are never changed or deleted, so the time of the order is enough to know.
    """
    return school.version_at(kind=AgreementKind.REFUND, moment=order.created_time)
