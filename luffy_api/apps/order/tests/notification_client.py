"""Posts notifications to the shop, for tests."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.test import Client

from luffy_api.apps.course.models import Course, Enrollment
from luffy_api.apps.order.models import Order
from luffy_api.apps.order.states import OrderStatus

URL = "/api/v1/order/success/"
FORM = "application/x-www-form-urlencoded; charset=utf-8"
# What `snapshot` returns for an order for one course that had 7 students.
UNPAID = (OrderStatus.UNPAID, 0, 7)
PAID = (OrderStatus.PAID, 1, 8)


def send(body: Any, content_type: str = FORM, **extra: Any) -> HttpResponse:
    """Post fields, a text or bytes."""
    text = body if isinstance(body, str | bytes) else urlencode(body)
    return Client(enforce_csrf_checks=True).generic("POST", URL, text, content_type, **extra)


def snapshot(order: Order) -> tuple[int, int, int]:
    """The state of an order, the enrolments of its student, and the students of the only course."""
    order.refresh_from_db()
    enrolments = Enrollment.objects.filter(user_id=order.user_id).count()
    return order.order_status, enrolments, Course.objects.get().students
