"""What must be true of orders, money and courses whenever nothing is under way."""

from collections import Counter
from decimal import Decimal

from luffy_api.apps.course.models import Course, Enrollment
from luffy_api.apps.order.models import Order, PaymentEvent
from luffy_api.apps.order.states import OrderStatus

PAID_NOW = {"paid", "paid_but_owned_before"}


def broken() -> list[str]:
    """A sentence for everything that is not so; nothing when all is well."""
    orders = list(Order.objects.prefetch_related("order_courses"))
    faults = [fault for order in orders for fault in _faults_of(order)]
    owners = Counter(Enrollment.objects.values_list("course_id", flat=True))
    for course in Course.objects.all():
        if course.students != owners[course.pk]:
            faults.append(f"course {course.pk}: {course.students} counted, {owners[course.pk]} own")
    return faults + _enrolled_without_money(orders)


def _faults_of(order: Order) -> list[str]:
    lines = order.order_courses.all()
    moved = PaymentEvent.objects.filter(out_trade_no=order.out_trade_no, reason__in=PAID_NOW)
    owned = Enrollment.objects.filter(
        user_id=order.user_id, course_id__in=[line.course_id for line in lines]
    )
    paid = order.order_status == OrderStatus.PAID
    checks = {
        "has no details": bool(lines),
        "does not sum up": sum((line.real_price for line in lines), Decimal(0))
        == order.total_amount,
        "was made paid a wrong number of times": moved.count() == int(paid),
        "is paid but not owned": not paid or owned.count() == len(lines),
        "is closed but holds its basket": order.open_basket is None
        or order.order_status == OrderStatus.UNPAID,
    }
    return [f"order {order.pk} {fault}" for fault, good in checks.items() if not good]


def _enrolled_without_money(orders: list[Order]) -> list[str]:
    paid = {order.out_trade_no for order in orders if order.order_status == OrderStatus.PAID}
    bought = Enrollment.objects.filter(source=Enrollment.Source.ORDER)
    return [f"enrolment {row.pk} without money" for row in bought if row.out_trade_no not in paid]
