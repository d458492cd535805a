"""Money by hand that staff have recorded for an order and not decided yet.

It holds the order: nobody pays it in another way, nobody closes it, and what it is for is not
ordered a second time, until staff confirm the money or void it. One rule, for payments, pages,
checkout, and whatever closes orders.
"""

from functools import cache

from django.db.models import Exists, OuterRef, Q, QuerySet

from luffy_api.apps.order.exceptions import OfflinePaymentWaits
from luffy_api.apps.order.models import MembershipLine, OfflinePayment, Order, OrderDetail
from luffy_api.common.prepared_query import PreparedValues
from luffy_api.common.replies import Reply


def of_outer(order_id: str) -> QuerySet[OfflinePayment]:
    """For a subquery: what waits for the order with the key `order_id` of the outer query."""
    return OfflinePayment.objects.filter(waiting_order=OuterRef(order_id), order__pay_time=None)


def for_course_of_outer() -> QuerySet[OrderDetail]:
    """For a subquery of lines: other orders of the student that money for the course waits for."""
    lines = OrderDetail.objects.filter(
        Exists(of_outer("order_id")),
        order__user=OuterRef("order__user_id"),
        course=OuterRef("course_id"),
    )
    return lines.exclude(order=OuterRef("order_id"))


def is_there(order: Order) -> bool:
    """Whether money waits for an order; one query, none for an order that was paid."""
    return order.pay_time is None and bool(_of_order.all(order.pk))


def require_none(order: Order, message: str | None = None) -> None:
    """Raise OfflinePaymentWaits when money waits for an order, see `is_there`."""
    if is_there(order):
        raise OfflinePaymentWaits(message)


def send_for_courses(*, user_id: int, course_ids: list[int]) -> Reply:
    """Names of the courses for which money of the student waits, known with the next statement."""
    return _for_courses(len(course_ids)).send(user_id, *course_ids)


def require_no_courses(found: Reply) -> None:
    """Raise OfflinePaymentWaits for what `send_for_courses` has found."""
    if names := [name for (name,) in found.rows]:
        raise OfflinePaymentWaits(about(names))


def require_no_term(*, user_id: int, term_id: int) -> None:
    """Raise OfflinePaymentWaits when money waits for an order of the same term. One query."""
    lines = MembershipLine.objects.filter(order__user=user_id, term=term_id)
    if lines.filter(Exists(of_outer("order_id"))).exists():
        raise OfflinePaymentWaits


def forbid_closing(user_id: int) -> None:
    """Of a closed account, in its transaction: raise OfflinePaymentWaits while money waits for it.

    The school could neither open what was paid nor ask to whom the money goes back.
    """
    orders = Order.objects.filter(Exists(of_outer("pk")), user=user_id)
    if orders.exists():
        raise OfflinePaymentWaits("学校已经登记了您的线下付款，正在核对，请等核对完再注销账号")


def about(names: list[str]) -> str:
    """What a student reads who orders courses for which the money waits already."""
    more = f"等 {len(names)} 门课程" if len(names) > 1 else ""
    return f"学校已经登记了您为《{names[0]}》{more}线下付的款，正在核对，请不要重复购买"


def _build_of_order(order_id: int) -> QuerySet[OfflinePayment, tuple[int]]:
    return OfflinePayment.objects.filter(waiting_order=order_id).order_by().values_list("pk")


@cache
def _for_courses(count: int) -> PreparedValues:
    def build(user_id: int, *course_ids: int) -> QuerySet[OrderDetail, tuple[str]]:
        waits = Q(Exists(of_outer("order_id")))
        lines = OrderDetail.objects.filter(waits, order__user=user_id, course__in=course_ids)
        return lines.order_by("course_id").values_list("course__name")

    return PreparedValues(build, *[int] * (count + 1))


_of_order = PreparedValues(_build_of_order, int)
