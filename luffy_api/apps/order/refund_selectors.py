"""Reads of refunds for the people who decide about them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from luffy_api.apps.order import amounts, member_savings, refund_policy, selectors
from luffy_api.apps.order.amounts import OrderWithAmounts
from luffy_api.apps.order.models import (
    Order,
    OrderDetail,
    OrderPayment,
    PaymentEvent,
    Refund,
    RefundStatus,
)

MAX_ROWS = 20
# What waits for a person: a request for an answer, a failure for another attempt.
WAITING = (RefundStatus.REQUESTED, RefundStatus.FAILED)


@dataclass(frozen=True)
class CaseLine:
    """A course of the order, and how much of its videos the student has watched, in seconds."""

    line: OrderDetail
    percent: int
    seconds: int
    length: int
    latest: datetime | None


@dataclass(frozen=True)
class RefundCase:
    """What somebody looks at before deciding about a refund; the newest rows stand first.

    `unused` says what is unused now of a membership, less what its student saved as a member, and
    is blank of courses. `others` are the other refunds of the same student, of this order and of
    any other.
    """

    order: OrderWithAmounts
    unused: str
    lines: list[CaseLine]
    payments: Sequence[OrderPayment]
    others: Sequence[Refund]
    events: Sequence[PaymentEvent]


def refund_case(refund: Refund) -> RefundCase:
    """Everything about the order of a refund. Seven queries, of a membership two more."""
    order = amounts.with_amounts(Order.objects.filter(pk=refund.order_id)).select_related("user")
    loaded = order.get()
    selectors.with_lines(loaded)
    others = Refund.objects.filter(order__user_id=loaded.user_id).exclude(pk=refund.pk)
    return RefundCase(
        order=loaded,
        unused="" if loaded.lines else unused_words(loaded),
        lines=_case_lines(loaded),
        payments=list(loaded.payments.all()),
        others=list(others.select_related("order", "course", "payment")[:MAX_ROWS]),
        events=list(selectors.events_of(loaded)[:MAX_ROWS]),
    )


def unused_words(order: Order) -> str:
    """What a refund by days gives back now, in words; blank of an order of courses. Two queries."""
    found = member_savings.by_days(order)
    return found.words if found else ""


def _case_lines(order: Order) -> list[CaseLine]:
    watched = refund_policy.watched(order)
    found = ((line, watched[line.course_id]) for line in order.lines)
    return [
        CaseLine(line, each.percent, each.seconds, each.length, each.latest) for line, each in found
    ]


def refund_counts() -> dict[int, int]:
    """How many refunds there are by status. One query, by an index."""
    rows = Refund.objects.order_by().values_list("status").annotate(Count("pk"))
    return dict(rows)
