"""What went back of an order's money, and what is still due back; derived from rows. In yuan."""

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias, TypedDict, cast

from django.db.models import (
    Count,
    DecimalField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce, Greatest, Round

from luffy_api.apps.course.models import EnrollmentGrant
from luffy_api.apps.order.models import Order, OrderDetail, OrderPayment, Refund
from luffy_api.apps.order.models.payments import is_own_payment
from luffy_api.apps.order.states import OrderStatus

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class _Amounts(TypedDict):
        refunded_amount: Decimal
        refund_due: Decimal

    class _Held(_Amounts):
        held: Decimal

    OrderWithAmounts: TypeAlias = WithAnnotations[Order, _Amounts]
    OrderWithHeld: TypeAlias = WithAnnotations[Order, _Held]
else:
    OrderWithAmounts = OrderWithHeld = Order

# Of refunds in a subquery of orders.
ON_OWN_PAYMENT = is_own_payment("payment__")
YUAN: "DecimalField[Any, Any]" = DecimalField(max_digits=12, decimal_places=2)


def with_amounts(orders: QuerySet[Order], at: datetime | None = None) -> QuerySet[OrderWithAmounts]:
    """Annotate `refunded_amount`, and `refund_due`: what the school still owes the student.

    `at` (UTC, now by default) is when it is asked. Due are second payments, and in a paid order the
    prices of courses that the student had before and would have without it; what went back already
    is taken off.
    """
    due = Round(
        _total(_second_payments(), "amount")
        - _total(_refunds().filter(~ON_OWN_PAYMENT), "amount")
        + Greatest(
            _total(_lines_due(at).filter(order=OuterRef("pk")), "real_price")
            - _total(_refunds().filter(ON_OWN_PAYMENT, course=None), "amount"),
            _yuan(0),
        ),
        precision=2,
    )
    annotated = orders.annotate(
        refunded_amount=_total(_refunds(), "amount"),
        refund_due=ExpressionWrapper(due, output_field=YUAN),
    )
    return cast("QuerySet[OrderWithAmounts]", annotated)


def with_held(orders: QuerySet[Order], at: datetime | None = None) -> QuerySet[OrderWithHeld]:
    """The same with `held`: what was paid, and neither went back nor is due back."""
    paid = _total(OrderPayment.objects.filter(order=OuterRef("pk")), "amount")
    held = Round(paid - F("refunded_amount") - F("refund_due"), precision=2)
    annotated = with_amounts(orders, at).annotate(held=ExpressionWrapper(held, output_field=YUAN))
    return cast("QuerySet[OrderWithHeld]", annotated)


def owing(orders: QuerySet[Order]) -> QuerySet[OrderWithAmounts]:
    """The orders with money that is due back, annotated like `with_amounts`.

    Sought among the few that may have any: MariaDB answers two subqueries for each of 200,000
    orders in four times as long. Every paid order has its own payment, see `integrity`, so a second
    one is one of several.
    """
    owned_before = OrderDetail.objects.filter(owned_before=True).order_by().values("order")
    payments = OrderPayment.objects.order_by().values("order")
    paid_twice = payments.annotate(number=Count("pk")).filter(number__gt=1).values("order")
    candidates = orders.filter(Q(pk__in=owned_before) | Q(pk__in=paid_twice))
    return with_amounts(candidates).filter(refund_due__gt=Decimal(0))


def courses_due(order: Order) -> set[int]:
    """The ids of the courses of an order whose price is due back. One query."""
    return set(_lines_due().filter(order=order).values_list("course_id", flat=True))


def _second_payments() -> QuerySet[OrderPayment]:
    """For a subquery: payments of the outer order that are not its own."""
    return OrderPayment.objects.filter(~is_own_payment(), order=OuterRef("pk"))


def _refunds() -> QuerySet[Refund]:
    return Refund.objects.refunded().filter(order=OuterRef("pk"))


def _lines_due(at: datetime | None = None) -> QuerySet[OrderDetail]:
    """Lines of paid orders whose course is the student's own by an older grant.

    A study period that was running when the line was paid counts although it is over by now.
    """
    grants = EnrollmentGrant.objects.filter(course=OuterRef("course"), user=OuterRef("order__user"))
    own = grants.filter(
        source=EnrollmentGrant.Source.ORDER, reference=OuterRef("order__out_trade_no")
    )
    periods = grants.with_period().filter(ends_at__gt=OuterRef("own_begins"))
    periods = periods.exclude(source=EnrollmentGrant.Source.MEMBERSHIP)
    older = (grants.owned(at) | periods).filter(pk__lt=OuterRef("own_grant"))
    refunded = Refund.objects.refunded().filter(order=OuterRef("order"), course=OuterRef("course"))
    return OrderDetail.objects.annotate(
        own_grant=Subquery(own.values("pk")[:1]),
        own_begins=Subquery(own.values("starts_at")[:1]),
    ).filter(
        Exists(older),
        ~Exists(refunded),
        order__order_status=OrderStatus.PAID,
        owned_before=True,
    )


def _total(rows: QuerySet[Any], column: str) -> Any:
    """The sum of `column` over the rows of a subquery, 0.00 without any."""
    order = "order"
    summed = rows.order_by().values(order).annotate(total=Sum(F(column))).values("total")
    return Coalesce(Subquery(summed, output_field=YUAN), _yuan(0))


def _yuan(amount: int) -> Any:
    return Value(Decimal(amount), output_field=YUAN)
