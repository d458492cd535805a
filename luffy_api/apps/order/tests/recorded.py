"""What the shop has recorded of an order and of the newest message, for tests."""

from luffy_api.apps.course.models import Enrollment
from luffy_api.apps.order.models import Order, PaymentEvent
from luffy_api.apps.order.states import OrderStatus
from luffy_api.tests.counting import students

# What `snapshot` returns for an order for one course that had 7 students.
UNPAID = (OrderStatus.UNPAID, 0, 7)
PAID = (OrderStatus.PAID, 1, 8)


def snapshot(order: Order) -> tuple[int, int, int]:
    """The state of an order, the enrolments of its student, and the students of the only course."""
    order.refresh_from_db()
    enrolments = Enrollment.objects.filter(user_id=order.user_id).count()
    [counted] = students()
    return order.order_status, enrolments, counted


def reasons() -> list[str]:
    """The reasons of all messages, as they came."""
    return list(PaymentEvent.objects.order_by("id").values_list("reason", flat=True))


def last_reason() -> str:
    """Whether the newest message was believed, and why."""
    event = PaymentEvent.objects.latest("id")
    return f"{'accepted' if event.accepted else 'refused'}: {event.reason}"
