"""Orders of courses with a 学习期限, and when it ends."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import time_machine
from rest_framework.test import APIClient

from luffy_api.apps.course.models import EnrollmentGrant
from luffy_api.apps.order import (
    checkout,
)
from luffy_api.apps.order.models import Order
from luffy_api.tests.refunding import deliver

DAY = timedelta(days=1)
NOON = datetime(2027, 1, 31, 4, tzinfo=UTC)  # 12 o'clock in Shanghai
END = datetime(2027, 2, 28, 4, tzinfo=UTC)


def authenticated(user) -> APIClient:
    """A token would be over in the years of these tests."""
    client = APIClient()
    client.force_authenticate(user)
    return client


def place(client, *courses, **more):
    return client.post("/api/v1/order/pay/", body(*courses, **more), format="json")


def body(*courses, total="99.00", **more):
    return {"courses": [each.pk for each in courses], "total_amount": total, **more}


def ordered(student, *courses, total="99.00", **more) -> Order:
    return checkout.place_order(
        user_id=student.pk,
        course_ids=[each.pk for each in courses],
        total_amount=Decimal(total),
        **more,
    )


def bought(gateway, student, *courses, **more) -> Order:
    order = ordered(student, *courses, **more)
    gateway.sell(order)
    assert deliver(gateway, order)
    order.refresh_from_db()
    return order


def ends(student) -> dict[int, datetime | None]:
    """When grants of the student end, by course."""
    return dict(EnrollmentGrant.objects.filter(user=student).values_list("course_id", "ends_at"))


def at(moment):
    return time_machine.travel(moment, tick=False)
